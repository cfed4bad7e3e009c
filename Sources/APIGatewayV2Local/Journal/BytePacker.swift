/// Values as bytes one behind another, and back in the same order. The bytes never leave the process: they
/// have no version, and the order of bytes of the machines that this program is built for.

internal import HTTPWire

/// Appends values to memory that has room for them.
extension OutputSpan<UInt8> {
    /// Appends a number, seven bits a byte, the lowest first.
    mutating func append(count: Int) {
        var rest = UInt(bitPattern: count)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(_ flag: Bool) { append(flag ? 1 : 0) }

    /// Appends a time in whole nanoseconds, as all clocks give it. The seconds stand by themselves, because
    /// an emulated clock may show the year 9999, and 64 bits of nanoseconds end in 2262.
    mutating func append(_ time: Duration) {
        let (seconds, nanoseconds) = time.parts
        append(count: seconds)
        append(count: nanoseconds)
    }

    mutating func append(_ text: String) {
        append(count: text.utf8.count)
        append(text.utf8.span)
    }

    mutating func append(_ text: String?) {
        append(text != nil)
        if let text { append(text) }
    }

    mutating func append(_ data: [UInt8]) {
        append(count: data.count)
        append(data.span)
    }

    mutating func append(_ fields: HTTPFields) {
        append(fields.bytes)
        append(count: fields.lines.count)
        append(fields.lines)
    }
}

/// The most bytes of the values whose size is not that of their bytes.
enum PackedRoom {
    static let count = 10
    static let time = 2 * count
    static let optionalCount = 1 + count
}

/// Reads packed values in their order. A mistake in the order is one of this program.
struct ByteUnpacker: Sendable {
    private let bytes: ArraySlice<UInt8>
    /// The index of the next byte.
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    mutating func count() -> Int {
        var (value, shift) = (0, 0)
        while true {
            let byte = byte()
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    mutating func flag() -> Bool { byte() == 1 }

    mutating func duration() -> Duration { .seconds(count()) + .nanoseconds(count()) }

    mutating func text() -> String { String(decoding: slice(count()), as: UTF8.self) }

    mutating func optionalText() -> String? { flag() ? text() : nil }

    mutating func data() -> [UInt8] { Array(slice(count())) }

    /// Passes over bytes, a text or the bytes of fields.
    mutating func skipData() { place += count() }

    mutating func fields() -> HTTPFields {
        let bytes = data()
        var lines: [HTTPFields.Line] = []
        let count = count()
        lines.reserveCapacity(count)
        for _ in 0..<count {
            let (nameStart, nameEnd, valueStart, valueEnd) = (word(), word(), word(), word())
            lines.append(HTTPFields.Line(name: nameStart..<nameEnd, value: valueStart..<valueEnd))
        }
        return HTTPFields(bytes: bytes, lines: lines)
    }

    mutating func skipFields() {
        skipData()
        place += count() * MemoryLayout<HTTPFields.Line>.stride
    }

    private mutating func byte() -> UInt8 {
        defer { place += 1 }
        return bytes[place]
    }

    /// Four bytes as the machine has them in memory.
    private mutating func word() -> Int {
        Int(byte()) | Int(byte()) << 8 | Int(byte()) << 16 | Int(byte()) << 24
    }

    private mutating func slice(_ count: Int) -> ArraySlice<UInt8> {
        defer { place += count }
        return bytes[place..<(place + count)]
    }
}
