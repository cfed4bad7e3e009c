/// The header section of a message: `Name: value` lines in one buffer, and an index over them. A section
/// takes two allocations to receive, none to read, and one copy to send. Names compare without case (RFC 9110
/// section 5.1). Refuses nothing: the decoder has checked the peer's fields, and code writes only valid
/// fields.

/// Field lines in order. Repeated names stay repeated.
package struct HTTPFields: Sendable {
    /// The places of one line's name and value in `bytes`.
    package struct Line: Sendable, BitwiseCopyable {
        package var nameStart: UInt32
        package var nameEnd: UInt32
        package var valueStart: UInt32
        package var valueEnd: UInt32

        package init(name: Range<Int>, value: Range<Int>) {
            nameStart = UInt32(name.lowerBound)
            nameEnd = UInt32(name.upperBound)
            valueStart = UInt32(value.lowerBound)
            valueEnd = UInt32(value.upperBound)
        }
    }

    /// The lines in the form of HTTP/1.1, each with its CRLF. A received section may also hold the start
    /// line.
    package internal(set) var bytes: [UInt8]
    package private(set) var lines: [Line]

    package init() {
        bytes = []
        lines = []
    }

    /// An empty section with memory for so many bytes and lines, so that appending takes no more.
    package init(roomForBytes byteCount: Int, lines lineCount: Int) {
        bytes = []
        lines = []
        bytes.reserveCapacity(byteCount)
        lines.reserveCapacity(lineCount)
    }

    /// A received section. `lines` must lie within `bytes`.
    package init(bytes: [UInt8], lines: [Line]) {
        self.bytes = bytes
        self.lines = lines
    }

    package var count: Int { lines.count }

    /// Takes memory for so many more bytes and lines, so that appending takes no more.
    package mutating func reserve(bytes byteCount: Int, lines lineCount: Int) {
        bytes.reserveCapacity(bytes.count + byteCount)
        lines.reserveCapacity(lines.count + lineCount)
    }

    /// The same section with an index that has no room for more lines.
    func tight() -> HTTPFields {
        var index: [Line] = []
        index.reserveCapacity(lines.count)
        index += lines
        return HTTPFields(bytes: bytes, lines: index)
    }

    package mutating func append(_ name: String, _ value: String) {
        let nameStart = bytes.count
        bytes.append(name)
        let nameEnd = bytes.count
        bytes.append(": ")
        let valueStart = bytes.count
        bytes.append(value)
        lines.append(Line(name: nameStart..<nameEnd, value: valueStart..<bytes.count))
        bytes.append("\r\n")
    }

    /// Appends a line whose value `write` appends.
    package mutating func append(_ name: String, writing write: (inout [UInt8]) -> Void) {
        let nameStart = bytes.count
        bytes.append(name)
        let nameEnd = bytes.count
        bytes.append(": ")
        let valueStart = bytes.count
        write(&bytes)
        lines.append(Line(name: nameStart..<nameEnd, value: valueStart..<bytes.count))
        bytes.append("\r\n")
    }

    /// Appends a line of another section, byte by byte the same. `name` replaces its name; nil keeps it.
    package mutating func append(lineAt index: Int, of other: HTTPFields, named name: String? = nil) {
        let line = other.lines[index]
        guard name == nil, let text = other.plainText(of: line) else {
            return append(name ?? other.name(at: index)) {
                $0.append(contentsOf: other.valueBytes(at: index))
            }
        }
        // One copy, because most lines have this form.
        let (nameStart, valueStart) = (bytes.count, bytes.count + Int(line.valueStart - line.nameStart))
        bytes.append(other.bytes.span.extracting(text))
        lines.append(
            Line(
                name: nameStart..<(nameStart + Int(line.nameEnd - line.nameStart)),
                value: valueStart..<(bytes.count - 2)))
    }

    /// The place of a line with its CRLF; nil if it is not `Name: value` with one space alone.
    package func plainText(of line: Line) -> Range<Int>? {
        let (colon, end) = (Int(line.nameEnd), Int(line.valueEnd))
        guard Int(line.valueStart) == colon + 2, end + 2 <= bytes.count else { return nil }
        let bytes = bytes.span
        let isPlain =
            bytes[colon] == UInt8(ascii: ":") && bytes[colon + 1] == .space
            && bytes[end] == UInt8(ascii: "\r") && bytes[end + 1] == UInt8(ascii: "\n")
        return isPlain ? Int(line.nameStart)..<(end + 2) : nil
    }

    /// Calls `write` with the bytes of a value, to overwrite them.
    package mutating func overwriteValue(at index: Int, _ write: (inout MutableSpan<UInt8>) -> Void) {
        let line = lines[index]
        var span = bytes.mutableSpan
        var value = span._mutatingExtracting(Int(line.valueStart)..<Int(line.valueEnd))
        write(&value)
    }

    package func name(at index: Int) -> String {
        let line = lines[index]
        return String(decoding: bytes[Int(line.nameStart)..<Int(line.nameEnd)], as: UTF8.self)
    }

    /// The value without surrounding white space. A value that is not UTF-8 is read as Latin-1, in which each
    /// byte is a character (RFC 9110 section 5.5).
    package func value(at index: Int) -> String {
        withValue(at: index) { String(utf8: $0) ?? String(latin1: $0) }
    }

    package func nameBytes(at index: Int) -> ArraySlice<UInt8> {
        bytes[Int(lines[index].nameStart)..<Int(lines[index].nameEnd)]
    }

    /// The bytes of the value, in place.
    package func valueBytes(at index: Int) -> ArraySlice<UInt8> {
        bytes[Int(lines[index].valueStart)..<Int(lines[index].valueEnd)]
    }

    /// Calls `read` with the bytes of the value, in place.
    func withValue<Result>(at index: Int, _ read: (Span<UInt8>) -> Result) -> Result {
        let line = lines[index]
        return read(bytes.span.extracting(Int(line.valueStart)..<Int(line.valueEnd)))
    }

    /// The value of the first field called `name`; nil if there is none.
    package subscript(name: String) -> String? {
        firstIndex(of: name).map(value(at:))
    }

    /// The values of all fields called `name`, in order.
    package func values(of name: String) -> [String] {
        lines.indices.filter { isNamed(name, at: $0) }.map(value(at:))
    }

    package func contains(_ name: String) -> Bool {
        firstIndex(of: name) != nil
    }

    /// The index in `lines` of the first field called `name`, for callers that read its bytes in place.
    package func firstIndex(of name: String) -> Int? {
        // The spans are made once, because making one for each line took most of the search.
        let (wanted, bytes, lines) = (name.utf8.span, bytes.span, lines.span)
        for index in lines.indices {
            let line = lines[index]
            guard Int(line.nameEnd &- line.nameStart) == wanted.count else { continue }
            let own = bytes.extracting(Int(line.nameStart)..<Int(line.nameEnd))
            if own.equalsIgnoringCase(wanted) { return index }
        }
        return nil
    }

    /// Whether `name` is a valid field name (RFC 9110 section 5.6.2).
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { ByteSet.token.contains($0) }
    }

    private func isNamed(_ name: String, at index: Int) -> Bool {
        let line = lines[index]
        guard Int(line.nameEnd - line.nameStart) == name.utf8.count else { return false }
        let own = bytes.span.extracting(Int(line.nameStart)..<Int(line.nameEnd))
        return own.equalsIgnoringCase(name.utf8.span)
    }
}
