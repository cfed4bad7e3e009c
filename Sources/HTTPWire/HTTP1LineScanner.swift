/// Bytes in, lines out, each ended by CRLF. Remembers its position, so that it looks at each byte of a slow
/// line once. Refuses a bare CR, a bare LF, every other control character but HTAB, and a line over the
/// limit. It reports the first mistake in the bytes, for any cut of the bytes into pieces. Follows RFC 9112
/// section 2.2 at its strictest.

/// The start of the next line, and the number of bytes that were scanned.
struct HTTP1LineScanner: Sendable {
    private(set) var lineStart: Int
    /// The end of the scanned bytes. From `lineStart` to here there is no control character but HTAB.
    private(set) var scanned: Int

    init(at start: Int = 0) {
        lineStart = start
        scanned = start
    }

    /// The next line without its CRLF; nil if the CRLF has not arrived. The CRLF must end at or before
    /// `limit`.
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

/// The first control character that is not HTAB. It looks at blocks of 16 bytes without a branch, from which
/// the compiler makes vector instructions.
private func firstControl(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    let part = bytes.extracting(start..<end)
    var first = 0
    while part.count &- first >= 16 {
        let block = part.extracting(first..<(first &+ 16))
        var found: UInt8 = 0
        for i in 0..<16 { found |= isBreak(block[i]) }
        if found != 0 {
            var mask: UInt16 = 0
            for i in 0..<16 { mask |= UInt16(isBreak(block[i])) &<< UInt16(truncatingIfNeeded: i) }
            return start &+ first &+ mask.trailingZeroBitCount
        }
        first &+= 16
    }
    let rest = part.extracting(first..<part.count)
    for i in rest.indices where isBreak(rest[i]) != 0 { return start &+ first &+ i }
    return end
}

/// 1 for a control character but HTAB, else 0.
private func isBreak(_ byte: UInt8) -> UInt8 {
    (byte < 0x20 ? 1 : 0) & (byte == .horizontalTab ? 0 : 1) | (byte == 0x7f ? 1 : 0)
}

private func unexpectedControl(_ byte: UInt8) -> HTTPParseError {
    byte == .lineFeed
        ? .badRequest("A LF stands without a CR before it.")
        : .badRequest("The head has the control character \(byte).")
}
