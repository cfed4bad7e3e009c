/// The decoder as a whole: requests of each shape, in any number of pieces, one behind the other.

import HTTPWire
import Testing

struct HTTP1DecoderTests {
    @Test func `a GET without a body is whole at its empty line`() throws {
        let bytes =
            "GET /v2/apis/a1b2c3d4e5?maxResults=5 HTTP/1.1\r\nHost: localhost:4290\r\nAccept: */*\r\n\r\n"

        let transcript = Transcript(of: bytes)

        let request = try #require(transcript.requests.first)
        #expect(transcript.requests.count == 1)
        #expect(request.method == .get)
        #expect(request.target.pathSegments == ["v2", "apis", "a1b2c3d4e5"])
        #expect(request.target.query("maxResults") == "5")
        #expect(request.version == .http11)
        #expect(request.fields["host"] == "localhost:4290")
        #expect(request.fields["ACCEPT"] == "*/*")
        #expect(request.body.isEmpty)
        #expect(transcript.isKeptAlive == [true])
        #expect(!transcript.isUnfinished)
    }
}
