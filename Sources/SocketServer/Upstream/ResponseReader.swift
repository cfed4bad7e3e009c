/// The bytes of a connection without TLS in, an `OutgoingResponse` out, for any cut of the bytes into pieces.
/// It finds the lines of the head and the end of the body; `ResponseCollector` keeps what they hold. Follows
/// RFC 9112 sections 4 to 8.

internal import HTTPWire

/// One answer under way.
package struct ResponseReader {
    private enum Phase {
        case head
        case content(remaining: Int)
        case chunked
        case untilClose
        case over
    }

    private let limits: HTTPLimits
    private let answersHead: Bool
    private var collector: ResponseCollector
    private var phase = Phase.head
    private var chunks = HTTP1ChunkedBody(isOfAnswer: true)
    /// The number of bytes of the unfinished line that have no line feed.
    private var scanned = 0
    /// Whether a byte of the answer has come.
    package private(set) var hasBegun = false
    /// Whether another request may follow on the connection; known at the end of the head.
    package private(set) var isKeptAlive = false

    /// `answersHead` is true for the answer to HEAD.
    package init(answersHead: Bool, headBytesMax: Int, bodyBytesMax: Int) {
        var limits = HTTPLimits()
        limits.fieldSectionBytesMax = headBytesMax
        limits.bodyBytesMax = bodyBytesMax
        self.limits = limits
        self.answersHead = answersHead
        collector = ResponseCollector(headBytesMax: headBytesMax, bodyBytesMax: bodyBytesMax)
    }

    /// The whole answer; nil before its end.
    package var response: OutgoingResponse? {
        if case .over = phase { collector.response } else { nil }
    }

    /// Reads on. `bytes` begins at the end of what the last call took. Returns the number of bytes taken.
    package mutating func read(_ bytes: Span<UInt8>) throws(OutgoingFailure) -> Int {
        var at = 0
        if bytes.count > 0 { hasBegun = true }
        while case .head = phase {
            guard let end = try lineEnd(in: bytes, from: at) else { return at }
            try collector.takeLine(bytes.extracting(at..<end))
            at = end
            if collector.isHeadWhole { try beginBody() }
        }
        return at + (try readBody(bytes.extracting(at..<bytes.count)))
    }

    /// Notes the end of the connection, which is the end of some bodies.
    package mutating func end() throws(OutgoingFailure) {
        switch phase {
        case .over: break
        case .untilClose: phase = .over
        case .head: throw .brokeOff(hasBegun ? "the head of the answer has no end" : "there is no answer")
        case .content(let remaining):
            throw .brokeOff("the last \(remaining) bytes of the answer's body are missing")
        case .chunked: throw .brokeOff("the last chunk of the answer's body is missing")
        }
    }

    /// The end of the line that begins at `start`; nil if it has not come.
    private mutating func lineEnd(in bytes: Span<UInt8>, from start: Int) throws(OutgoingFailure) -> Int? {
        var at = start + scanned
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
        guard at == bytes.count else {
            scanned = 0
            return at + 1
        }
        scanned = at - start
        // A server of another protocol may never send the end of a line.
        try collector.check(unfinishedLine: bytes.extracting(start..<at))
        return nil
    }

    private mutating func beginBody() throws(OutgoingFailure) {
        // Interim answers, such as 100 and 103, come before the answer (RFC 9110 section 15.2).
        guard collector.status >= 200 else {
            guard collector.status != 101 else {
                throw .malformed("it changes the protocol, for which nobody asked")
            }
            return
        }
        let framing: HTTP1ResponseFraming
        do throws(HTTPParseError) {
            framing = try HTTP1ResponseFraming(
                of: collector.fields, status: collector.status, version: collector.version,
                answersHead: answersHead)
        } catch {
            throw .malformed(error.reason)
        }
        isKeptAlive = framing.isKeptAlive
        switch framing.body {
        case .length(let length):
            try collector.expectBody(of: length)
            phase = .content(remaining: length)
        case .chunked: phase = .chunked
        case .untilClose: phase = .untilClose
        }
    }

    private mutating func readBody(_ bytes: Span<UInt8>) throws(OutgoingFailure) -> Int {
        switch phase {
        case .head, .over: return 0
        case .content(let remaining):
            let count = min(remaining, bytes.count)
            try collector.takeBody(bytes.extracting(first: count))
            phase = count == remaining ? .over : .content(remaining: remaining - count)
            return count
        case .chunked: return try readChunks(bytes)
        case .untilClose:
            try collector.takeBody(bytes)
            return bytes.count
        }
    }

    private mutating func readChunks(_ bytes: Span<UInt8>) throws(OutgoingFailure) -> Int {
        do throws(HTTPParseError) {
            switch try chunks.read(bytes, into: &collector.body, limits: limits) {
            case .needMore(let consumed): return consumed
            case .done(_, let consumed):
                phase = .over
                return consumed
            }
        } catch {
            switch error.status {
            case 413: throw .bodyTooLarge(bytesMax: limits.bodyBytesMax)
            case 431: throw .headTooLarge(bytesMax: limits.fieldSectionBytesMax)
            default: throw .malformed(error.reason)
            }
        }
    }
}
