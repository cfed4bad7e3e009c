/// The events of functions: the proxy events of a WebSocket API, and the event of its authorizer, member by
/// member as recorded (docs/fidelity-invoke.md, "WebSocket APIs").

internal import HTTPWire
internal import JSON

extension WebSocketEvent {
    /// The payload of a proxy integration, as JSON text.
    package var lambdaPayload: [UInt8] {
        var event = JSONObject()
        switch kind {
        case .connect(let request): addRequest(request, to: &event, isWhole: false)
        case .message: break
        case .disconnect:
            let headers = [
                ("Host", connection.host), ("x-api-key", ""), ("X-Forwarded-For", ""), ("x-restapi", ""),
            ]
            Self.add(headers.map { EventHeaders.Header(name: $0.0, values: [$0.1]) }, to: &event)
        }
        if let variables = variables { event["stageVariables"] = variables }
        event["requestContext"] = .object(requestContext)
        if case .message(let body, _) = kind {
            event["body"] = .string(String(decoding: body, as: UTF8.self))
        }
        event["isBase64Encoded"] = false
        var bytes: [UInt8] = []
        JSONWriter.append(event, to: &bytes)
        return bytes
    }

    /// The payload of a REQUEST authorizer, as JSON text. Only a handshake has one.
    package var authorizerPayload: [UInt8] {
        var event: JSONObject = [
            "type": "REQUEST", "methodArn": .string(connection.routeARN(routeKey)),
        ]
        if let request { addRequest(request, to: &event, isWhole: true) }
        if event["queryStringParameters"] == nil {
            event["queryStringParameters"] = [:]
            event["multiValueQueryStringParameters"] = [:]
        }
        event["stageVariables"] = variables ?? [:]
        event["requestContext"] = .object(requestContext)
        var bytes: [UInt8] = []
        JSONWriter.append(event, to: &bytes)
        return bytes
    }

    private var variables: JSON? {
        let variables = connection.stageVariables
        if variables.isEmpty { return nil }
        return .object(JSONObject(variables.map { .init(name: $0.name, value: .string($0.value)) }))
    }

    /// Adds headers and query. The authorizer's event is whole, the integration's lacks the fields of the
    /// upgrade.
    private func addRequest(_ request: HTTPRequest, to event: inout JSONObject, isWhole: Bool) {
        var headers: [EventHeaders.Header] = []
        func set(_ name: String, _ value: String) {
            headers.removeAll { $0.name.lowercased() == name.lowercased() }
            headers.append(EventHeaders.Header(name: name, values: [value]))
        }
        for index in 0..<request.fields.count {
            let (name, value) = (request.fields.name(at: index), request.fields.value(at: index))
            if HopByHop.names.contains(name.lowercased()) { continue }
            if let known = headers.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) {
                headers[known].values.append(value)
            } else {
                headers.append(EventHeaders.Header(name: name, values: [value]))
            }
        }
        set("Host", connection.host)
        let before = request.fields.values(of: "X-Forwarded-For").map { $0 + ", " }.joined()
        set("X-Amzn-Trace-Id", connection.traceID)
        set("X-Forwarded-For", before + connection.caller.address)
        set("X-Forwarded-Port", "\(connection.caller.port)")
        set("X-Forwarded-Proto", connection.caller.scheme)
        if isWhole {
            set("Connection", "upgrade")
            set("Upgrade", "websocket")
            set("content-length", "0")
        }
        Self.add(headers.sorted { $0.name < $1.name }, to: &event)
        let query = QueryValues(request.target)
        guard !query.items.isEmpty else { return }
        event["queryStringParameters"] = query.last
        event["multiValueQueryStringParameters"] = query.all
    }

    private static func add(_ headers: [EventHeaders.Header], to event: inout JSONObject) {
        event["headers"] = .object(
            JSONObject(headers.map { .init(name: $0.name, value: .string($0.values[$0.values.count - 1])) }))
        event["multiValueHeaders"] = .object(
            JSONObject(headers.map { .init(name: $0.name, value: .array($0.values.map(JSON.string))) }))
    }
}
