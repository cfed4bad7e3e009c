/// Shared by the suites of this target: requests, invocations of an API at its own host, compiled
/// configurations, and the recorded exchanges.

import APIGatewayV2
import APIGatewayV2Invoke
import Foundation
import HTTPWire
import JSON
import Testing

let scope = Scope(account: "123456789012", region: "us-west-2")
let recordedHost = "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com"

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func fields(_ lines: [(String, String)]) -> HTTPFields {
    var fields = HTTPFields()
    for (name, value) in lines { fields.append(name, value) }
    return fields
}

/// The lines of a section, names and values.
func lines(_ fields: HTTPFields) -> [String] {
    (0..<fields.count).map { fields.name(at: $0) + ": " + fields.value(at: $0) }
}

func request(
    _ method: String, _ target: String, _ headers: [(String, String)] = [], body: [UInt8] = []
) throws -> HTTPRequest {
    HTTPRequest(
        method: HTTPMethod(rawValue: method), target: try RequestTarget(parsing: target),
        fields: fields(headers), body: body)
}

func path(_ text: String) throws -> RequestPath { RequestPath(try RequestTarget(parsing: text)) }

/// An invocation as it is once its route is chosen, at 2025-04-14T22:13:56.573Z.
func invocation(
    _ request: HTTPRequest, route: String, stages: Set<String> = ["$default"],
    variables: [StageVariable] = []
) throws -> Invocation {
    var fields = request.fields
    if !fields.contains("Host") { fields.append("Host", recordedHost) }
    let request = HTTPRequest(
        method: request.method, target: request.target, fields: fields, body: request.body)
    let address = try #require(
        StageAddress(
            .host(apiId: "a1b2c3d4e5"), path: RequestPath(request.target), host: recordedHost, scope: scope,
            hasStage: stages.contains))
    let table = RouteTable(routeKeys: [route])
    let match: RouteMatch = try #require(table.match(request.method, address.path), "\(route)")
    return Invocation(
        request: request, caller: Caller(address: "192.0.2.1", port: 443, isTLS: true), address: address,
        stageVariables: variables, requestID: "JCJJxhz4PHcEJgQ=",
        traceID: "Root=1-67fd88a4-127eb8e773d2bb6f7df47ab6", time: .milliseconds(1_744_668_836_573),
        match: match)
}

/// A stored record with the members of a fixture.
func record(_ resource: Resource, _ body: JSON) -> Record {
    var bytes: [UInt8] = []
    JSONWriter.append(body, to: &bytes)
    return Record(body: bytes)
}

func collection(_ resource: Resource, _ bodies: [(String, JSON)]) -> RecordCollection {
    var collection = RecordCollection()
    for (id, body) in bodies { _ = collection.insert(record(resource, body), as: id) }
    return collection
}

/// An API as a deployment would hold it, compiled.
func deployed(
    _ api: JSON = ["apiId": "abc123", "protocolType": "HTTP"], routes: [(String, JSON)] = [],
    integrations: [(String, JSON)] = [], authorizers: [(String, JSON)] = []
) throws -> DeployedAPI {
    try #require(
        DeployedAPI(
            APIConfiguration(
                apiId: "abc123", api: record(.api, api),
                authorizers: collection(.authorizer, authorizers),
                integrations: collection(.integration, integrations),
                routes: collection(.route, routes))))
}

func document(_ bytes: [UInt8]) throws -> JSON { try JSONDocument(parsing: bytes).root.json }

func document(_ text: String) throws -> JSON { try document(Array(text.utf8)) }

extension JSON {
    subscript(name: String) -> JSON? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var array: [JSON] { if case .array(let list) = self { list } else { [] } }
    var members: [JSONObject.Member] { if case .object(let object) = self { object.members } else { [] } }
    var written: String {
        var bytes: [UInt8] = []
        JSONWriter.append(self, to: &bytes)
        return text(bytes)
    }
}

/// Exchanges of AWS's Lambda test tool with real HTTP APIs; each file says where it is from.
enum Recordings {
    static func exchanges(_ file: String) throws -> [JSON] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recordings/\(file)")
        return try document([UInt8](Data(contentsOf: url)))["exchanges"]?.array ?? []
    }
}
