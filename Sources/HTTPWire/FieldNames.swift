/// Questions about fields, answered without memory: whether a name is one of several, and whether name and
/// value may stand in a line. As texts, names took a tenth of the instructions of a call of a backend.

/// Names of fields to look for.
package struct FieldNames: Sendable {
    fileprivate let names: [String]
    /// A bit for each length that a name has. Most other names have another length.
    fileprivate let lengths: UInt64

    /// `names` are in lower case, of at most 63 bytes each.
    package init(_ names: [String]) {
        self.names = names
        lengths = names.reduce(0) { $0 | 1 << UInt64($1.utf8.count) }
    }

    package static func + (first: FieldNames, second: FieldNames) -> FieldNames {
        FieldNames(first.names + second.names)
    }
}

extension HTTPFields {
    /// Whether the name of the line is one of `wanted`, in any case.
    package func isNamed(_ wanted: FieldNames, at index: Int) -> Bool {
        let line = lines[index]
        let count = line.nameEnd &- line.nameStart
        guard count < 64, (wanted.lengths &>> UInt64(count)) & 1 == 1 else { return false }
        let name = bytes.span.extracting(Int(line.nameStart)..<Int(line.nameEnd))
        for word in wanted.names where name.equalsIgnoringCase(word) { return true }
        return false
    }

    /// Whether the name of the line is a token (RFC 9110 section 5.6.2).
    package func hasToken(at index: Int) -> Bool {
        let line = lines[index]
        let name = bytes.span.extracting(Int(line.nameStart)..<Int(line.nameEnd))
        return name.count > 0 && ByteSet.token.prefixCount(of: name) == name.count
    }

    /// Whether the value of the line has no control character but tabs: a line break would begin another
    /// line.
    package func hasOneLine(at index: Int) -> Bool {
        withValue(at: index) { value in
            // Without an end at the first one the compiler looks at sixteen bytes at once.
            var found: UInt8 = 0
            for i in value.indices {
                let byte = value[i]
                found |= (byte < .space ? 1 : 0) & (byte != .horizontalTab ? 1 : 0) | (byte == 0x7F ? 1 : 0)
            }
            return found == 0
        }
    }

    /// Whether a value is `word` in any case. `word` is in lower case.
    package func hasValue(_ word: String, at index: Int) -> Bool {
        withValue(at: index) { $0.equalsIgnoringCase(word) }
    }

    /// Writes each name with a capital at the beginning and after each hyphen.
    package mutating func capitalizeNames() {
        let lines = lines
        var span = bytes.mutableSpan
        for line in lines {
            var isStart = true
            for i in Int(line.nameStart)..<Int(line.nameEnd) {
                if isStart, span[i] >= UInt8(ascii: "a"), span[i] <= UInt8(ascii: "z") { span[i] -= 0x20 }
                isStart = span[i] == UInt8(ascii: "-")
            }
        }
    }
}
