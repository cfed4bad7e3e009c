/// The route key of an HTTP API: `$default`, or a method and a path whose segments may be variables.
/// Refuses in the service's words: docs/fidelity.md, "Route".

/// A method and the segments of a path.
struct RouteKey {
    private let method: Substring
    private let segments: [Substring]

    /// Nil for `$default` and for what `breach(of:)` finds fault with.
    init?(_ key: String) {
        guard key != Route.defaultKey, RouteKey.breach(of: key) == nil else { return nil }
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
        if key == Route.defaultKey { return nil }
        let parts = key.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, methods.contains(String(parts[0])), parts[1].hasPrefix("/"),
            !parts[1].contains(" ")
        else { return formatMessage }
        let segments = parts[1].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if segments == [""] { return nil }
        for (index, segment) in segments.enumerated() {
            guard isSegment(segment, isLast: index == segments.count - 1) else {
                return "One or more path parts appear to be invalid"
            }
        }
        return nil
    }

    /// Plain text, `{name}`, or `{name+}` at the end.
    private static func isSegment(_ segment: Substring, isLast: Bool) -> Bool {
        guard segment.contains("{") || segment.contains("}") else { return !segment.isEmpty }
        guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return false }
        var name = segment.dropFirst().dropLast()
        if name.hasSuffix("+") {
            guard isLast else { return false }
            name.removeLast()
        }
        return !name.isEmpty && name.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: ":"):
            true
        default: false
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
