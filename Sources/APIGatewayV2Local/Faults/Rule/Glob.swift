/// A pattern with `*` for any characters, slashes included, or none, and `?` for exactly one. It is compiled
/// once, so that a pattern without either is a plain comparison. Refuses nothing: every string is a pattern.

/// One compiled pattern.
package struct Glob: Sendable {
    private enum Form: Sendable {
        case anything
        case literal(String)
        case pattern([UInt8])
    }

    private let form: Form

    package init(_ text: String) {
        if !text.utf8.contains(where: { $0 == .asterisk || $0 == .questionMark }) {
            form = .literal(text)
        } else if text.utf8.allSatisfy({ $0 == .asterisk }) {
            form = .anything
        } else {
            form = .pattern(Array(text.utf8))
        }
    }

    /// The only matching string; nil if there may be several.
    package var literal: String? {
        if case .literal(let text) = form { text } else { nil }
    }

    package func matches(_ text: String) -> Bool {
        switch form {
        case .anything: return true
        case .literal(let literal): return text == literal
        case .pattern(let pattern): return Self.matches(pattern.span, text.utf8Span.span)
        }
    }

    /// Whether a text that begins with `prefix` may match. It may be true although none matches.
    package func canMatch(prefix: String) -> Bool {
        switch form {
        case .anything: return true
        case .literal(let literal): return literal.hasPrefix(prefix)
        case .pattern(let pattern):
            let fixed = pattern.prefix { $0 != .asterisk && $0 != .questionMark }
            return zip(fixed, prefix.utf8).allSatisfy { $0 == $1 }
        }
    }

    /// Goes back only to the last `*`, because an earlier one never needs more characters. The steps are at
    /// most the product of both lengths.
    private static func matches(_ pattern: Span<UInt8>, _ text: Span<UInt8>) -> Bool {
        var p = 0
        var t = 0
        var resume: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == .asterisk {
                p += 1
                resume = (p, t)
            } else if p < pattern.count, pattern[p] == .questionMark {
                p += 1
                t = endOfCharacter(text, at: t)
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = resume {
                p = last.pattern
                t = endOfCharacter(text, at: last.text)
                resume = (p, t)
            } else {
                return false
            }
        }
        while p < pattern.count, pattern[p] == .asterisk { p += 1 }
        return p == pattern.count
    }

    /// The offset after the Unicode scalar at `start`.
    private static func endOfCharacter(_ text: Span<UInt8>, at start: Int) -> Int {
        var end = start + 1
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }
}

extension UInt8 {
    fileprivate static let asterisk = UInt8(ascii: "*")
    fileprivate static let questionMark = UInt8(ascii: "?")
}
