/// Calls of deployed APIs in the journal, which keeps them as bytes: their content, their order among
/// requests to the service, and the bounds.

import APIGatewayV2Local
import Foundation
import Testing

struct JournalPackingTests {
    private static let call = "/_aws/execute-api/pets123456/$default"

    /// A server with an API, all of whose calls go to a function that answers with the body of its event.
    private static func start(_ limits: JournalLimits) throws -> LocalServer {
        let folder = try FixtureFolder([
            "pets.json": """
            {"apis": [{"apiId": "pets123456", "name": "pets", "protocolType": "HTTP",
              "integrations": [{"integrationId": "call123", "integrationType": "AWS_PROXY",
                "integrationUri": "arn:aws:lambda:us-east-1:000000000000:function:pets",
                "payloadFormatVersion": "2.0"}],
              "routes": [{"routeId": "r1", "routeKey": "$default", "target": "integrations/call123"}],
              "stages": [{"stageName": "$default"}]}]}
            """
        ])
        var configuration = LocalServer.Configuration()
        configuration.fixtures = [folder.path]
        configuration.journal = limits
        configuration.eventLoops = 1
        let server = try LocalServer.start(configuration)
        server.setFunction("pets") { event in
            let event = try JSONSerialization.jsonObject(with: Data(event.payload)) as? [String: Any]
            let result = ["statusCode": 201, "body": event?["body"] ?? ""]
            return String(decoding: try JSONSerialization.data(withJSONObject: result), as: UTF8.self)
        }
        return server
    }

    /// Sends one request on the connection, and reads the whole answer.
    private static func ask(
        _ socket: LoopbackSocket, _ target: String, _ fields: String = "", body: String
    ) throws {
        let head = "POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\(fields)"
        try socket.send(Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
        var answer = ""
        while true {
            answer += String(decoding: try #require(try socket.receive()), as: UTF8.self)
            guard let head = answer.range(of: "\r\n\r\n"),
                let length = answer.range(of: "content-length: ", options: .caseInsensitive),
                let count = Int(answer[length.upperBound...].prefix { $0.isNumber })
            else { continue }
            if answer[head.upperBound...].utf8.count >= count { return }
        }
    }

    @Test func `calls keep content and order among requests to the service, past the bound`() throws {
        var limits = JournalLimits()
        limits.entriesMax = 40
        let server = try Self.start(limits)
        defer { server.stop() }
        let socket = try LoopbackSocket(port: server.port)
        // All bodies of the calls together are several times as long as one array of the journal.
        func body(_ number: Int) -> String { String(repeating: "\(number),", count: number * 12) }

        for number in 1...150 {
            let target = number % 3 == 0 ? "/v2/apis" : "\(Self.call)/a%20b/\(number)?q=\(number)&r"
            try Self.ask(socket, target, "X-Two: 1\r\nx-two: \(number)\r\n", body: body(number))
        }

        let entries = try server.journal.entries()
        #expect(entries.map(\.number) == Array(111...150))
        #expect(server.journal.overwrittenCount == 110)
        for entry in entries {
            let isCall = entry.number % 3 != 0
            let sent = Array(body(entry.number).utf8)
            #expect(entry.plane == (isCall ? .invoke : .control))
            #expect(
                entry.target
                    == (isCall ? "\(Self.call)/a%20b/\(entry.number)?q=\(entry.number)&r" : "/v2/apis"))
            #expect(entry.method == "POST")
            #expect(entry.httpVersion == "HTTP/1.1")
            #expect(entry.body == sent)
            #expect(entry.header("x-two") == "1, \(entry.number)")
            #expect(
                entry.headers.map(\.name) == ["host", "content-type", "x-two", "x-two", "content-length"])
            #expect(entry.status == (isCall ? 201 : 400))
            #expect(entry.route == (isCall ? "$default" : nil))
            #expect(entry.api == (isCall ? "pets123456" : nil))
            #expect(entry.integration == (isCall ? "call123" : nil))
            #expect(entry.account == "000000000000")
            if isCall { #expect(entry.answerBody == sent) }
            #expect(try server.journal.entry(requestID: entry.requestID) == entry)
        }
        var filter = JournalFilter()
        filter.match.path = "/a b/13*"
        filter.match.plane = .invoke
        #expect(try server.journal.entries(filter).map(\.number) == [130, 131, 133, 134, 136, 137, 139])
    }

    @Test func `a call longer than an array of the journal is kept whole beside others`() throws {
        var limits = JournalLimits()
        limits.bodyBytesMax = 1_000_000
        let server = try Self.start(limits)
        defer { server.stop() }
        let socket = try LoopbackSocket(port: server.port)

        let bodies = [3, 200_000, 5, 70_000, 60_000, 0].map { String(repeating: "x", count: $0) }
        for body in bodies { try Self.ask(socket, Self.call, body: body) }

        let entries = try server.journal.entries()
        #expect(entries.map(\.body.count) == bodies.map(\.utf8.count))
        #expect(entries.map(\.answerBody.count) == bodies.map(\.utf8.count))
    }

    // 64 bits of nanoseconds since 1970 end in the year 2262. The last date is in 9999.
    @Test(arguments: [0, 9_223_372_036, 9_223_372_037, 253_402_214_400])
    func `a call is kept with the time of any clock`(seconds: Int) throws {
        let server = try Self.start(JournalLimits())
        defer { server.stop() }
        let socket = try LoopbackSocket(port: server.port)
        let date = Duration.seconds(seconds)
        let isSet = server.clock.set(date: date)

        try Self.ask(socket, Self.call, body: "")

        let entry = try #require(try server.journal.entries().first)
        #expect(isSet)
        #expect(entry.time >= date)
        #expect(entry.time < date + .seconds(3600))
    }

    @Test func `a body of a call is kept up to its bound, and its length is told`() throws {
        var limits = JournalLimits()
        limits.bodyBytesMax = 57
        let server = try Self.start(limits)
        defer { server.stop() }
        let socket = try LoopbackSocket(port: server.port)

        for count in [57, 58] {
            try Self.ask(socket, Self.call, body: String(repeating: "a", count: count))
        }

        let entries = try server.journal.entries()
        #expect(entries.map(\.body.count) == [57, 57])
        #expect(entries.map(\.bodyByteCount) == [57, 58])
        #expect(entries.map(\.answerBody.count) == [57, 57])
        #expect(entries.map(\.answerBodyByteCount) == [57, 58])
    }

    @Test func `all calls together keep within their bytes, and the newest is always kept`() throws {
        var limits = JournalLimits()
        limits.bytesMax = 100_000
        limits.bodyBytesMax = 200_000
        let server = try Self.start(limits)
        defer { server.stop() }
        let socket = try LoopbackSocket(port: server.port)

        // A body is in the request, in the event and in the result; the answer shares that of the result.
        for _ in 1...50 { try Self.ask(socket, Self.call, body: String(repeating: "x", count: 2_500)) }
        let kept = server.journal.entryCount
        #expect((8...11).contains(kept))
        #expect(server.journal.overwrittenCount == 50 - kept)
        try Self.ask(socket, Self.call, body: String(repeating: "x", count: 150_000))

        #expect(try server.journal.entries().map(\.number) == [51])
    }

    @Test func `removing an account's entries keeps the calls of others, and later ones come behind`() throws
    {
        let server = try Self.start(JournalLimits())
        defer { server.stop() }
        let socket = try LoopbackSocket(port: server.port)
        let (name, value) = authorization("111122223333")
        let other = "\(name): \(value)\r\n"
        for number in 1...30 {
            if number.isMultiple(of: 2) {
                try Self.ask(socket, "/v2/apis", other, body: "")
            } else {
                try Self.ask(
                    socket, "\(Self.call)/\(number)", body: String(repeating: "\(number),", count: 900))
            }
        }

        server.journal.removeAll(account: "111122223333")
        for number in 31...32 { try Self.ask(socket, "\(Self.call)/\(number)", body: "\(number),") }

        let entries = try server.journal.entries()
        #expect(entries.map(\.number) == Array(stride(from: 1, through: 29, by: 2)) + [31, 32])
        for entry in entries {
            #expect(entry.target == "\(Self.call)/\(entry.number)")
            #expect(entry.answerBody.starts(with: Array("\(entry.number),".utf8)))
        }
        server.journal.removeAll(account: "000000000000")
        #expect(try server.journal.entries().isEmpty)
    }
}
