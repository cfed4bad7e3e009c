/// What the commands read of an answer, and what of it they let a terminal have.

import APIGatewayV2Local
import Testing

struct TerminalTests {
    private let plain = TerminalStyle(isColoured: false)

    private func answer(_ text: String) throws -> AdminAnswer {
        try AdminAnswer(reading: Array(text.utf8))
    }

    private func answer(_ status: Int, body: String) throws -> AdminAnswer {
        try answer("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    @Test(arguments: [
        ("", "the answer was empty"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "the answer was no HTTP"),
        ("HTTP/1.1 2OO OK\r\n\r\n", "the answer was no HTTP"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc", "the answer broke off after 3 of 5 bytes"),
    ])
    func `bytes that are no whole answer are refused`(text: String, reason: String) {
        let error = #expect(throws: AdminAnswerError.self) { try answer(text) }

        #expect(error?.description == reason)
    }

    @Test func `an answer has its status and its body`() throws {
        let answer = try answer("HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n")

        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
        #expect(answer.isSuccess)
    }

    @Test func `a refusal is told in the words of the server, with the file of the mistake`() throws {
        let answer = try answer(
            400,
            body: #"{"message":"Wrong.","errors":[{"path":"/nam","line":1,"column":2,"found":"x","#
                + #""expected":"y","suggestion":"name"},{"path":"/wait","message":"found z"}]}"#)

        #expect(
            answer.mistakes(in: "a.json") == [
                "Wrong.", "a.json:1:2: /nam: found x, expected y; did you mean name?",
                "a.json: /wait: found z",
            ])
        #expect(answer.mistakes(in: nil).last == "/wait: found z")
        #expect(answer.refuses(parameter: "wait"))
        #expect(!answer.refuses(parameter: "since"))
    }

    @Test func `a refusal without words is told by its status`() throws {
        #expect(try answer(502, body: "<html>").mistakes() == ["the server answered 502"])
    }

    @Test func `a line of a request has no character that a terminal obeys`() throws {
        let answer = try answer(
            200,
            body: #"{"requests":[{"number":7,"time":"2030-01-01T12:03:04.5678Z","method":"GET","#
                + #""target":"/a\u001b]0;x\u0007\u202eb","status":null,"durationMs":12.3456,"#
                + #""operation":"GetApi","attempt":2,"account":"111122223333"}]}"#)

        let lines = try AdminView.requests.lines(of: answer, asJSON: false, style: plain)

        #expect(
            lines == [
                #"12:03:04.567  ---     12.346ms  GetApi                    GET /a\u{1B}]0;x\u{7}\u{202E}b  "#
                    + "attempt=2  no answer  account=111122223333"
            ])
        #expect(AdminView.lastNumber(of: answer) == 7)
    }

    @Test func `a colour wraps the status alone`() throws {
        let answer = try answer(200, body: #"{"requests":[{"status":404,"method":"GET","target":"/"}]}"#)

        let lines = try AdminView.requests.lines(
            of: answer, asJSON: false, style: TerminalStyle(isColoured: true))

        #expect(lines[0].contains("\u{1B}[31m404\u{1B}[0m"))
    }

    @Test func `for scripts a list is one line of JSON an element`() throws {
        let answer = try answer(200, body: #"{"rules": [{"name": "a"}, {"name": "b\u001b"}]}"#)

        let lines = try AdminView.faults.lines(of: answer, asJSON: true, style: plain)

        #expect(lines == [#"{"name":"a"}"#, #"{"name":"b\u001b"}"#])
    }

    @Test func `an answer of another form is refused`() throws {
        let answer = try answer(200, body: #"{"requests": 1}"#)

        let error = #expect(throws: AdminAnswerError.self) {
            try AdminView.requests.lines(of: answer, asJSON: false, style: plain)
        }

        #expect(error?.description == "the answer had no requests")
    }

    @Test(arguments: [
        ("http://127.0.0.1:4290", "127.0.0.1:4290", false), ("https://[::1]:1/__admin/", "[::1]:1", true),
        ("http://localhost", "localhost:80", false), ("https://[::1]", "[::1]:443", true),
    ])
    func `a URL gives the place of a server`(url: String, authority: String, isEncrypted: Bool) throws {
        let place = try AdminAddress(url: url)

        #expect(place.authority == authority)
        #expect(place.isEncrypted == isEncrypted)
    }

    @Test func `a request encodes its segments and its query`() {
        let place = AdminAddress(host: "::1", port: 4290)

        let bytes = place.request("PUT", ["faults", "a/b"], query: [("account", "1&2")], body: [0x7B, 0x7D])

        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "PUT /__admin/faults/a%2Fb?account=1%262 HTTP/1.1\r\nHost: [::1]:4290\r\n"
                + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
    }
}
