/// `/__admin/requests` and `/__admin/calls` without sockets: the documents, the parameters and what is
/// refused.

import APIGatewayV2Local
import HTTPWire
import TestSupport
import Testing

struct AdminRequestsTests {
    private let attempts: [(name: String, value: String)] = [
        ("amz-sdk-invocation-id", "call-1"), ("amz-sdk-request", "attempt=1; max=3"),
    ]

    @Test func `a request is listed with everything that is known of it`() throws {
        let emulator = try TestEmulator([FaultRule(name: "busy", then: .error(.tooManyRequests))])
        emulator.clock.advance(by: .microseconds(1_500_042))
        let answer = try emulator.send(
            .put, "/v2/nonsense?a=b", [authorization("111122223333", "eu-west-1")] + attempts,
            body: "\u{e9}\n", connection: 3)
        let id = answer.fields["x-amzn-RequestId"] ?? ""

        let listed = try emulator.send(.get, "/__admin/requests")
        let one = try emulator.send(.get, "/__admin/requests/\(id)")

        let entry =
            #"{"number":1,"time":"2030-01-01T00:00:01.500042Z","requestId":"\#(id)","method":"PUT","#
            + #""target":"/v2/nonsense?a=b","httpVersion":"HTTP/1.1","headers":{"#
            + #""authorization":"AWS4-HMAC-SHA256 "#
            + "Credential=111122223333/20300101/eu-west-1/apigateway/aws4_request, "
            + #"SignedHeaders=host;x-amz-date, Signature=***","amz-sdk-invocation-id":"call-1","#
            + #""amz-sdk-request":"attempt=1; max=3"},"#
            + #""body":"é\n","bodyBytes":3,"operation":null,"account":"111122223333","region":"eu-west-1","#
            + #""accessKeyId":"111122223333","attempt":1,"invocationId":"call-1","connection":3,"#
            + #""status":429,"#
            + #""answerBody":"{\"message\":\"Too Many Requests\"}","answerBodyBytes":31,"durationMs":0.0,"#
            + #""fault":"busy","plane":"control"}"#
        #expect(listed.status == 200)
        #expect(listed.text == #"{"requests":[\#(entry)],"overwritten":0,"capacity":10000}"# + "\n")
        #expect(one.status == 200)
        #expect(one.text == entry + "\n")
    }

    @Test func `calls are listed with their attempts and the gaps between them`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "once", when: .first(1), then: .error(.tooManyRequests))
        ])
        let first = try emulator.send(.get, TestEmulator.integrationPath, attempts)
        emulator.clock.advance(by: .microseconds(250_042))
        let second = try emulator.send(
            .get, TestEmulator.integrationPath, [attempts[0], ("amz-sdk-request", "attempt=2; max=3")])

        let listed = try emulator.send(.get, "/__admin/calls?operation=GetIntegration")

        #expect(listed.status == 200)
        #expect(
            listed.text
                == #"{"calls":[{"invocationId":"call-1","operation":"GetIntegration","#
                + #""account":"000000000000","region":"us-east-1","outcome":"succeeded","attempts":["#
                + #"{"requestId":"\#(first.fields["x-amzn-RequestId"] ?? "")","attempt":1,"#
                + #""time":"2030-01-01T00:00:00.000000Z","status":429,"fault":"once","durationMs":0.0,"#
                + #""gapMs":null},"#
                + #"{"requestId":"\#(second.fields["x-amzn-RequestId"] ?? "")","attempt":2,"#
                + #""time":"2030-01-01T00:00:00.250042Z","status":200,"fault":null,"durationMs":0.0,"#
                + #""gapMs":250.042}]}]}"# + "\n")
    }

    @Test(arguments: [
        ("", 3), ("?operation=GetIntegration", 2), ("?operation=*", 2), ("?apiId=a1b2c3d4e5&status=200", 1),
        ("?status=403", 1), ("?method=POST", 1), ("?path=/v2/nonsense", 1), ("?attempt=2", 0),
        ("?accessKeyId=111122223333", 1), ("?fault=*", 0), ("?account=111122223333", 1), ("?limit=2", 2),
        ("?since=1", 2), ("?since=2030-01-01T00:00:01Z", 1), ("?since=2030-01-01T00:00:00.5Z", 1),
        ("?since=2030-01-01T00:00:01.000000001Z", 0), ("?integrationId=*", 2),
    ])
    func `parameters filter the list and the count`(query: String, count: Int) throws {
        let emulator = try TestEmulator()
        try emulator.send()
        try emulator.send(.get, TestEmulator.integrationPath, [authorization("111122223333")])
        emulator.clock.advance(by: .seconds(1))
        try emulator.send(.post, "/v2/nonsense")

        let listed = try emulator.send(.get, "/__admin/requests" + query)
        let counted = try emulator.send(.post, "/__admin/requests/count" + query)

        #expect(listed.text.split(separator: #"{"number":"#).count - 1 == count)
        #expect(counted.status == 200)
        #expect(counted.text == #"{"count":\#(count)}"# + "\n")
    }

    @Test func `a count takes a match as its body, and its parameters hold too`() throws {
        let emulator = try TestEmulator()
        for path in [
            TestEmulator.integrationPath, TestEmulator.integrationPath, TestEmulator.otherIntegrationPath,
        ] {
            try emulator.send(.get, path)
        }
        func count(_ query: String, _ body: String) throws -> String {
            try emulator.send(.post, "/__admin/requests/count" + query, body: body).text
        }

        #expect(try count("", "{}") == #"{"count":3}"# + "\n")
        #expect(
            try count("", #"{"operation": "GetIntegration", "apiId": "a1b2*"}"#) == #"{"count":2}"# + "\n")
        #expect(try count("?status=404", #"{"operation": "GetIntegration"}"#) == #"{"count":0}"# + "\n")
        #expect(try count("?apiId=f6g7h8i9j0", #"{"operation": "Get*"}"#) == #"{"count":1}"# + "\n")
    }

    @Test(arguments: [
        (
            HTTPMethod.get, "/__admin/requests?operation=GetIntegratio", "", "The filter has a mistake.",
            #"{"path":"/operation","found":"\"GetIntegratio\"","expected":"the name of an operation "#
                + #"of the service","suggestion":"GetIntegration"}"#
        ),
        (
            .get, "/__admin/calls?stauts=1", "", "The filter has a mistake.",
            #"{"path":"/stauts","found":"an unknown parameter","expected":"one of operation, method, path, "#
        ),
        (
            .get, "/__admin/requests?status=4xx", "", "The filter has a mistake.",
            #"{"path":"/status","found":"\"4xx\"","expected":"a status such as 429"}"#
        ),
        (
            .get, "/__admin/requests?status=600&limit=0", "", "The filter has 2 mistakes.",
            #"{"path":"/status","found":"600","expected":"200 to 599"},"#
                + #"{"path":"/limit","found":"0","expected":"1 to 100000"}"#
        ),
        (
            .get, "/__admin/requests?since=yesterday", "", "The filter has a mistake.",
            #"{"path":"/since","found":"\"yesterday\"","#
                + #""expected":"a time such as 2030-01-01T00:00:00Z, or the number of an entry"}"#
        ),
        (
            .get, "/__admin/requests?limit=1&limit=2", "", "The filter has a mistake.",
            #"{"path":"/limit","found":"this parameter a second time","expected":"it once"}"#
        ),
        (
            .post, "/__admin/requests/count", #"{"operation": 1}"#, "The filter has a mistake.",
            #"{"path":"/operation","line":1,"column":15,"found":"1","expected":"a string"}"#
        ),
        (
            .post, "/__admin/requests/count", "[", "The filter has a mistake.",
            #"{"path":"","line":1,"column":2,"#
        ),
        (
            .delete, "/__admin/requests?account=me", "", "The query has a mistake. Nothing was changed.",
            #"{"path":"/account","found":"\"me\"","expected":"an account of 12 digits"}"#
        ),
        (
            .post, "/__admin/reset?acount=000000000000", "", "The query has a mistake. Nothing was changed.",
            #"{"path":"/acount","found":"an unknown parameter","expected":"one of account","#
                + #""suggestion":"account"}"#
        ),
    ])
    func `a mistake in a filter is told with what was expected`(
        method: HTTPMethod, path: String, body: String, message: String, error: String
    ) throws {
        let answer = try TestEmulator().send(method, path, body: body)

        #expect(answer.status == 400)
        #expect(answer.text.hasPrefix(#"{"message":"\#(message)","errors":[\#(error)"#), "\(answer.text)")
    }

    @Test func `an unknown id is 404 and tells of what was overwritten`() throws {
        var limits = JournalLimits()
        limits.entriesMax = 1
        let emulator = try TestEmulator(journal: limits)

        let none = try emulator.send(.get, "/__admin/requests/nope")
        for _ in 1...3 { try emulator.send() }
        let lost = try emulator.send(.get, "/__admin/requests/nope")

        #expect(none.status == 404)
        #expect(none.text == #"{"message":"No request in the journal has the id \"nope\"."}"# + "\n")
        #expect(
            lost.text
                == #"{"message":"No request in the journal has the id \"nope\". "#
                + #"2 older ones made room for others: --journal keeps more."}"# + "\n")
    }

    @Test(arguments: [
        (HTTPMethod.get, "/__admin/requests"), (.get, "/__admin/requests/x"), (.get, "/__admin/calls"),
        (.post, "/__admin/requests/count"),
    ])
    func `without a journal every question is told how to start one`(method: HTTPMethod, path: String) throws
    {
        var limits = JournalLimits()
        limits.entriesMax = 0

        let answer = try TestEmulator(journal: limits).send(method, path)

        #expect(answer.status == 409)
        #expect(
            answer.text
                == #"{"message":"The journal is off. Start the server with --journal and how many requests "#
                + #"to keep."}"#
                + "\n")
    }

    @Test func `requests are forgotten, all or an account's`() throws {
        let emulator = try TestEmulator()
        for account in ["111122223333", "444455556666", "777788889999"] {
            try emulator.send(.get, "/v2/apis", [authorization(account)])
        }

        let one = try emulator.send(.delete, "/__admin/requests?account=111122223333")
        let left = try emulator.journal.entries().map(\.account)
        let all = try emulator.send(.delete, "/__admin/requests")

        #expect([one.status, all.status] == [204, 204])
        #expect(left == ["444455556666", "777788889999"])
        #expect(emulator.journal.entryCount == 0)
    }

    @Test func `a reset of one account leaves the others what they made and were asked`() throws {
        let emulator = try TestEmulator()
        let accounts = ["111122223333", "444455556666"].map { authorization($0) }
        for account in accounts {
            let made = try emulator.send(
                .post, "/v2/apis", [account], body: #"{"name": "a", "protocolType": "HTTP"}"#)
            #expect(made.status == 201)
        }

        let answer = try emulator.send(.post, "/__admin/reset?account=111122223333")
        let asked = try emulator.journal.entries().map(\.account)
        let lists = try accounts.map { try emulator.send(.get, "/v2/apis", [$0]).text }

        #expect(answer.status == 204)
        #expect(asked == ["444455556666"])
        #expect(lists[0] == #"{"items":[],"nextToken":null}"#)
        #expect(lists[1].contains(#""name":"a""#))
    }

    @Test func `a reset empties the journal`() throws {
        let emulator = try TestEmulator()
        try emulator.send()

        try emulator.send(.post, "/__admin/reset")

        #expect(emulator.journal.entryCount == 0)
    }
}
