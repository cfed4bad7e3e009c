/// The chunked coding in, body bytes and the trailer section out. Keeps only the bytes of an unfinished
/// trailer section. Refuses a size line that is not hexadecimal digits, an optional extension and CRLF.
/// Refuses a chunk without its CRLF, and too many extension bytes. Refuses a body over the limit with 413.
/// Refuses trailer fields that frame or route a message. Follows RFC 9112 section 7.1.

/// A chunked body under way.
package struct HTTP1ChunkedBody: Sendable {
    /// The result of one read.
    package enum Progress: Sendable {
        case needMore(consumed: Int)
        case done(trailers: HTTPFields, consumed: Int)
    }

    private enum Phase: Sendable {
        case size(digits: Int)
        case chunkExtension
        case sizeLineFeed
        case data(remaining: Int)
        case dataCarriageReturn
        case dataLineFeed
        case trailers
    }

    private var phase = Phase.size(digits: 0)
    private var chunkSize = 0
    private var extensionBytes = 0
    private var trailers = HTTP1FieldSection(at: 0)

    private let isOfAnswer: Bool

    /// `isOfAnswer` is true for an answer, of which no trailer field is obeyed and none refused. Old servers
    /// pad the sizes of its chunks with spaces.
    package init(isOfAnswer: Bool = false) { self.isOfAnswer = isOfAnswer }

    /// Appends the body bytes in `bytes` to `body`. `bytes` begins at the end of the last call's `consumed`.
    package mutating func read(
        _ bytes: Span<UInt8>, into body: inout [UInt8], limits: HTTPLimits
    ) throws(HTTPParseError) -> Progress {
        var at = 0
        while at < bytes.count {
            switch phase {
            case .data(let remaining):
                let count = min(remaining, bytes.count - at)
                body.append(bytes.extracting(at..<(at + count)))
                at += count
                phase = count == remaining ? .dataCarriageReturn : .data(remaining: remaining - count)
            case .trailers:
                return try readTrailers(bytes.extracting(at..<bytes.count), consumed: at, limits: limits)
            default:
                try readFraming(bytes[at], bodyCount: body.count, limits: limits)
                at += 1
            }
        }
        return .needMore(consumed: at)
    }

    /// Reads one byte between the chunks.
    private mutating func readFraming(
        _ byte: UInt8, bodyCount: Int, limits: HTTPLimits
    ) throws(HTTPParseError) {
        switch phase {
        case .size(let digits):
            try readSize(byte, digits: digits, limits: limits)
        case .chunkExtension:
            try readExtension(byte, limits: limits)
        case .sizeLineFeed:
            guard byte == .lineFeed else {
                throw .badRequest("A chunk size has a CR without a LF behind it.")
            }
            guard chunkSize <= limits.bodyBytesMax - bodyCount else { throw bodyTooLarge(limits) }
            phase = chunkSize == 0 ? .trailers : .data(remaining: chunkSize)
        case .dataCarriageReturn:
            guard byte == .carriageReturn else { throw .badRequest("A chunk is longer than its size.") }
            phase = .dataLineFeed
        case .dataLineFeed:
            guard byte == .lineFeed else { throw .badRequest("A chunk ends in a CR without a LF behind it.") }
            phase = .size(digits: 0)
        case .data, .trailers:
            preconditionFailure("Chunk data and trailers are not read as framing.")
        }
    }

    private mutating func readSize(_ byte: UInt8, digits: Int, limits: HTTPLimits) throws(HTTPParseError) {
        if let digit = byte.hexDigitValue {
            if digits == 0 { chunkSize = 0 }
            guard digits < chunkSizeDigitsMax else { throw .badRequest("A chunk size has too many digits.") }
            chunkSize = chunkSize << 4 | Int(digit)
            phase = .size(digits: digits + 1)
            return
        }
        guard digits > 0 else { throw .badRequest("A chunk has no size.") }
        switch byte {
        case .carriageReturn: phase = .sizeLineFeed
        case UInt8(ascii: ";"): try readExtension(byte, limits: limits)
        case .space where isOfAnswer: try readExtension(byte, limits: limits)
        default: throw .badRequest("A chunk size is not a hexadecimal number.")
        }
    }

    private mutating func readExtension(_ byte: UInt8, limits: HTTPLimits) throws(HTTPParseError) {
        if byte == .carriageReturn {
            phase = .sizeLineFeed
            return
        }
        guard !byte.isControl || byte == .horizontalTab else {
            throw .badRequest("A chunk extension has a control character.")
        }
        extensionBytes += 1
        guard extensionBytes <= limits.chunkExtensionBytesMax else {
            throw .badRequest("The chunk extensions are longer than \(limits.chunkExtensionBytesMax) bytes.")
        }
        phase = .chunkExtension
    }

    private mutating func readTrailers(
        _ bytes: Span<UInt8>, consumed: Int, limits: HTTPLimits
    ) throws(HTTPParseError) -> Progress {
        guard let (fields, end) = try trailers.parse(bytes, limits: limits) else {
            return .needMore(consumed: consumed)
        }
        // Refused and not dropped, because a sender of such fields hopes that some reader obeys them (RFC
        // 9110 section 6.5.1). Other trailer fields stay apart from the header section.
        for name in ["content-length", "host", "transfer-encoding"]
        where !isOfAnswer && fields.contains(name) {
            throw .badRequest("The trailer section has a field that belongs in the head: \(name).")
        }
        return .done(trailers: fields, consumed: consumed + end)
    }
}

/// Fifteen hexadecimal digits always fit an `Int`. Leading zeros count, so that the size line has a limit.
/// Fixed, because the size is an Int.
private let chunkSizeDigitsMax = 15
