/// One entry of an HTTP API's request or response parameters in, what it does out: which part of the message
/// is changed, how, and to what. Pure, so that a mapping can be checked here and carried out elsewhere.
/// Refuses with `Problem`, whose words are the service's. Follows AWS's developer guide, "Transform API
/// requests and responses for HTTP APIs"; docs/fidelity-apis.md, "Parameter mapping", says which words are
/// recorded.

/// A change of one part of a request before it is sent on, or of a response before it is given back.
package struct ParameterMapping: Sendable, Equatable {
    /// What is done to the part.
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

    /// Which message is changed: a response has other parts than a request, and more to take values from.
    package enum Message: String, Sendable {
        case request = "Request"
        case response = "Response"
    }

    /// Why an entry is none.
    package enum Problem: Error, Equatable {
        case destination(String, Message)
        case reservedHeader(String)
        case source(String, destination: String)

        /// The service's words.
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

    /// Of the entry `name: value`.
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
    /// Of the part of an entry's name after the action; nil where the message has no such part, or where the
    /// action does not apply to it: paths and status codes are there once, so that they can be replaced only.
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

/// The headers that no mapping may change: the developer guide's list.
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
