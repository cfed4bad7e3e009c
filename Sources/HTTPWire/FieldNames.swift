/// Questions about fields, answered without memory: whether a name is one of several, and whether name and
/// value may stand in a line. As texts, names took a tenth of the instructions of a call of a backend.

/// Names of fields to look for.
package struct FieldNames: Sendable {
    private let names: [String]
    /// A bit for each length that a name has. Most other names have another length.
    private let lengths: UInt64
    /// The bytes of the names, by their length.
    private let bytes: [UInt8]
    /// The place of the first name of each length in `bytes`, and the end of the last.
    private let starts: [UInt16]

    /// `names` are in lower case, of at most 63 bytes each.
    package init(_ names: [String]) {
        self.names = names
        lengths = names.reduce(0) { $0 | 1 << UInt64($1.utf8.count) }
        var (bytes, starts): ([UInt8], [UInt16]) = ([], [])
        for length in 0...64 {
            starts.append(UInt16(bytes.count))
            for name in names where name.utf8.count == length { bytes.append(name) }
        }
        (self.bytes, self.starts) = (bytes, starts)
    }

    package static func + (first: FieldNames, second: FieldNames) -> FieldNames {
        FieldNames(first.names + second.names)
    }

    /// Whether one of the names is `name`, in any case.
    fileprivate func contains(_ name: Span<UInt8>) -> Bool {
        guard name.count < 64, (lengths &>> UInt64(name.count)) & 1 == 1 else { return false }
        let (starts, bytes) = (starts.span, bytes.span)
        var place = Int(starts[name.count])
        let end = Int(starts[name.count + 1])
        while place < end {
            var i = 0
            while i < name.count, name[i].lowercased == bytes[place + i] { i += 1 }
            if i == name.count { return true }
            place += name.count
        }
        return name.count == 0
    }
}

extension HTTPFields {
    /// Whether the name of the line is one of `wanted`, in any case.
    package func isNamed(_ wanted: FieldNames, at index: Int) -> Bool {
        let line = lines[index]
        return wanted.contains(bytes.span.extracting(Int(line.nameStart)..<Int(line.nameEnd)))
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
