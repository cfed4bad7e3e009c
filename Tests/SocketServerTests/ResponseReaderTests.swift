/// Answers of servers as bytes, whole and cut at each place: what they say, where they end, and whether their
/// connection may carry another.

import HTTPWire
import SocketServer
import Testing

struct ResponseReaderTests {
    /// What comes of an answer in these pieces, and then the end of the connection: its text, or the failure.
    private func result(
        _ pieces: [[UInt8]], answersHead: Bool = false, headBytesMax: Int = 200, bodyBytesMax: Int = 20
    ) -> String {
        var reader = ResponseReader(
            answersHead: answersHead, headBytesMax: headBytesMax, bodyBytesMax: bodyBytesMax)
        var rest: [UInt8] = []
        do throws(OutgoingFailure) {
            for piece in pieces {
                rest += piece
                let unread = rest
                rest.removeFirst(try reader.read(unread.span))
            }
            let isOver = reader.response != nil
            try reader.end()
            let text = reader.response?.text ?? "no answer"
            let life = !isOver ? "to the end" : reader.isKeptAlive ? "kept" : "last"
            return "\(life), \(rest.count) behind: " + text.replacing("\n", with: "|")
        } catch {
            return "\(error)"
        }
    }

    /// The one result of the answer, for every cut into two pieces and for single bytes.
    private func result(_ answer: String, answersHead: Bool = false) -> String {
        let bytes = Array(answer.utf8)
        let whole = result([bytes], answersHead: answersHead)
        for cut in bytes.indices {
            let cutResult = result([Array(bytes[..<cut]), Array(bytes[cut...])], answersHead: answersHead)
            #expect(cutResult == whole, "cut at \(cut)")
        }
        #expect(result(bytes.map { [$0] }, answersHead: answersHead) == whole, "cut into bytes")
        return whole
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "kept, 0 behind: 200|Content-Length: 2||hi"),
        ("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", "kept, 0 behind: 200|Content-Length: 2||hi"),
        ("HTTP/1.1 200 \r\nContent-Length:0\r\n\r\n", "kept, 0 behind: 200|Content-Length: 0||"),
        ("HTTP/1.1 204 No\r\n\r\n", "kept, 0 behind: 204||"),
        ("HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", "kept, 0 behind: 304|Content-Length: 9||"),
        (
            "HTTP/1.1 100 C\r\nA: 1\r\n\r\nHTTP/1.1 103 E\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            "kept, 0 behind: 200|Content-Length: 1||x"
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2;a=b\r\nhe\r\n3  \r\nllo\r\n0\r\nT: 1\r\nContent-Length: 9\r\n\r\n",
            "kept, 0 behind: 200|Transfer-Encoding: chunked||hello"
        ),
        ("HTTP/1.1 200 OK\r\n\r\nhello", "to the end, 0 behind: 200||hello"),
        (
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
            "kept, 0 behind: 200|A: b c|Content-Length: 0||"
        ),
    ])
    func `an answer in any pieces is one answer`(answer: String, expected: String) {
        #expect(result(answer) == expected)
    }

    @Test(arguments: [
        ("HTTP/1.1", "Content-Length: 2", "kept"), ("HTTP/1.1", "Content-Length: 2, 2", "kept"),
        ("HTTP/1.1", "Content-Length: 2\r\nContent-Length: 2", "kept"),
        ("HTTP/1.1", "Content-Length: 2\r\nConnection: Keep-Alive, Close", "last"),
        ("HTTP/1.0", "Content-Length: 2", "last"),
        ("HTTP/1.0", "Content-Length: 2\r\nConnection: keep-alive", "kept"),
    ])
    func `a connection is kept if the server says so`(version: String, fields: String, life: String) {
        #expect(result("\(version) 200 OK\r\n\(fields)\r\n\r\nhi").hasPrefix("\(life), 0 behind: 200|"))
    }

    @Test(
        arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 5", "HTTP/1.0 200 OK\r\nConnection: keep-alive"])
    func `chunks win over a length and end their connection`(head: String) {
        let answer = head + "\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"

        let result = result(answer)

        #expect(result.hasPrefix("last, 0 behind: 200|") && result.hasSuffix("||hi"))
    }

    @Test(arguments: ["Content-Length: 7", "Transfer-Encoding: chunked", "X: y"])
    func `the answer to HEAD has no body`(field: String) {
        let result = result("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n", answersHead: true)

        #expect(result == "kept, 0 behind: 200|\(field)||")
    }

    @Test func `bytes behind an answer are not of it`() {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more".utf8)

        #expect(result([answer]) == "kept, 9 behind: 200|Content-Length: 2||hi")
    }

    @Test(arguments: [
        ("Content-Length: 2\r\nContent-Length: 3", "Content-Length has two values."),
        ("Content-Length: 2, 3", "Content-Length has two values."),
        ("Content-Length: -1", "Content-Length is not a number."),
        ("Content-Length:", "Content-Length is empty."),
        ("Content-Length: 99999999999999999999", "Content-Length is too large a number."),
        ("Transfer-Encoding: gzip, chunked", "No transfer coding but chunked is known here."),
        ("Transfer-Encoding: chunked, gzip", "No transfer coding but chunked is known here."),
        ("no colon", "a line of its head has no colon"),
        (" folded: first", "its head begins with a folded line"),
    ])
    func `an answer without a certain end is refused`(field: String, reason: String) {
        #expect(result("HTTP/1.1 200 OK\r\n\(field)\r\n\r\nhi") == "the answer is not HTTP: \(reason)")
    }

    @Test(arguments: [
        ("", "there is no answer"), ("HTTP/1.1 200 OK\r\nA: b\r\n", "the head of the answer has no end"),
        ("HTTP/1.1 100 Continue\r\n\r\n", "the head of the answer has no end"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
            "the last 7 bytes of the answer's body are missing"
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
            "the last chunk of the answer's body is missing"
        ),
    ])
    func `an answer that breaks off says where`(answer: String, reason: String) {
        #expect(result(answer) == "the connection broke off: \(reason)")
    }

    @Test(arguments: [
        "Content-Length: 21\r\n\r\n", "\r\n\(String(repeating: "x", count: 21))",
        "Transfer-Encoding: chunked\r\n\r\n15\r\n",
    ])
    func `a body over its limit is refused`(rest: String) {
        #expect(result("HTTP/1.1 200 OK\r\n\(rest)") == "the answer's body is longer than 20 bytes")
    }

    @Test(arguments: ["", "\r\nContent-Length: 0\r\n\r\n"])
    func `a head over its limit is refused before its end`(end: String) {
        let answer = "HTTP/1.1 200 OK\r\nA: \(String(repeating: "x", count: 190))\(end)"

        #expect(result(answer) == "the answer's head is longer than 200 bytes")
    }
}
