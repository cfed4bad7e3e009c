/// Shared by the suites of WebSocket APIs: a connection as it was recorded, its events, and compiled APIs.

import APIGatewayV2
import APIGatewayV2Invoke
import Foundation
import HTTPWire
import JSON
import Testing

let socketHost = "abc123.execute-api.eu-west-1.amazonaws.com"
let socketScope = Scope(account: "123456789012", region: "eu-west-1")

/// The request of a handshake, in the order and the case of the `ws` package of Node.
func handshake(
    _ target: String = "/develop", _ headers: [(String, String)] = []
) throws -> HTTPRequest {
    try request(
        "GET", target,
        [
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Host", socketHost),
        ] + headers)
}

/// A connection since 2024-02-19T07:11:42.789Z.
func connection(
    _ request: HTTPRequest? = nil, variables: [StageVariable] = []
) throws -> WebSocketConnection {
    let request = try request ?? handshake()
    let address = try #require(
        StageAddress(
            .host(apiId: "abc123"), path: RequestPath(request.target), host: socketHost, scope: socketScope,
            hasStage: { $0 == "develop" }))
    return WebSocketConnection(
        id: "TXzPWdnOjoECGjA=", connectedAt: .milliseconds(1_708_326_702_789), request: request,
        caller: Caller(address: "192.0.2.1", port: 443, isTLS: true), address: address,
        stageVariables: variables, traceID: "Root=1-65d3012e-0a4b2ad6361ab9f2153e8b8a")
}

/// An event 12 ms after the handshake.
func event(
    _ kind: WebSocketEvent.Kind, _ routeKey: String, of connection: WebSocketConnection,
    messageID: String? = nil
) -> WebSocketEvent {
    WebSocketEvent(
        connection, kind, routeKey: routeKey, requestID: "TXzPWFJ2joEFeiA=",
        time: .milliseconds(1_708_326_702_801), messageID: messageID)
}

/// A message to `routeKey`.
func message(
    _ body: String, _ routeKey: String = "$default", _ connection: WebSocketConnection? = nil
) throws -> WebSocketEvent {
    let bytes = Array(body.utf8)
    return event(
        .message(bytes, WebSocketAPI.payload(of: bytes)), routeKey,
        of: try connection ?? APIGatewayV2InvokeTests.connection(), messageID: "TXzQodGDDoEFsYA=")
}

/// A deployed WebSocket API, compiled.
func webSocketAPI(
    _ expression: String = "$request.body.action", routes: [(String, JSON)],
    integrations: [(String, JSON)] = [], authorizers: [(String, JSON)] = [], models: [(String, JSON)] = [],
    integrationResponses: [String: [(String, JSON)]] = [:], routeResponses: [String: [(String, JSON)]] = [:]
) throws -> WebSocketAPI {
    let api: JSON = [
        "apiId": "abc123", "protocolType": "WEBSOCKET", "routeSelectionExpression": .string(expression),
        "apiKeySelectionExpression": "$request.header.x-api-key",
    ]
    let deployed = try #require(
        DeployedAPI(
            APIConfiguration(
                apiId: "abc123", api: record(.api, api), authorizers: collection(.authorizer, authorizers),
                integrations: collection(.integration, integrations), routes: collection(.route, routes),
                models: collection(.model, models),
                integrationResponses: integrationResponses.mapValues {
                    collection(.integrationResponse, $0)
                },
                routeResponses: routeResponses.mapValues { collection(.routeResponse, $0) })))
    return try #require(deployed.webSocket)
}

/// The route of one integration, which is two-way.
func route(
    to integration: JSON, responses: [(String, JSON)] = [], members: [String: JSON] = [:],
    models: [(String, JSON)] = []
) throws -> WebSocketRoute {
    var route: JSONObject = [
        "routeId": "r1", "routeKey": "$default", "target": "integrations/i1",
        "routeResponseSelectionExpression": "$default",
    ]
    for (name, value) in members { route[name] = value }
    let api = try webSocketAPI(
        routes: [("r1", .object(route))], integrations: [("i1", integration)], models: models,
        integrationResponses: ["i1": responses],
        routeResponses: ["r1": [("rr", ["routeResponseId": "rr", "routeResponseKey": "$default"])]])
    return try #require(api.route("$default"))
}
