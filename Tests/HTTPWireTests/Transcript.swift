/// Plays the connection's part for the decoder: keeps the buffer, passes again what is not consumed, and notes what
/// comes out, so that two ways of cutting the same bytes can be compared.

import HTTPWire

/// Everything that a decoder made of some bytes.
struct Transcript: Sendable {
    private(set) var requests: [HTTPRequest] = []
    private(set) var isKeptAlive: [Bool] = []
    private(set) var error: HTTPParseError?
    /// Whether a request has begun and is not whole after the last byte.
    private(set) var isUnfinished = false
    /// How often a `100 Continue` was asked for, and the most bytes ever left over: these two depend on the cut.
    private(set) var continueCount = 0
    private(set) var leftOverMax = 0

    /// Decodes `bytes` in one piece, or cut at each offset of `cuts`, which ascend.
    init(of bytes: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits()) {
        var decoder = HTTP1Decoder(limits: limits)
        var buffer: [UInt8] = []
        var start = 0
        do throws(HTTPParseError) {
            for end in cuts + [bytes.count] {
                buffer += bytes[start..<end]
                start = end
                try drain(&decoder, &buffer)
                leftOverMax = max(leftOverMax, buffer.count)
            }
        } catch {
            self.error = error
        }
        isUnfinished = decoder.hasBegunRequest
    }

    init(of text: String, limits: HTTPLimits = HTTPLimits()) {
        self.init(of: Array(text.utf8), limits: limits)
    }

    /// Takes requests until the decoder wants more bytes.
    private mutating func drain(_ decoder: inout HTTP1Decoder, _ buffer: inout [UInt8]) throws(HTTPParseError)
    {
        while true {
            let unread = buffer
            switch try decoder.decode(unread.span) {
            case .needMore(let consumed):
                buffer.removeFirst(consumed)
                return
            case .expectContinue(let consumed):
                buffer.removeFirst(consumed)
                continueCount += 1
                return
            case .request(let request, let consumed, let keepAlive):
                buffer.removeFirst(consumed)
                requests.append(request)
                isKeptAlive.append(keepAlive)
            }
        }
    }

    /// What must not depend on the cut, as text that a failing test can show.
    var summary: String {
        var lines: [String] = []
        for (request, isKeptAlive) in zip(requests, isKeptAlive) {
            lines.append("\(request.method.rawValue) \(request.target.text) \(request.version.rawValue)")
            lines.append(
                "  \(request.target.pathSegments) \(request.target.queryItems) \(request.authority ?? "-")")
            lines.append("  \(isKeptAlive ? "keep-alive" : "close")")
            lines += (0..<request.fields.count).map {
                "  \(request.fields.name(at: $0)): \(request.fields.value(at: $0))"
            }
            lines.append("  body \(request.body)")
            lines += (0..<request.trailers.count)
                .map { "  trailer \(request.trailers.name(at: $0)): \(request.trailers.value(at: $0))" }
        }
        if let error { lines.append("\(error.status) \(error.reason)") }
        if isUnfinished { lines.append("unfinished") }
        return lines.joined(separator: "\n")
    }
}
