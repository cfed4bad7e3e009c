/// Closures as functions of a server: their results, their errors, and the time that they may take.

import APIGatewayV2Local
import Foundation
import FoundationNetworking
import Testing

struct HandlerFunctionTests {
    private struct Failure: Error {}

    /// A server with an API whose route `GET /pets` calls the function `pets`, within that many milliseconds.
    private static func start(timeout: Int = 30_000) throws -> LocalServer {
        let folder = try FixtureFolder([
            "pets.json": """
            {"apis": [{"apiId": "pets123456", "name": "pets", "protocolType": "HTTP",
              "integrations": [{"integrationId": "call123", "integrationType": "AWS_PROXY",
                "integrationUri": "arn:aws:lambda:us-east-1:000000000000:function:pets:live",
                "payloadFormatVersion": "2.0", "timeoutInMillis": \(timeout)}],
              "routes": [{"routeId": "r1", "routeKey": "GET /pets", "target": "integrations/call123"}],
              "stages": [{"stageName": "$default"}, {"stageName": "prod"}]}]}
            """
        ])
        return try LocalServer.start(fixtures: [folder.path])
    }

    private static func get(_ server: LocalServer, stage: String? = nil) async throws -> (Int?, String) {
        let url = try #require(URL(string: server.invokeURL(apiId: "pets123456", stage: stage) + "/pets"))
        let (body, response) = try await URLSession.shared.data(from: url)
        return ((response as? HTTPURLResponse)?.statusCode, String(decoding: body, as: UTF8.self))
    }

    @Test func `a closure gets the event, and its result is the answer of the stage`() async throws {
        let server = try Self.start()
        defer { server.stop() }
        server.setFunction("pets") { event in
            #"{"statusCode": 201, "body": "\#(event.function) \#(event.qualifier ?? "none")"}"#
        }

        #expect(try await Self.get(server) == (201, "pets live"))
        #expect(try await Self.get(server, stage: "prod") == (201, "pets live"))
    }

    @Test func `a closure with the alias stands before one without, until it is taken away`() async throws {
        let server = try Self.start()
        defer { server.stop() }
        server.setFunction("pets") { _ in "\"plain\"" }
        server.setFunction("pets:live") { _ in "\"alias\"" }

        #expect(try await Self.get(server) == (200, "alias"))
        server.setFunction("pets:live", nil)
        #expect(try await Self.get(server) == (200, "plain"))
        server.reset()
        #expect(try await Self.get(server) == (200, "plain"))
        server.setFunction("pets", nil)
        #expect(try await Self.get(server).0 == 500)
    }

    @Test func `an error of a closure is the function's, and the API answers 500`() async throws {
        let server = try Self.start()
        defer { server.stop() }
        server.setFunction("pets") { _ in throw Failure() }

        #expect(try await Self.get(server) == (500, #"{"message":"Internal Server Error"}"#))
    }

    @Test func `a closure that takes too long is a 503, and does not hold the server up`() async throws {
        let server = try Self.start(timeout: 100)
        defer { server.stop() }
        let (released, isCalled) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        server.setFunction("pets") { _ in
            isCalled.signal()
            released.wait()
            return "{}"
        }

        #expect(try await Self.get(server) == (503, #"{"message":"Service Unavailable"}"#))
        #expect(isCalled.wait(timeout: .now() + 30) == .success)
        released.signal()
    }
}
