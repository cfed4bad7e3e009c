/// Regular expressions of `matches`, `replaceAll`, `replaceFirst` and `split`, by PCRE2, whose syntax is
/// Java's in all that templates use. A match has a bound, which Java's has not.

internal import CPCRE2

/// One compiled expression.
@safe final class RegularExpression {
    private static let soname = "libpcre2-8.so.0"

    private let pointer: OpaquePointer

    /// `stepsMax` bounds the steps of one match.
    init(_ pattern: String, stepsMax: Int) throws(MethodFailure) {
        var reason = [CChar](repeating: 0, count: 256)
        let bytes = Array(pattern.utf8) + [0]
        let compiled = unsafe reason.withUnsafeMutableBufferPointer { buffer in
            unsafe bytes.withUnsafeBufferPointer { pattern in
                unsafe Self.compile(pattern, stepsMax: UInt32(clamping: stepsMax), reason: buffer)
            }
        }
        guard let pointer = unsafe compiled else {
            let text = String(
                decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw MethodFailure("the regular expression \(pattern): \(text)")
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe cpcre2_free(pointer) }

    /// The pattern ends with a zero byte, so that it has an address when it is empty.
    private static func compile(
        _ pattern: UnsafeBufferPointer<UInt8>, stepsMax: UInt32,
        reason: UnsafeMutableBufferPointer<CChar>
    ) -> OpaquePointer? {
        guard let start = pattern.baseAddress, let text = reason.baseAddress else { return nil }
        return unsafe cpcre2_compile(soname, start, pattern.count - 1, stepsMax, text, reason.count)
    }

    func matches(whole text: String) throws(MethodFailure) -> Bool {
        try groups(in: Array(text.utf8), from: 0, isWhole: true) != nil
    }

    /// The places of the first match from `start` on and of its groups; nil without a match.
    func groups(
        in text: [UInt8], from start: Int, isWhole: Bool = false
    ) throws(MethodFailure) -> [Range<Int>?]? {
        let subject = text + [0]
        let count = unsafe subject.withUnsafeBufferPointer { buffer -> Int32 in
            guard let address = buffer.baseAddress else { return 0 }
            return unsafe cpcre2_match(pointer, address, text.count, start, isWhole)
        }
        if count == 0 { return nil }
        if count < 0 { throw MethodFailure("the regular expression takes too many steps") }
        var groups: [Range<Int>?] = []
        for group in 0..<count {
            var (from, to) = (0, 0)
            let isThere = unsafe cpcre2_group(pointer, group, &from, &to)
            groups.append(isThere && from <= to ? from..<to : nil)
        }
        return groups
    }

    /// All matches, or the first.
    func matches(in text: [UInt8], isFirstOnly: Bool = false) throws(MethodFailure) -> [[Range<Int>?]] {
        var matches: [[Range<Int>?]] = []
        var start = 0
        while start <= text.count, let groups = try groups(in: text, from: start), let whole = groups[0] {
            matches.append(groups)
            if isFirstOnly { break }
            start = whole.upperBound
            if whole.isEmpty {
                // The next attempt begins behind one more character.
                start += 1
                while start < text.count, text[start] & 0xC0 == 0x80 { start += 1 }
            }
        }
        return matches
    }
}
