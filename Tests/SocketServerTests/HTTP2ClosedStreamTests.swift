/// Frames of closed streams and prefaces that are none, over real sockets, clean and in TLS: the client sees
/// the error and, where the connection is over, its end. The clock stands, so that no time-out can bring it.

import HTTP2Peer
import HTTPWire
import SocketServer
import Testing

struct HTTP2ClosedStreamTests {
    /// What a client sends behind stream 5, which is answered.
    struct Example: Sendable, CustomTestStringConvertible {
        let claim: String
        let sent: [HTTP2Frame]
        let expected: String

        var testDescription: String { claim }
    }

    private static let examples: [Example] = [
        Example(
            claim: "DATA of an ended stream", sent: [.data(5, "a")], expected: "5 RST_STREAM STREAM_CLOSED"),
        Example(
            claim: "DATA of a stream that the client has reset",
            sent: [.post(7), .resetStream(7), .data(7, "a")], expected: "7 RST_STREAM STREAM_CLOSED"),
        Example(
            claim: "trailers of an ended stream", sent: [.headers(5, [("a", "b")])],
            expected: "GOAWAY 5 STREAM_CLOSED"),
        Example(
            claim: "HEADERS of a stream that the client has reset",
            sent: [.post(7), .resetStream(7), .request(7)], expected: "GOAWAY 7 STREAM_CLOSED"),
        Example(
            claim: "HEADERS of a number that was passed by", sent: [.request(3)],
            expected: "GOAWAY 5 PROTOCOL_ERROR"),
        Example(
            claim: "HEADERS of an even number", sent: [.request(8)], expected: "GOAWAY 5 PROTOCOL_ERROR"),
        Example(
            claim: "DATA of an idle stream", sent: [.data(9, "a")], expected: "GOAWAY 5 PROTOCOL_ERROR"),
    ]

    @Test(arguments: [false, true], HTTP2ClosedStreamTests.examples)
    func `a frame of a closed stream is an error wherever it is cut`(isTLS: Bool, example: Example) throws {
        let server = try TestServer(isTLS: isTLS)
        let bytes = example.sent.flatMap(\.bytes)

        for cut in bytes.indices {
            let peer = try SocketPeer(server)
            try peer.send([.settingsAcknowledgement, .request(5)])
            _ = try peer.lines(untilEnds: 1)

            try peer.socket.send(Array(bytes[..<cut]))
            try peer.socket.send(Array(bytes[cut...]))

            try #require(try peer.line() == example.expected, "cut at \(cut)")
            if example.expected.hasPrefix("GOAWAY") {
                #expect(try peer.linesToEnd() == [])
            } else {
                try peer.send([.windowUpdate(5, 1), .request(11)])
                #expect(try peer.lines(untilEnds: 1) == ["11 HEADERS 200", "11 DATA 1 end"])
            }
        }
    }

    /// What begins as no client of HTTP/2 would.
    private static let prefaces = [
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r!".utf8), Array("PRI * HTTP/1.0\r\n\r\n".utf8),
        Array("INVALID CONNECTION PREFACE\r\n\r\n".utf8), Array(get("/a").utf8),
        HTTP2Frame.settings().bytes,
    ]

    @Test(arguments: HTTP2ClosedStreamTests.prefaces)
    func `a preface that is none is PROTOCOL_ERROR where HTTP 2 was agreed on`(preface: [UInt8]) throws {
        let server = try TestServer(isTLS: true)

        for cut in preface.indices {
            let client = try ClientSocket(port: server.port)
            try client.startTLS(TestCertificates.peer(protocols: ["h2"]))
            try client.send(Array(preface[..<cut]))
            try client.send(Array(preface[cut...]))

            let lines = HTTP2Reader().lines(of: try client.receiveToEnd())
            try #require(lines.first == "SETTINGS", "cut at \(cut)")
            try #require(lines.last == "GOAWAY 0 PROTOCOL_ERROR", "cut at \(cut)")
            #expect(client.hasTLSEnded)
        }
    }

    @Test(arguments: [("PRI * HTTP/2.0\r\n\r\nSM\r\n\r!", 505), ("INVALID CONNECTION PREFACE\r\n\r\n", 400)])
    func `a preface that is none is no HTTP 1 either, and the end`(preface: String, status: Int) throws {
        let server = try TestServer()
        let client = try server.client()

        try client.send(preface)

        #expect(try client.receiveTextToEnd().hasPrefix("HTTP/1.1 \(status) "))
    }

    @Test func `a preface that is none behind an upgrade is PROTOCOL_ERROR and the end`() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send(
            get("/a", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"))
        _ = try client.receive(HTTP2Upgrade.response.count)

        try client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r!")

        let lines = HTTP2Reader().lines(of: try client.receiveToEnd())
        #expect(lines.last == "GOAWAY 1 PROTOCOL_ERROR")
    }
}
