/// A service with nothing in it, called as a client would, on a clock that stands still.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

/// What a call gave back.
struct Answer {
    let status: Int
    let errorType: String?
    let body: JSON

    /// The error's message; nil in a success.
    var message: String? { self["message"].flatMap(String.init) }

    subscript(name: String) -> JSON? {
        guard case .object(let object) = body else { return nil }
        return object[name]
    }

    /// The string member called `name`, which must be there.
    func string(_ name: String) throws -> String {
        try #require(self[name].flatMap(String.init), "\(name) in \(body)")
    }

    /// The identifiers of a list's items.
    func identifiers(_ member: String) -> [String] {
        guard case .array(let items) = self["items"] else { return [] }
        return items.compactMap { item in
            guard case .object(let object) = item else { return nil }
            return object[member].flatMap(String.init)
        }
    }
}

/// One service and its clock.
struct Emulation {
    let service: Service
    /// 2030-01-01T00:00:00Z.
    var now = Duration.seconds(1_893_456_000)

    init(quotas: Quotas = .published(), delays: LifecycleDelays = LifecycleDelays()) {
        self.init(
            service: Service(store: Store(), random: RandomSource(seed: 5), quotas: quotas, delays: delays))
    }

    init(service: Service) {
        self.service = service
    }

    func call(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) throws -> Answer {
        var bytes: [UInt8] = []
        if let body { JSONWriter.append(body, to: &bytes) }
        let request = try request(method, path, body: bytes)
        let routed = try #require(service.route(request), "\(method.rawValue) \(path)")
        let response = service.perform(routed, request, in: scope, now: now)
        let json = response.body.isEmpty ? JSON.null : try JSONDocument(parsing: response.body).root.json
        return Answer(status: response.status, errorType: response.errorType, body: json)
    }

    /// Creates something that must succeed and returns the member `identifier` of the answer.
    func create(_ path: String, _ body: JSON, identifier: String) throws -> String {
        let answer = try call(.post, path, body)
        // CreateApiMapping alone answers 200.
        try #require(answer.status == 201 || answer.status == 200, "\(answer)")
        return try answer.string(identifier)
    }

    func httpAPI() throws -> String {
        try create("/v2/apis", ["name": "orders", "protocolType": "HTTP"], identifier: "apiId")
    }

    func webSocketAPI() throws -> String {
        try create(
            "/v2/apis",
            [
                "name": "chat", "protocolType": "WEBSOCKET",
                "routeSelectionExpression": "$request.body.action",
            ],
            identifier: "apiId")
    }

    /// An integration that any HTTP API takes.
    func integration(of api: String) throws -> String {
        try create(
            "/v2/apis/\(api)/integrations",
            [
                "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                "integrationUri": "https://example.com",
                "payloadFormatVersion": "1.0",
            ], identifier: "integrationId")
    }

    func route(_ key: String, of api: String, target: String? = nil) throws -> String {
        var body: JSONObject = ["routeKey": .string(key)]
        body["target"] = target.map { .string("integrations/\($0)") }
        return try create("/v2/apis/\(api)/routes", .object(body), identifier: "routeId")
    }
}

/// A request for an authorizer that checks tokens.
let emulatedIssuer: JSON = [
    "authorizerType": "JWT", "name": "tokens", "identitySource": ["$request.header.Authorization"],
    "jwtConfiguration": ["audience": ["pets"], "issuer": "https://issuer.example.com"],
]

private let functionURI =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    + "arn:aws:lambda:us-east-1:000000000000:function:f/invocations"

/// A request for an authorizer of an HTTP API that asks a function.
let emulatedFunction: JSON = [
    "authorizerType": "REQUEST", "name": "function", "authorizerPayloadFormatVersion": "2.0",
    "authorizerUri": .string(functionURI),
]
