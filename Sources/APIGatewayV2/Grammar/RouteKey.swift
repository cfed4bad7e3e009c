/// The route key of an HTTP API: `$default`, or a method and a path with literal and variable segments. The
/// file also has the rules of a WebSocket API's key, which has no parts. Refuses in the service's words:
/// docs/fidelity.md, "Route".

internal import HTTPWire

/// A method and the segments of a path.
package struct RouteKey {
    /// The key of the route for all requests without another route.
    static let defaultKey = "$default"
    /// The key of a WebSocket API's connection.
    static let connectKey = "$connect"
    /// The key of the connection's end.
    static let disconnectKey = "$disconnect"

    private let method: Substring
    private let segments: [Substring]

    /// Nil for `$default`, and for a key that `breach(of:)` refuses.
    init?(_ key: String) {
        guard key != Self.defaultKey, RouteKey.breach(of: key) == nil else { return nil }
        let parts = key.split(separator: " ", maxSplits: 1)
        method = parts[0]
        segments = parts[1].split(separator: "/")
    }

    private static let methods = ["ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    private static let formatMessage =
        "The provided route key is not formatted properly for HTTP protocol. "
        + #"Format should be "[HTTP METHOD] /[RESOURCE PATH]" or "$default""#

    /// The service's message for a refused key; nil if the key is accepted.
    package static func breach(of key: String) -> String? {
        if key == Self.defaultKey { return nil }
        let parts = key.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, methods.contains(String(parts[0])), parts[1].hasPrefix("/"),
            !parts[1].contains(" ")
        else { return formatMessage }
        let segments = parts[1].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if segments == [""] { return nil }
        guard segments.allSatisfy(isSegment) else { return segmentMessage }
        // The expression allows a greedy variable anywhere, but the developer guide only at the end. The
        // message is the older control plane's for a resource below a greedy one.
        guard let greedy = segments.dropLast().first(where: { $0.hasSuffix("+}") }) else { return nil }
        return "Cannot create a child of a resource with a greedy path variable: \(greedy)"
    }

    /// The service's message for a refused key of a WebSocket API; nil if the key is accepted. A key that
    /// begins with `$` must be one of the service's own, and every other key is accepted.
    package static func webSocketBreach(of key: String) -> String? {
        let known = [Self.connectKey, Self.disconnectKey, Self.defaultKey]
        guard key.hasPrefix("$"), !known.contains(key) else { return nil }
        return "The provided route key is not formatted properly"
    }

    private static let segmentMessage =
        "One or more path parts appear to be invalid. Parts are validated against this regular expression: "
        + #"^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_-]+)$"#

    /// Whether `segment` matches the expression in `segmentMessage`.
    private static func isSegment(_ segment: Substring) -> Bool {
        var name = segment.utf8[...]
        if segment.hasPrefix("{"), segment.hasSuffix("}"), name.count > 1 {
            name = name.dropFirst().dropLast()
            if name.last == UInt8(ascii: "+") { name.removeLast() }
        }
        return !name.isEmpty && name.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || "_-.:".utf8.contains(byte)
    }

    /// The place of a variable in a path.
    struct VariableLevel {
        /// The method, the path before the variable, and whether it is greedy. All keys with a variable at
        /// this place share it.
        let key: String
        let name: Substring
    }

    /// The places of the variables, from the first segment on.
    var variableLevels: [VariableLevel] {
        segments.indices.filter { segments[$0].hasPrefix("{") }.map { index in
            let kind = segments[index].hasSuffix("+}") ? "{+}" : "{}"
            let path = (segments[..<index] + [Substring(kind)]).joined(separator: "/")
            return VariableLevel(key: "\(method) /\(path)", name: segments[index])
        }
    }

    /// Whether both have a variable at the end of the same prefix, under two names.
    func hasConflictingVariable(with other: RouteKey) -> Bool {
        guard method == other.method else { return false }
        for (mine, theirs) in zip(segments, other.segments) where mine != theirs {
            return mine.hasPrefix("{") && theirs.hasPrefix("{")
                && mine.hasSuffix("+}") == theirs.hasSuffix("+}")
        }
        return false
    }
}
