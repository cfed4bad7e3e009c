/// Responses as bytes: order of the fields, framing by status and method, reason phrases. Each expected
/// response is written out, with the CR of each line.

import HTTPWire
import Testing

struct HTTP1EncoderTests {
    static let date = HTTPDate(secondsSince1970: 1_893_456_000)

    private func encoded(_ response: HTTPResponse, keepAlive: Bool = true, isHead: Bool = false) -> String {
        var output: [UInt8] = []
        HTTP1Encoder.append(response, to: &output, date: Self.date, keepAlive: keepAlive, isHead: isHead)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `a response is written in the order of the service's front end`() {
        var fields = HTTPFields()
        fields.append("x-amzn-RequestId", "5f1b11f8-de5c-4135-95fb-8a5ddb73e045")
        fields.append("x-amz-apigw-id", "a2UcrEM1oAMFQXg=")
        let response = HTTPResponse(
            status: 200, contentType: "application/json", fields: fields,
            body: [UInt8](ascii: "{\"items\":[]}"))

        let text = encoded(response)

        #expect(
            text == """
                HTTP/1.1 200 OK\r
                Date: Tue, 01 Jan 2030 00:00:00 GMT\r
                Content-Type: application/json\r
                Content-Length: 12\r
                Connection: keep-alive\r
                x-amzn-RequestId: 5f1b11f8-de5c-4135-95fb-8a5ddb73e045\r
                x-amz-apigw-id: a2UcrEM1oAMFQXg=\r
                \r
                {"items":[]}
                """)
    }

    @Test func `the last response of a connection says close`() {
        let text = encoded(HTTPResponse(status: 400), keepAlive: false)

        #expect(
            text == """
                HTTP/1.1 400 Bad Request\r
                Date: Tue, 01 Jan 2030 00:00:00 GMT\r
                Content-Length: 0\r
                Connection: close\r
                \r\n
                """)
    }

    @Test func `the answer to HEAD has the length of the body and no body`() {
        let response = HTTPResponse(
            status: 404, contentType: "application/json", body: [UInt8](ascii: "{\"a\":1}"))

        let text = encoded(response, isHead: true)

        #expect(
            text == """
                HTTP/1.1 404 Not Found\r
                Date: Tue, 01 Jan 2030 00:00:00 GMT\r
                Content-Type: application/json\r
                Content-Length: 7\r
                Connection: keep-alive\r
                \r\n
                """)
    }

    @Test func `a date and a length that another server gave stand in the place of our own`() {
        var response = HTTPResponse(status: 200, contentType: "image/png")
        response.passed = PassedHead(date: "Tue, 15 Nov 1994 08:12:31 GMT", contentLength: 1234)

        let text = encoded(response, isHead: true)

        #expect(
            text == """
                HTTP/1.1 200 OK\r
                Date: Tue, 15 Nov 1994 08:12:31 GMT\r
                Content-Type: image/png\r
                Content-Length: 1234\r
                Connection: keep-alive\r
                \r\n
                """)
    }

    @Test(arguments: [(204, "No Content"), (304, "Not Modified")])
    func `a status without content has neither body nor length nor type`(status: Int, phrase: String) {
        let response = HTTPResponse(
            status: status, contentType: "text/plain", body: [UInt8](ascii: "never sent"))

        #expect(
            encoded(response) == """
                HTTP/1.1 \(status) \(phrase)\r
                Date: Tue, 01 Jan 2030 00:00:00 GMT\r
                Connection: keep-alive\r
                \r\n
                """)
    }

    @Test func `head and body written apart are the response`() {
        let response = HTTPResponse(status: 201, contentType: "application/json", body: [UInt8](ascii: "{}"))
        var apart: [UInt8] = []

        HTTP1Encoder.appendHead(of: response, to: &apart, date: Self.date, keepAlive: true)
        if HTTP1Encoder.sendsBody(response, isHead: false) { apart += response.body }

        #expect(String(decoding: apart, as: UTF8.self) == encoded(response))
        #expect(!HTTP1Encoder.sendsBody(response, isHead: true))
        #expect(!HTTP1Encoder.sendsBody(HTTPResponse(status: 204), isHead: false))
    }

    @Test func `responses are appended behind what is there`() {
        var output = [UInt8](ascii: "before")

        HTTP1Encoder.append(
            HTTPResponse(status: 200), to: &output, date: Self.date, keepAlive: true, isHead: false)

        #expect(String(decoding: output, as: UTF8.self) == "before" + encoded(HTTPResponse(status: 200)))
    }

    @Test func `the interim response is a status line and an empty line`() {
        #expect(
            String(decoding: HTTP1Encoder.continueResponse, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 1_234, 10_485_760])
    func `a length is written in decimal`(count: Int) throws {
        let response = HTTPResponse(status: 200, body: [UInt8](repeating: 0, count: count))

        #expect(encoded(response, isHead: true).contains("\r\nContent-Length: \(count)\r\n"))
    }

    @Test(arguments: [
        (200, "OK"), (201, "Created"), (202, "Accepted"), (203, "Non-Authoritative Information"),
        (204, "No Content"), (205, "Reset Content"), (206, "Partial Content"), (207, "Multi-Status"),
        (208, "Already Reported"), (226, "IM Used"), (300, "Multiple Choices"), (301, "Moved Permanently"),
        (302, "Found"), (303, "See Other"), (304, "Not Modified"), (305, "Use Proxy"), (306, ""),
        (307, "Temporary Redirect"), (308, "Permanent Redirect"), (400, "Bad Request"), (401, "Unauthorized"),
        (402, "Payment Required"), (403, "Forbidden"), (404, "Not Found"), (405, "Method Not Allowed"),
        (406, "Not Acceptable"), (407, "Proxy Authentication Required"), (408, "Request Timeout"),
        (409, "Conflict"), (410, "Gone"), (411, "Length Required"), (412, "Precondition Failed"),
        (413, "Content Too Large"), (414, "URI Too Long"), (415, "Unsupported Media Type"),
        (416, "Range Not Satisfiable"), (417, "Expectation Failed"), (418, ""), (421, "Misdirected Request"),
        (422, "Unprocessable Content"), (423, "Locked"), (424, "Failed Dependency"), (425, "Too Early"),
        (426, "Upgrade Required"), (428, "Precondition Required"), (429, "Too Many Requests"),
        (431, "Request Header Fields Too Large"), (451, "Unavailable For Legal Reasons"), (499, ""),
        (500, "Internal Server Error"), (501, "Not Implemented"), (502, "Bad Gateway"),
        (503, "Service Unavailable"), (504, "Gateway Timeout"), (505, "HTTP Version Not Supported"),
        (506, "Variant Also Negotiates"), (507, "Insufficient Storage"), (508, "Loop Detected"),
        (511, "Network Authentication Required"), (599, ""),
    ])
    func `a registered status has its phrase and another has none`(status: Int, phrase: String) {
        #expect(encoded(HTTPResponse(status: status)).hasPrefix("HTTP/1.1 \(status) \(phrase)\r\nDate: "))
    }
}
