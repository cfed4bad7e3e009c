/// The route key of an HTTP API: `$default`, or a method and a path whose segments may be variables. What is
/// asked of a WebSocket API's key, which has no parts, stands beside it.
/// Refuses in the service's words: docs/fidelity.md, "Route".

/// A method and the segments of a path.
struct RouteKey {
    /// The key that takes what no other does.
    static let defaultKey = "$default"
    /// The key of a WebSocket API's connection.
    static let connectKey = "$connect"
    /// The key of its end.
    static let disconnectKey = "$disconnect"

    private let method: Substring
    private let segments: [Substring]

    /// Nil for `$default` and for what `breach(of:)` finds fault with.
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

    /// The service's message for a key that it does not take.
    static func breach(of key: String) -> String? {
        if key == Self.defaultKey { return nil }
        let parts = key.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, methods.contains(String(parts[0])), parts[1].hasPrefix("/"),
            !parts[1].contains(" ")
        else { return formatMessage }
        let segments = parts[1].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if segments == [""] { return nil }
        guard segments.allSatisfy(isSegment) else { return segmentMessage }
        // The expression lets a greedy variable stand anywhere. The developer guide wants it at the end, and
        // these are the words of the older control plane for a resource below one.
        guard let greedy = segments.dropLast().first(where: { $0.hasSuffix("+}") }) else { return nil }
        return "Cannot create a child of a resource with a greedy path variable: \(greedy)"
    }

    /// The refusal of a WebSocket API's key, or nil. A key that begins with `$` is one of the service's own;
    /// every other key is let in.
    static func webSocketBreach(of key: String) -> String? {
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
        byte.isASCIILetterOrDigit || "_-.:".utf8.contains(byte)
    }

    /// A place in a path that a variable takes.
    struct VariableLevel {
        /// The method and the path before the variable, and whether the variable is greedy: the same for all
        /// keys that have a variable there.
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
