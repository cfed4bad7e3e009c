/// One entry of an HTTP API's request or response parameters in, its change of the message out: the part, the
/// action and the value. It changes nothing itself, so that one place can check a mapping and another can
/// perform it. Refuses with `Problem`, in the service's words. Follows AWS's developer guide, "Transform API
/// requests and responses for HTTP APIs". For recorded messages see docs/fidelity-apis.md, "Parameter
/// mapping".

/// A change of one part of a request before it is sent on, or of a response before it is returned.
package struct ParameterMapping: Sendable, Equatable {
    /// The action on the part.
    package enum Action: String, Sendable, CaseIterable {
        case append, overwrite, remove
    }

    /// The part of the message.
    package enum Destination: Sendable, Equatable {
        case header(String)
        case queryString(String)
        case path
        case statusCode
    }

    /// The message to change. A response has other parts than a request, and more sources of values.
    package enum Message: String, Sendable {
        case request = "Request"
        case response = "Response"
    }

    /// The reason why an entry is refused.
    package enum Problem: Error, Equatable {
        case destination(String, Message)
        case reservedHeader(String)
        case source(String, destination: String)

        /// The service's message.
        package var message: String {
            switch self {
            case .destination(let name, let message):
                "Invalid \(message.rawValue) Actioned Parameter destination specified: \(name)"
            case .reservedHeader(let name): "Operations on header \(name) are restricted"
            case .source(let value, let name): "Invalid source: \(value) specified for destination: \(name)"
            }
        }
    }

    package let action: Action
    package let destination: Destination
    package let value: MappingValue

    /// The mapping of the entry `name: value`.
    package init(_ name: String, _ value: String, of message: Message) throws(Problem) {
        let badDestination = Problem.destination(name, message)
        guard let colon = name.firstIndex(of: ":"), let action = Action(rawValue: String(name[..<colon]))
        else { throw badDestination }
        guard let destination = Destination(name[name.index(after: colon)...], action, of: message) else {
            throw badDestination
        }
        if case .header(let header) = destination, ReservedHeader.contains(header) {
            throw .reservedHeader(header)
        }
        guard let value = MappingValue(value, in: message) else {
            throw .source(value, destination: name)
        }
        self.action = action
        self.destination = destination
        self.value = value
    }
}

extension ParameterMapping.Destination {
    /// The destination in an entry's name after the action; nil if the message has no such part or the action
    /// does not apply to it. Paths and status codes exist once, so they can only be replaced.
    fileprivate init?(
        _ text: Substring, _ action: ParameterMapping.Action, of message: ParameterMapping.Message
    ) {
        switch (text, message) {
        case ("path", .request): self = .path
        case ("statuscode", .response): self = .statusCode
        default:
            let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { return nil }
            switch (parts[0], message) {
            case ("header", _): self = .header(String(parts[1]))
            case ("querystring", .request): self = .queryString(String(parts[1]))
            default: return nil
            }
            return
        }
        guard action == .overwrite else { return nil }
    }
}

/// The headers that no mapping may change, by the developer guide.
private enum ReservedHeader {
    private static let names: Set = [
        "authorization", "connection", "content-encoding", "content-length", "content-location", "forwarded",
        "keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers",
        "transfer-encoding", "upgrade", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via",
    ]
    private static let prefixes = ["access-control-", "apigw-", "x-amz-", "x-amzn-"]

    static func contains(_ header: String) -> Bool {
        let name = header.lowercased()
        return names.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }
}
