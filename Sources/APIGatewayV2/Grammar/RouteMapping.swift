/// The mappings of WebSocket APIs: one entry in, its destination and its source out. Entries are in an
/// integration's request parameters, or in an integration response's response parameters. Refuses with
/// `Problem`, in the older control plane's words for the same grammar. Follows AWS's developer guide,
/// "Setting up data mapping for WebSocket APIs", and the API reference.

/// One parameter of an integration's request, or of a route's response.
package struct RouteMapping: Sendable, Equatable {
    /// The message to make: the integration's request, or the route's response.
    package enum Message: Sendable {
        case integrationRequest, routeResponse
    }

    /// The source of the value.
    package enum Source: Sendable, Equatable {
        /// A text, without its quotation marks.
        case text(String)
        /// A parameter that the route must declare, such as `route.request.header.x`.
        case routeParameter(String)
        /// A message's body, or the value at a JSON path (without its `$`).
        case body(path: String?)
        case integrationHeader(String)
        case context(String)
        case stageVariable(String)
    }

    /// The reason why an entry is refused.
    package enum Problem: Error, Equatable {
        case destination(String)
        case source(String)

        package var message: String {
            switch self {
            case .destination(let name): "Invalid mapping expression parameter specified: \(name)"
            case .source(let value): "Invalid mapping expression specified: \(value)"
            }
        }
    }

    /// The part of the message: `header`, `querystring` or `path`.
    package let place: String
    package let name: String
    package let source: Source

    /// The mapping of the entry `name: value`.
    package init(_ name: String, _ value: String, of message: Message) throws(Problem) {
        let parts = name.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 4, message.destinations.contains(parts[0] + "." + parts[1]),
            message.places.contains(parts[2]), Self.isName(parts[3])
        else { throw .destination(name) }
        guard let source = Source(value, in: message) else { throw .source(value) }
        place = parts[2]
        self.name = parts[3]
        self.source = source
    }

    /// Whether the text matches `[a-zA-Z0-9._$-]+`.
    fileprivate static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "$"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension RouteMapping.Message {
    /// The words before a destination. The guide has `route`, and the API reference `method`, as for REST
    /// APIs.
    fileprivate var destinations: [String] {
        switch self {
        case .integrationRequest: ["integration.request"]
        case .routeResponse: ["route.response", "method.response"]
        }
    }

    fileprivate var places: [String] {
        switch self {
        case .integrationRequest:
            ["header", "querystring", "path", "multivalueheader", "multivaluequerystring"]
        case .routeResponse: ["header", "multivalueheader"]
        }
    }
}

extension RouteMapping.Source {
    fileprivate init?(_ value: String, in message: RouteMapping.Message) {
        if value.utf8.count >= 2, value.hasPrefix("'"), value.hasSuffix("'") {
            self = .text(String(value.dropFirst().dropLast()))
            return
        }
        let parts = value.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch (parts[0], message) {
        case ("context", _): self = .context(String(parts[1]))
        case ("stageVariables", _): self = .stageVariable(String(parts[1]))
        case ("route", .integrationRequest), ("method", .integrationRequest):
            guard let (place, name) = Self.place(after: "request.", in: parts[1]) else { return nil }
            switch place {
            case "body": self = .body(path: name.map(String.init))
            case "header", "querystring", "path", "multivalueheader", "multivaluequerystring":
                guard let name, RouteMapping.isName(name) else { return nil }
                self = .routeParameter(value)
            default: return nil
            }
        case ("integration", .routeResponse):
            guard let (place, name) = Self.place(after: "response.", in: parts[1]) else { return nil }
            switch place {
            case "body": self = .body(path: name.map(String.init))
            case "header", "multivalueheader":
                guard let name, RouteMapping.isName(name) else { return nil }
                self = .integrationHeader(String(name))
            default: return nil
            }
        default: return nil
        }
    }

    /// The part of a message in `text`, and the name within it.
    private static func place(
        after prefix: String, in text: Substring
    ) -> (place: Substring, name: Substring?)? {
        guard text.hasPrefix(prefix) else { return nil }
        let parts = text.dropFirst(prefix.count).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (parts[0], nil) }
        return parts[1].isEmpty ? nil : (parts[0], parts[1])
    }
}
