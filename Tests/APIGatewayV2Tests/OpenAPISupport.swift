/// Imports and exports as a client makes them.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

/// What ExportApi answered.
struct Exported {
    let status: Int
    let contentType: String?
    let text: String

    var json: JSON {
        get throws { try JSONDocument(parsing: Array(text.utf8)).root.json }
    }
}

extension Emulation {
    func importing(_ document: JSON, query: String = "") throws -> Answer {
        var text: [UInt8] = []
        JSONWriter.append(document, to: &text)
        return try importing(String(decoding: text, as: UTF8.self), query: query)
    }

    func importing(_ text: String, query: String = "") throws -> Answer {
        try call(.put, "/v2/apis\(query)", ["body": .string(text)])
    }

    func reimporting(_ api: String, _ text: String, query: String = "") throws -> Answer {
        try call(.put, "/v2/apis/\(api)\(query)", ["body": .string(text)])
    }

    func exporting(_ api: String, _ query: String = "outputType=JSON") throws -> Exported {
        let request = try request(.get, "/v2/apis/\(api)/exports/OAS30?\(query)")
        let routed = try #require(service.route(request))
        let response = service.perform(routed, request, in: scope, now: now)
        return Exported(
            status: response.status, contentType: response.contentType,
            text: String(decoding: response.body, as: UTF8.self))
    }

    /// The items of a list, without the members that are new with every creation.
    func parts(_ path: String, without names: [String]) throws -> [JSON] {
        guard case .array(let items) = try call(.get, path)["items"] else { return [] }
        return items.map { item in
            guard case .object(var object) = item else { return item }
            for name in names { object[name] = nil }
            return .object(object)
        }
    }

    func integrations(of api: String) throws -> [JSON] {
        try parts("/v2/apis/\(api)/integrations", without: ["integrationId"])
    }

    func authorizers(of api: String) throws -> [JSON] {
        try parts("/v2/apis/\(api)/authorizers", without: ["authorizerId"])
    }

    /// Every route by its key.
    func routes(of api: String) throws -> [String: JSONObject] {
        guard case .array(let items) = try call(.get, "/v2/apis/\(api)/routes")["items"] else { return [:] }
        var routes: [String: JSONObject] = [:]
        for case .object(let route) in items {
            routes[try #require(route["routeKey"].flatMap(String.init))] = route
        }
        return routes
    }

    func apiCount() throws -> Int {
        try call(.get, "/v2/apis").identifiers("apiId").count
    }
}

/// A document with one GET operation.
func document(_ operation: JSONObject = [:], path: String = "/pets", method: String = "get") -> JSONObject {
    var operation = operation
    if operation["responses"] == nil { operation["responses"] = [:] }
    return [
        "openapi": "3.0.1", "info": ["title": "pets", "version": "1"],
        "paths": .object([path: .object([method: .object(operation)])]),
    ]
}

let proxy: JSON = [
    "type": "http_proxy", "httpMethod": "ANY", "uri": "https://example.com/", "payloadFormatVersion": "1.0",
]
