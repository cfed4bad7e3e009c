/// The answers that the gateway makes itself, and what is done to every answer at its end.

import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct GatewayAnswerTests {
    @Test(arguments: [
        (GatewayAnswer.badRequest, #"400 {"message":"Bad Request"}"#),
        (.unauthorized, #"401 {"message":"Unauthorized"}"#), (.forbidden, #"403 {"message":"Forbidden"}"#),
        (.notFound, #"404 {"message":"Not Found"}"#),
        (.tooLarge, #"413 {"message":"Request Entity Too Large"}"#),
        (.targetTooLong, #"414 {"message":"Request URI too long"}"#),
        (.headTooLarge, #"431 {"message":"Request Header Fields Too Large"}"#),
        (.throttled, #"429 {"message":"Too Many Requests"}"#),
        (.internalServerError, #"500 {"message":"Internal Server Error"}"#),
        (.unavailable, #"503 {"message":"Service Unavailable"}"#),
    ])
    func `an answer is the recorded one to the byte`(answer: GatewayAnswer, expected: String) {
        // Sources of each: docs/fidelity-invoke.md, "Answers".
        let response = answer.response

        #expect("\(response.status) " + text(response.body) == expected)
        #expect(response.contentType == "application/json")
        #expect(response.fields.count == 0)
    }

    @Test func `a host that nobody owns gets the front end's answer`() {
        // KensioSoftware/yulin 1033 and 1037.
        let response = GatewayAnswer.unknownHost(requestID: "5f1b11f8-de5c-4135-95fb-8a5ddb73e045")

        #expect(response.status == 403)
        #expect(text(response.body) == #"{"message":"Forbidden"}"#)
        #expect(
            lines(response.fields) == [
                "x-amzn-requestid: 5f1b11f8-de5c-4135-95fb-8a5ddb73e045",
                "x-amzn-errortype: ForbiddenException",
            ])
    }

    @Test func `names get capitals, and the request's identifier stands last`() {
        var response = HTTPResponse(status: 200, contentType: "text/plain")
        for name in ["myheader", "x-my-header", "ETag", "apigw-requestid"] {
            response.fields.append(name, "v")
        }

        let finished = response.finished(requestID: "JCJXri3_PHcEP_Q=")

        #expect(
            lines(finished.fields)
                == ["Myheader: v", "X-My-Header: v", "ETag: v", "Apigw-Requestid: JCJXri3_PHcEP_Q="])
    }

    @Test(arguments: ["JCJXri3_PHcEP_Q=", "Mc7UVioPPHcEKPA=", "r", "5f1b11f8-de5c-4135-95fb-8a5ddb73e045"])
    func `an answer without fields gets its own identifier, of any length`(requestID: String) {
        let finished = HTTPResponse(status: 200).finished(requestID: requestID)

        #expect(lines(finished.fields) == ["Apigw-Requestid: \(requestID)"])
        #expect(finished.fields["apigw-requestid"] == requestID)
    }

    @Test func `on HTTP/1_1 the lines come in the recorded order`() throws {
        // An answer with CORS headers, and one of the JWT page of the developer guide.
        var response = GatewayAnswer.unauthorized.response
        response.fields.append("www-authenticate", "Bearer")
        var bytes: [UInt8] = []

        HTTP1Encoder.append(
            response.finished(requestID: "Mc7UVioPPHcEKPA="), to: &bytes,
            date: HTTPDate(secondsSince1970: 1_589_342_850), keepAlive: true, isHead: false)

        #expect(
            text(bytes) == """
                HTTP/1.1 401 Unauthorized\r
                Date: Wed, 13 May 2020 04:07:30 GMT\r
                Content-Type: application/json\r
                Content-Length: 26\r
                Connection: keep-alive\r
                Www-Authenticate: Bearer\r
                Apigw-Requestid: Mc7UVioPPHcEKPA=\r
                \r
                {"message":"Unauthorized"}
                """)
    }

    @Test func `a 204 has neither type nor length`() throws {
        // Probes of a live API, September 2026.
        let preflight = CORS(["allowOrigins": ["*"]]).preflightResponse(to: try request("OPTIONS", "/"))
        var bytes: [UInt8] = []

        HTTP1Encoder.append(
            preflight.finished(requestID: "Mc7UVioPPHcEKPA="), to: &bytes,
            date: HTTPDate(secondsSince1970: 1_589_342_850), keepAlive: true, isHead: false)

        #expect(
            text(bytes) == """
                HTTP/1.1 204 No Content\r
                Date: Wed, 13 May 2020 04:07:30 GMT\r
                Connection: keep-alive\r
                Apigw-Requestid: Mc7UVioPPHcEKPA=\r
                \r

                """)
    }

    @Test func `a setting that is not honoured is named in a 501`() {
        let response = GatewayAnswer.notHonoured(
            UnsupportedSetting("tlsConfig", at: "integration abc", reason: "is not honoured"))

        #expect(response.status == 501)
        #expect(
            text(response.body)
                == #"{"message":"tlsConfig of integration abc is not honoured by this local stand-in, "#
                + #"so that the request is not let through"}"#)
    }

    @Test func `the trace of a client is kept behind this hop's own`() {
        // Recorded behind another gateway: `Self=1-…;Root=1-…`.
        let fresh = "Root=1-67fd88a4-127eb8e773d2bb6f7df47ab6"

        #expect(InvocationID.traceID(client: nil, fresh: fresh) == fresh)
        #expect(
            InvocationID.traceID(client: "Root=1-5759e988-bd862e3fe1be46a994272793", fresh: fresh)
                == "Self=1-67fd88a4-127eb8e773d2bb6f7df47ab6;Root=1-5759e988-bd862e3fe1be46a994272793")
    }
}
