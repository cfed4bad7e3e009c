/// Every bound of the decoder at it and one past it: whole, byte by byte, and without the end that never
/// comes.

import HTTPWire
import Testing

struct HTTPLimitsTests {
    /// A message that reaches a bound exactly, and one that passes it by one.
    struct Bound: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int
        let at: [UInt8]
        let past: [UInt8]
        var limits = HTTPLimits()

        var testDescription: String { name }

        init(_ name: String, status: Int, at: String, past: String, _ change: (inout HTTPLimits) -> Void) {
            self.name = name
            self.status = status
            self.at = Array(at.utf8)
            self.past = Array(past.utf8)
            change(&limits)
        }
    }

    static let post = "POST / HTTP/1.1\r\nHost: a\r\n"
    static let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    static let bounds = [
        Bound(
            "request line", status: 414, at: "GET /1234567890123456 HTTP/1.1\r\nHost: a\r\n\r\n",
            past: "GET /12345678901234567 HTTP/1.1\r\nHost: a\r\n\r\n"
        ) { $0.requestLineBytesMax = 32 },
        Bound(
            "field section", status: 431, at: "GET / HTTP/1.1\r\nHost: a\r\nB: 234567890\r\n\r\n",
            past: "GET / HTTP/1.1\r\nHost: a\r\nB: 2345678901\r\n\r\n"
        ) { $0.fieldSectionBytesMax = 25 },
        Bound(
            "fields", status: 431, at: "GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\nC: 2\r\n\r\n",
            past: "GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\nC: 2\r\nD: 3\r\n\r\n"
        ) { $0.fieldsMax = 3 },
        Bound(
            "body by length", status: 413, at: post + "Content-Length: 5\r\n\r\nhello",
            past: post + "Content-Length: 6\r\n\r\nhello!"
        ) { $0.bodyBytesMax = 5 },
        Bound(
            "body in one chunk", status: 413, at: chunked + "5\r\nhello\r\n0\r\n\r\n",
            past: chunked + "6\r\nhello!\r\n0\r\n\r\n"
        ) { $0.bodyBytesMax = 5 },
        Bound(
            "body in two chunks", status: 413, at: chunked + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
            past: chunked + "3\r\nhel\r\n3\r\nlo!\r\n0\r\n\r\n"
        ) { $0.bodyBytesMax = 5 },
        Bound(
            "no body at all", status: 413, at: post + "Content-Length: 0\r\n\r\n",
            past: post + "Content-Length: 1\r\n\r\n1"
        ) { $0.bodyBytesMax = 0 },
        Bound(
            "trailer section", status: 431, at: chunked + "0\r\n" + trailer(bytes: 46) + "\r\n",
            past: chunked + "0\r\n" + trailer(bytes: 47) + "\r\n"
        ) { $0.fieldSectionBytesMax = 48 },
        Bound(
            "trailer fields", status: 431, at: chunked + "0\r\nA: 1\r\nB: 2\r\n\r\n",
            past: chunked + "0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"
        ) { $0.fieldsMax = 2 },
        Bound(
            "empty lines", status: 400, at: "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            past: "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        ) { $0.emptyLinesMax = 2 },
        Bound(
            "chunk extensions", status: 400, at: chunked + "1;abcd\r\n1\r\n1;abc\r\n2\r\n0;\r\n\r\n",
            past: chunked + "1;abcd\r\n1\r\n1;abc\r\n2\r\n0;e\r\n\r\n"
        ) { $0.chunkExtensionBytesMax = 10 },
        Bound(
            "digits of a chunk size", status: 400, at: chunked + "000000000000005\r\nhello\r\n0\r\n\r\n",
            past: chunked + "0000000000000005\r\nhello\r\n0\r\n\r\n"
        ) { _ in },
    ]

    static func trailer(bytes: Int) -> String {
        "A: " + String(repeating: "b", count: bytes - 5) + "\r\n"
    }

    @Test(arguments: bounds)
    func `a message at the bound is a request`(bound: Bound) {
        for transcript in transcripts(of: bound.at, bound.limits) {
            #expect(transcript.error == nil)
            #expect(transcript.requests.count == 1)
            #expect(!transcript.isUnfinished)
        }
    }

    @Test(arguments: bounds)
    func `a message one past the bound is refused with its status`(bound: Bound) {
        for transcript in transcripts(of: bound.past, bound.limits) {
            #expect(transcript.error?.status == bound.status)
            #expect(transcript.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("GET /" + String(repeating: "a", count: 28), 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nB:" + String(repeating: " ", count: 31), 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "b", count: 33), 431),
    ])
    func `a line that never ends is refused at the first byte past its bound`(text: String, status: Int) {
        var limits = HTTPLimits()
        limits.requestLineBytesMax = 32
        limits.fieldSectionBytesMax = 41
        let bytes = Array(text.utf8)

        #expect(Transcript(of: Array(bytes.dropLast()), limits: limits).error == nil)
        for transcript in transcripts(of: bytes, limits) { #expect(transcript.error?.status == status) }
    }

    @Test func `the bounds are those that the service's clients need`() {
        let limits = HTTPLimits()

        #expect(limits.requestLineBytesMax == 65_536)
        #expect(limits.fieldSectionBytesMax == 65_536)
        #expect(limits.fieldsMax == 128)
        #expect(limits.bodyBytesMax == 10_485_760)
        #expect(limits.emptyLinesMax == 4)
        #expect(limits.chunkExtensionBytesMax == 4_096)
    }

    @Test func `a head as large as the bounds allow is read byte by byte`() throws {
        let target = "/" + String(repeating: "a", count: 65_536 - 16)
        let value = String(repeating: "b", count: 65_536 - 16)

        let transcript = Transcript.byteByByte(
            [UInt8](ascii: "GET \(target) HTTP/1.1\r\nHost: a\r\nB: \(value)\r\n\r\n"))

        let request = try #require(transcript.requests.first)
        #expect(request.target.text == target)
        #expect(request.fields["b"] == value)
    }

    /// Whole, cut in the middle, and byte by byte.
    private func transcripts(of bytes: [UInt8], _ limits: HTTPLimits) -> [Transcript] {
        [
            Transcript(of: bytes, limits: limits),
            Transcript(of: bytes, cuts: [bytes.count / 2], limits: limits),
            Transcript.byteByByte(bytes, limits: limits),
        ]
    }
}
