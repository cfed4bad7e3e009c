/// One claim of RFC 9113 or RFC 7541: what a client sends behind the handshake, and what it has to get for
/// it. Where the RFC leaves a choice (a connection error for a stream error), the expected lines are
/// libnghttp2's.

import HTTP2Peer
import HTTPWire
import Testing

/// A case of the conformance tests.
struct HTTP2Case: Sendable, CustomTestStringConvertible {
    let section: String
    let claim: String
    let sent: [UInt8]
    let expected: [String]
    let requests: [String]
    /// Requests are answered at once; otherwise their streams stay open.
    let answers: Bool

    /// `section` is one of RFC 9113, unless the name of another RFC stands before it.
    init(
        _ section: String, _ claim: String, _ frames: [HTTP2Frame], _ expected: [String],
        requests: [String] = [], answers: Bool = true
    ) {
        self.section = section
        self.claim = claim
        sent = frames.flatMap(\.bytes)
        self.expected = expected
        self.requests = requests
        self.answers = answers
    }

    var testDescription: String { "\(section): \(claim)" }

    /// Sends all at once, and again byte by byte: it must not matter.
    func run(limits: HTTPLimits = HTTPLimits()) {
        for pieces in [[sent], sent.map { [$0] }] {
            let bench = HTTP2Bench(limits: limits)
            bench.answers = answers
            for piece in pieces { bench.send(bytes: piece) }

            #expect(bench.lines() == expected)
            #expect(bench.requestLines == requests)
            #expect(bench.session.isOver == (expected.last?.hasPrefix("GOAWAY") ?? false))
        }
    }

    /// How a connection error is told when no request was served.
    static func goAway(_ code: String, last: Int = 0) -> [String] { ["GOAWAY \(last) \(code)"] }
}
