/// The short forms of the command line.

import APIGatewayV2Local
import Testing

struct FaultShorthandTests {
    @Test(arguments: [
        ("10/40", FaultTrigger.rate(perSecond: 10, burst: 40)), ("10", .rate(perSecond: 10, burst: 10)),
        ("0.2", .rate(perSecond: 0.2, burst: 1)), ("2.5", .rate(perSecond: 2.5, burst: 3)),
        ("0.0001/1", .rate(perSecond: 0.0001, burst: 1)),
        ("1000000/1000000", .rate(perSecond: 1_000_000, burst: 1_000_000)),
    ])
    func `a rate limit is a rule for every request`(text: String, when: FaultTrigger) throws {
        #expect(
            try FaultRule(rateLimit: text)
                == FaultRule(name: "rate-limit", when: when, then: .error(.tooManyRequests)))
    }

    @Test(arguments: [
        ("", #"found "", expected RATE or RATE/BURST, such as 10/40"#),
        ("ten", #"found "ten", expected RATE or RATE/BURST, such as 10/40"#),
        ("10/s", #"found "10/s", expected RATE or RATE/BURST, such as 10/40"#),
        ("10/", #"found "10/", expected RATE or RATE/BURST, such as 10/40"#),
        ("10/40/2", #"found "10/40/2", expected RATE or RATE/BURST, such as 10/40"#),
        ("1e3", #"found "1e3", expected RATE or RATE/BURST, such as 10/40"#),
        ("-1", #"found "-1", expected RATE or RATE/BURST, such as 10/40"#),
        ("0", "found a rate of 0, expected requests a second, from 0.0001 to 1000000"),
        ("1000001", "found a rate of 1000001, expected requests a second, from 0.0001 to 1000000"),
        ("10/0", "found 0, expected 1 to 1000000"),
        ("10/1000001", "found 1000001, expected 1 to 1000000"),
    ])
    func `a rate limit of another form is refused in one line`(text: String, line: String) {
        let error = #expect(throws: DocumentError.self) { try FaultRule(rateLimit: text) }
        #expect(error?.lines == [line])
    }

    private static let failures: [(String, FaultTrigger, FaultAction)] = [
        ("GetIntegration:429", FaultTrigger.always, FaultAction.error(.tooManyRequests)),
        ("GetIntegration:429:first=2", .first(2), .error(.tooManyRequests)),
        ("GetIntegration:404:every=3", .every(3), .error(.notFound)),
        ("GetIntegration:400:after=1", .after(1), .error(.badRequest)),
        ("GetIntegration:403", .always, .error(.accessDenied)),
        ("GetIntegration:409", .always, .error(.conflict)),
        ("GetIntegration:500", .always, .error(.internalServer)),
        ("GetIntegration:503", .always, .error(.serviceUnavailable)),
        ("GetIntegration:502", .always, .status(502, body: #"{"message":"Bad Gateway"}"#)),
        ("GetIntegration:ThrottlingException", .always, .error(.throttling)),
        ("GetIntegration:429:p=0.05", .probability(0.05), .error(.tooManyRequests)),
        ("GetIntegration:429:p=0.05:seed=7", .probability(0.05, seed: 7), .error(.tooManyRequests)),
        ("GetIntegration:429:seed=7:p=1", .probability(1, seed: 7), .error(.tooManyRequests)),
        ("GetIntegration:204", .always, .status(204)),
    ]

    @Test(arguments: failures)
    func `a failure is a rule for one operation`(text: String, when: FaultTrigger, then: FaultAction) throws {
        #expect(
            try FaultRule(fail: text)
                == FaultRule(match: FaultMatch(operation: "GetIntegration"), when: when, then: then))
    }

    @Test func `a failure may be for several operations`() throws {
        #expect(try FaultRule(fail: "Get*:429").match == FaultMatch(operation: "Get*"))
    }

    @Test(arguments: [
        (
            "",
            #"found "", expected OPERATION:STATUS or OPERATION:STATUS:first=N, such as "#
                + #"GetIntegration:429:first=2"#
        ),
        (
            "GetIntegration",
            #"found "GetIntegration", expected OPERATION:STATUS or OPERATION:STATUS:first=N, such as "#
                + #"GetIntegration:429:first=2"#
        ),
        (
            "GetIntegration:x",
            #"found "GetIntegration:x", expected OPERATION:STATUS or OPERATION:STATUS:first=N, such as "#
                + #"GetIntegration:429:first=2"#
        ),
        ("GetIntegration:99", "found 99, expected 200 to 599"),
        ("GetIntegration:600", "found 600, expected 200 to 599"),
        (
            "GetIntegratoin:429",
            #"found "GetIntegratoin", expected the name of an operation of the service; did you mean "#
                + #"GetIntegration?"#
        ),
        (":429", #"found "", expected a pattern; * matches anything"#),
        (
            "GetIntegration:429:frist=2",
            #"found "frist=2", expected first=N, every=N, after=N, p=0.05, seed=N or attempt=N; "#
                + "did you mean first=N?"
        ),
        (
            "GetIntegration:429:first",
            #"found "first", expected first=N, every=N, after=N, p=0.05, seed=N or attempt=N; "#
                + "did you mean first=N?"
        ),
        (
            "GetIntegration:429:first=two",
            #"found "first=two", expected first=N, every=N, after=N, p=0.05, seed=N or attempt=N; "#
                + "did you mean first=N?"
        ),
        ("GetIntegration:429:first=0", "found 0, expected 1 to 1000000000"),
    ])
    func `a failure of another form is refused in one line`(text: String, line: String) {
        let error = #expect(throws: DocumentError.self) { try FaultRule(fail: text) }
        #expect(error?.lines == [line])
    }

    @Test func `a failure may be for one attempt of each call`() throws {
        let rule = try FaultRule(fail: "GetApi:503:attempt=1:first=3")

        #expect(rule.match == FaultMatch(operation: "GetApi", attempt: 1))
        #expect(rule.when == .first(3))
    }

    @Test(arguments: [
        ("GetIntegration:3s", FaultTrigger.always, FaultDelay.fixed(.seconds(3))),
        ("GetIntegration:250ms:first=2", .first(2), .fixed(.milliseconds(250))),
        ("GetIntegration:100ms-300ms", .always, .uniform(.milliseconds(100)...(.milliseconds(300)))),
        ("GetIntegration:0s-1s:seed=7", .always, .uniform(.zero...(.seconds(1)), seed: 7)),
        ("GetIntegration:1s:p=0.5:seed=7", .probability(0.5, seed: 7), .fixed(.seconds(1))),
    ])
    func `a delay is a rule for one operation`(text: String, when: FaultTrigger, delay: FaultDelay) throws {
        #expect(
            try FaultRule(delay: text)
                == FaultRule(
                    match: FaultMatch(operation: "GetIntegration"), when: when, then: .delay(delay)))
    }

    private static let delayForm =
        "expected OPERATION:TIME or OPERATION:TIME-TIME, such as GetIntegration:3s or *:100ms-300ms"

    @Test(arguments: [
        ("", #"found "", "# + delayForm), ("GetApi", #"found "GetApi", "# + delayForm),
        ("GetApi:3", #"found "GetApi:3", "# + delayForm), ("GetApi:1s-", nil),
        ("GetApi:1s-2s-3s", #"found "GetApi:1s-2s-3s", "# + delayForm),
        ("GetApi:2s-1s", "found 2s to 1s, expected the shorter time first"),
        ("GetApi:61m", "found 3660s, expected 0s to 3600s"),
        ("GetApi:1s:seed=7", "found seed without p, expected p=0.05:seed=N"),
        ("GetApi:1s:first=1:every=2", "found every beside another, expected one of a kind"),
        ("GetApi:1s:p=2", "found 2.0, expected a probability above 0, at most 1"),
        (
            "GotApi:1s",
            #"found "GotApi", expected the name of an operation of the service; did you mean GetApi?"#
        ),
    ])
    func `a delay of another form is refused in one line`(text: String, line: String?) {
        let error = #expect(throws: DocumentError.self) { try FaultRule(delay: text) }
        #expect(error?.lines == [line ?? #"found "\#(text)", "# + Self.delayForm])
    }

    @Test(arguments: [
        ("GET /pets/{id}:503", "GET /pets/{id}", FaultAction.gateway(.unavailable)),
        ("$default:timeout", "$default", .gateway(.timeout)),
        ("* /pets*:401", "* /pets*", .gateway(.unauthorized)),
        ("ANY /a:b:c:403", "ANY /a:b:c", .gateway(.forbidden)), ("GET /:429", "GET /", .gateway(.throttled)),
        ("GET /:500", "GET /", .gateway(.internalError)),
        ("GET /:502", "GET /", .status(502, body: #"{"message":"Bad Gateway"}"#)),
    ])
    func `a failure may be for a route`(text: String, route: String, then: FaultAction) throws {
        let match = FaultMatch(plane: .invoke, route: route)

        #expect(try FaultRule(fail: text) == FaultRule(match: match, then: then))
        #expect(
            try FaultRule(fail: text + ":first=2") == FaultRule(match: match, when: .first(2), then: then))
    }

    @Test func `a delay may be for a route`() throws {
        #expect(
            try FaultRule(delay: "GET /a:b:3s:every=2")
                == FaultRule(
                    match: FaultMatch(plane: .invoke, route: "GET /a:b"), when: .every(2),
                    then: .delay(.seconds(3))))
    }

    @Test(arguments: [
        (
            "GET /pets",
            #"found "GET /pets", expected ROUTE:STATUS or ROUTE:STATUS:first=N, such as "#
                + "GET /pets/{id}:503:first=2"
        ),
        (
            "GET /pets:timout",
            #"found "GET /pets:timout", expected ROUTE:STATUS or ROUTE:STATUS:first=N, such as "#
                + "GET /pets/{id}:503:first=2; did you mean timeout?"
        ),
        (
            "GET /pets:503:attempt=1",
            "found attempt=N of a route, expected it for an operation alone, whose client is an SDK"
        ),
        (
            "get /pets:503",
            #"found "get /pets", expected a route key such as GET /pets/{id}, or a pattern for some; "#
                + "did you mean GET /pets?"
        ),
        ("GET /pets:600", "found 600, expected 200 to 599"),
    ])
    func `a failure of a route of another form is refused in one line`(text: String, line: String) {
        let error = #expect(throws: DocumentError.self) { try FaultRule(fail: text) }
        #expect(error?.lines == [line])
    }
}
