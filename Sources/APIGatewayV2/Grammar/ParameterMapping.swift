/// One entry of an HTTP API's request or response parameters in, its change of the message out: the part, the
/// action and the value. It changes nothing itself, so that one place can check a mapping and another can
/// perform it. Refuses with `Problem`, in the service's words. Follows AWS's developer guide, "Transform API
/// requests and responses for HTTP APIs". For recorded messages see docs/fidelity-apis.md, "Parameter
/// mapping".

internal import HTTPWire

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
        if let problem = Self.problem(in: name.utf8.span, value.utf8.span, of: message) { throw problem }
        guard let target = MappingTarget(name.utf8.span, of: message),
            let value = MappingValue(value, in: message)
        else { throw .destination(name, message) }
        action = target.action
        destination = target.destination(in: name)
        self.value = value
    }

    /// The reason why the entry `name: value` is refused; nil if it is a mapping. Texts are made for a
    /// refusal alone, because each write of an integration asks.
    static func problem(in name: Span<UInt8>, _ value: Span<UInt8>, of message: Message) -> Problem? {
        guard let target = MappingTarget(name, of: message) else {
            return .destination(String(bytes: name), message)
        }
        if target.isReservedHeader(in: name) {
            return .reservedHeader(String(bytes: name.extracting(target.start..<name.count)))
        }
        guard let headers = MappingValue.headers(of: value, in: message) else {
            return .source(String(bytes: value), destination: String(bytes: name))
        }
        for range in headers where ReservedHeader.isUnreadable(value.extracting(range)) {
            return .reservedHeader(String(bytes: value.extracting(range)))
        }
        return nil
    }
}

extension ParameterMapping.Action {
    fileprivate init?(_ word: Span<UInt8>) {
        if word.equals("append") {
            self = .append
        } else if word.equals("overwrite") {
            self = .overwrite
        } else if word.equals("remove") {
            self = .remove
        } else {
            return nil
        }
    }
}

/// The name of an entry, as an action, a part, and the place of the part's name.
private struct MappingTarget {
    private enum Part {
        case header, queryString, path, statusCode
    }

    let action: ParameterMapping.Action
    private let part: Part
    /// The offset of the part's name, such as the header's.
    let start: Int

    /// Nil if the message has no such part or the action does not apply to it. Paths and status codes exist
    /// once, so they can only be replaced.
    init?(_ name: Span<UInt8>, of message: ParameterMapping.Message) {
        guard let colon = name.firstIndex(of: UInt8(ascii: ":"), in: 0..<name.count),
            let action = ParameterMapping.Action(name.extracting(0..<colon))
        else { return nil }
        self.action = action
        let text = name.extracting(colon + 1..<name.count)
        if message == .request ? text.equals("path") : text.equals("statuscode") {
            guard action == .overwrite else { return nil }
            (part, start) = (message == .request ? .path : .statusCode, name.count)
            return
        }
        let word: String
        if text.begins(with: "header.") {
            (part, word) = (.header, "header.")
        } else if message == .request, text.begins(with: "querystring.") {
            (part, word) = (.queryString, "querystring.")
        } else {
            return nil
        }
        start = colon + 1 + word.utf8.count
        if start == name.count { return nil }
    }

    func isReservedHeader(in name: Span<UInt8>) -> Bool {
        part == .header && ReservedHeader.contains(name.extracting(start..<name.count))
    }

    func destination(in name: String) -> ParameterMapping.Destination {
        switch part {
        case .header: .header(name.text(ofBytes: start..<name.utf8.count))
        case .queryString: .queryString(name.text(ofBytes: start..<name.utf8.count))
        case .path: .path
        case .statusCode: .statusCode
        }
    }
}

/// The headers that no mapping may change, by the developer guide.
private enum ReservedHeader {
    private static let names = [
        "authorization", "connection", "content-encoding", "content-length", "content-location", "forwarded",
        "keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers",
        "transfer-encoding", "upgrade", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via",
    ]
    /// A bit for each length of a name. Most headers of mappings have another length.
    private static let lengths = names.reduce(into: UInt32(0)) { $0 |= 1 << $1.utf8.count }
    private static let prefixes = ["access-control-", "apigw-", "x-amz-", "x-amzn-"]

    /// Whether a mapping may not even read the header. One report has a 400 for `apigw-requestid`; of the
    /// others nothing is known.
    static func isUnreadable(_ header: Span<UInt8>) -> Bool { header.equalsIgnoringCase("apigw-requestid") }

    static func contains(_ header: Span<UInt8>) -> Bool {
        if lengths & 1 << header.count != 0, names.contains(where: { header.equalsIgnoringCase($0) }) {
            return true
        }
        return prefixes.contains {
            header.count >= $0.utf8.count && header.extracting(0..<$0.utf8.count).equalsIgnoringCase($0)
        }
    }
}
