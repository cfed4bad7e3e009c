/// Bytes of a process in, whole lines out, in any number of pieces. A line that is too long becomes several
/// ones. A carriage return ends a line too: runtimes write a trace in one line of CloudWatch with it.

/// The cutter of one output.
package struct LineCutter {
    let lineBytesMax: Int
    /// The bytes of a line without its end; at most `lineBytesMax`.
    private var rest: [UInt8] = []
    /// Whether the last byte was a carriage return, with which a line feed makes one end.
    private var isAfterReturn = false

    package init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    /// The lines that end within `bytes`.
    package mutating func lines(appending bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            let isReturn = byte == 0x0D
            defer { isAfterReturn = isReturn }
            if isReturn || byte == 0x0A {
                if isReturn || !isAfterReturn { lines.append(cut(rest.count)) }
                continue
            }
            if rest.count == lineBytesMax { lines.append(cut(before: byte)) }
            rest.append(byte)
        }
        return lines
    }

    /// The line that has no end yet; nil if nothing is left.
    package mutating func flush() -> String? { rest.isEmpty ? nil : cut(rest.count) }

    /// Cuts a full line before the first byte of a character, which has at most three others.
    private mutating func cut(before next: UInt8) -> String {
        if next & 0xC0 != 0x80 { return cut(rest.count) }
        let start = rest.indices.suffix(3).last { $0 > 0 && rest[$0] & 0xC0 != 0x80 }
        return cut(start ?? rest.count)
    }

    private mutating func cut(_ count: Int) -> String {
        defer { rest.removeFirst(count) }
        return String(decoding: rest[..<count], as: UTF8.self)
    }
}
