/// The request of an integration: an event in, the endpoint's request out, by parameter mappings and by the
/// template that the message chooses. Developer guide, "Set up data mapping for WebSocket APIs in API
/// Gateway", and "Mapping template reference for WebSocket APIs".

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension WebSocketIntegration {
    /// The request for `event`.
    package func request(for event: WebSocketEvent) throws(WebSocketFailure) -> EndpointRequest {
        var request = EndpointRequest(body: try body(for: event))
        for mapping in parameters {
            guard let value = value(of: mapping.source, event) else { continue }
            switch mapping.place {
            case "header", "multivalueheader": request.headers.append((mapping.name, value))
            case "querystring", "multivaluequerystring": request.query.append((mapping.name, value))
            default: request.path[mapping.name] = value
            }
        }
        return request
    }

    private func body(for event: WebSocketEvent) throws(WebSocketFailure) -> [UInt8] {
        let body = try contentHandling?.request(event.body) ?? event.body
        if isProxy { return body }
        if let template = templates.template(for: event) {
            return try template.output(
                for: event, body: event.body, payload: event.payload, context: event.templateContext)
        }
        let passes =
            switch passthrough {
            case .whenNoMatch: true
            case .whenNoTemplates: templates.isEmpty
            case .never: false
            }
        guard passes else {
            throw WebSocketFailure(
                .noTemplate,
                cause: "no template of integration \(id) takes the message, and passthroughBehavior is "
                    + passthrough.rawValue)
        }
        return body
    }

    private func value(of source: RouteMapping.Source, _ event: WebSocketEvent) -> String? {
        switch source {
        case .text(let text): return text
        case .context(let name): return event.contextValue(name)
        case .stageVariable(let name): return event.connection.stageVariables[name]
        case .body(nil): return event.body.isEmpty ? nil : String(decoding: event.body, as: UTF8.self)
        case .body(let path?):
            return JSONPath("$." + path, stepsMax: pathStepsMax).flatMap { path in
                event.payload.flatMap(path.value)
            }?.mappedText
        case .routeParameter(let name): return ConnectParameter(name)?.value(in: event.request)
        case .integrationHeader: return nil
        }
    }

    /// The request to an HTTP backend. Nil if the integration's URI makes no URL.
    package func backendRequest(
        _ request: EndpointRequest, for event: WebSocketEvent, uri: String
    ) -> BackendRequest? {
        guard let parts = URLParts(Self.filled(uri, request, event)) else { return nil }
        let path = parts.path.isEmpty ? "/" : parts.path
        let pairs = request.query.map {
            PercentCoding.encoded($0.name) + "=" + PercentCoding.encoded($0.value)
        }
        let query = ([parts.query ?? ""] + pairs).filter { !$0.isEmpty }.joined(separator: "&")
        let url = "\(parts.scheme)://\(parts.authority)\(path)" + (query.isEmpty ? "" : "?" + query)
        return BackendRequest(
            method: HTTPMethod(rawValue: backendMethod(for: event)), url: url,
            fields: fields(request, for: event, host: parts.authority), body: request.body)
    }

    private func backendMethod(for event: WebSocketEvent) -> String {
        guard let method, method != "ANY" else { return event.request == nil ? "POST" : "GET" }
        return method
    }

    /// The URI with the values of stage variables and of its path's variables.
    private static func filled(_ uri: String, _ request: EndpointRequest, _ event: WebSocketEvent) -> String {
        var text = event.connection.stageVariables.substituted(in: uri)
        for (name, value) in request.path {
            text = text.replacing("{\(name)}", with: PercentCoding.encoded(value))
        }
        return text
    }

    private func fields(
        _ request: EndpointRequest, for event: WebSocketEvent, host: String
    ) -> HTTPFields {
        var lines: [(name: String, value: String)] = [("Host", host)]
        func set(_ name: String, _ value: String, keeping isKept: Bool = false) {
            if let index = lines.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) {
                if !isKept { lines[index].value = value }
            } else {
                lines.append((name, value))
            }
        }
        if case .http(_, isProxy: true) = kind, let fields = event.request?.fields {
            for index in 0..<fields.count where Self.passes(fields.name(at: index).lowercased()) {
                lines.append((fields.name(at: index), fields.value(at: index)))
            }
        }
        for header in request.headers
        where HTTPFields.isName(header.name) && HeaderValue.isOneLine(header.value) {
            set(header.name, header.value)
        }
        set("User-Agent", "AmazonAPIGateway_\(event.connection.address.apiId)", keeping: true)
        set("X-Amzn-Trace-Id", event.connection.traceID, keeping: true)
        if !request.body.isEmpty { set("Content-Type", "application/json", keeping: true) }
        set("Content-Length", "\(request.body.count)")
        var fields = HTTPFields()
        for line in lines { fields.append(line.name, line.value) }
        return fields
    }

    /// Whether a field of the handshake goes on to a proxy's backend.
    private static func passes(_ name: String) -> Bool {
        !HopByHop.names.contains(name) && !name.hasPrefix("sec-websocket-") && name != "host"
            && name != "content-length"
    }
}

/// A parameter of the handshake that a route declares: `route.request.header.x` or
/// `route.request.querystring.x`.
struct ConnectParameter: Sendable, Equatable {
    private let place: String
    private let name: String

    /// Nil for other names. The API reference has `method` for `route`.
    init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "route" || parts[0] == "method", parts[1] == "request" else {
            return nil
        }
        (place, name) = (String(parts[2]), String(parts[3]))
    }

    /// The value in the request of a handshake; nil if it is missing. Several values are joined by commas.
    func value(in request: HTTPRequest?) -> String? {
        guard let request else { return nil }
        let values =
            switch place {
            case "header", "multivalueheader": request.fields.values(of: name)
            case "querystring", "multivaluequerystring": QueryValues(request.target).values(of: name)
            default: [String]()
            }
        if values.isEmpty { return nil }
        return place.hasPrefix("multi") ? values.joined(separator: ",") : values[values.count - 1]
    }
}
