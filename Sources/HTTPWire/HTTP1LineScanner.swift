/// Bytes in, lines out, each ended by CRLF. Remembers how far it has looked, so that a line that arrives byte by byte
/// is looked at once. Refuses a bare CR, a bare LF, every other control character but HTAB, and a line that would end
/// behind the limit. What comes first in the bytes is refused first, however the bytes were cut into pieces.
/// Follows RFC 9112 section 2.2 at its strictest.

/// Where the next line begins, and how much of it has been looked at.
struct HTTP1LineScanner: Sendable {
    private(set) var lineStart: Int
    /// No control character but HTAB stands between `lineStart` and here.
    private(set) var scanned: Int

    init(at start: Int = 0) {
        lineStart = start
        scanned = start
    }

    /// The next line without its CRLF, or nil while that has not arrived. The CRLF must end at or before `limit`.
    mutating func nextLine(
        in bytes: Span<UInt8>, limit: Int, tooLong: @autoclosure () -> HTTPParseError
    ) throws(HTTPParseError) -> Range<Int>? {
        let end = min(bytes.count, limit)
        let control = firstControl(in: bytes, from: scanned, to: end)
        scanned = control
        if control < end {
            guard bytes[control] == .carriageReturn else { throw unexpectedControl(bytes[control]) }
            if control + 1 < end {
                guard bytes[control + 1] == .lineFeed else {
                    throw .badRequest("A CR stands without a LF behind it.")
                }
                let line = lineStart..<control
                lineStart = control + 2
                scanned = lineStart
                return line
            }
        }
        guard bytes.count <= limit else { throw tooLong() }
        return nil
    }
}

private func firstControl(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    let part = bytes.extracting(start..<end)
    for i in part.indices {
        let byte = part[i]
        if byte.isControl && byte != .horizontalTab { return start + i }
    }
    return end
}

private func unexpectedControl(_ byte: UInt8) -> HTTPParseError {
    byte == .lineFeed
        ? .badRequest("A LF stands without a CR before it.")
        : .badRequest("The head has the control character \(byte).")
}
