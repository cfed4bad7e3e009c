/// What faults send, byte by byte, and every kind of match with every kind of trigger and action.

import APIGatewayV2Local
import HTTPWire
import Testing

struct FaultActionTests {
    private func answer(_ then: FaultAction) throws -> HTTPResponse {
        try Emulator([FaultRule(then: then)]).send()
    }

    @Test(arguments: [
        (FaultError.tooManyRequests, 429, "TooManyRequestsException", #"{"message":"Too Many Requests"}"#),
        (
            FaultError(.tooManyRequests, message: "Slow down", detail: "rate"), 429,
            "TooManyRequestsException",
            #"{"message":"Slow down","limitType":"rate"}"#
        ),
        (.notFound, 404, "NotFoundException", #"{"message":"Not Found"}"# + "\n"),
        (
            FaultError(.notFound, message: "Gone", detail: "Api"), 404, "NotFoundException",
            #"{"message":"Gone","resourceType":"Api"}"# + "\n"
        ),
        (.badRequest, 400, "BadRequestException", #"{"message":"Bad Request"}"# + "\n"),
        (.accessDenied, 403, "AccessDeniedException", #"{"message":"Access Denied"}"# + "\n"),
        (
            .conflict, 409, "ConflictException",
            #"{"message":"Unable to complete operation due to concurrent modification. Please try again "#
                + #"later."}"#
                + "\n"
        ),
    ])
    func `an error has the service's status, name and body`(
        error: FaultError, status: Int, name: String, body: String
    ) throws {
        let answer = try answer(.error(error))

        #expect(answer.status == status)
        #expect(answer.contentType == "application/json")
        #expect(answer.fields["x-amzn-ErrorType"] == name)
        #expect(answer.text == body)
        #expect(answer.fields["x-amzn-RequestId"]?.count == 36)
        #expect(answer.fields["x-amz-retry-after"] == nil)
        #expect(answer.fields["Retry-After"] == nil)
    }

    @Test(arguments: [
        (Duration.seconds(1), "1000", "1"), (.zero, "0", "0"), (.milliseconds(250), "250", "1"),
        (.milliseconds(1001), "1001", "2"), (.nanoseconds(1), "1", "1"),
        (.seconds(86_400), "86400000", "86400"),
        (.milliseconds(999) + .nanoseconds(1), "1000", "1"),
    ])
    func `a wait is told in milliseconds and in seconds, rounded up`(
        wait: Duration, milliseconds: String, seconds: String
    ) throws {
        for action in [FaultAction.error(.tooManyRequests, retryAfter: wait), .status(503, retryAfter: wait)]
        {
            let answer = try answer(action)

            #expect(answer.fields["x-amz-retry-after"] == milliseconds)
            #expect(answer.fields["Retry-After"] == seconds)
        }
    }

    @Test func `a status has its own fields and body among the service's fields`() throws {
        let answer = try answer(
            .status(
                503, headers: [FaultHeader("content-type", "text/html"), FaultHeader("X-Cache", "Error")],
                body: "<h1>Busy</h1>"))

        #expect(answer.status == 503)
        #expect(answer.contentType == "text/html")
        #expect(answer.text == "<h1>Busy</h1>")
        #expect(answer.fields["X-Cache"] == "Error")
        #expect(answer.fields.values(of: "Content-Type") == [])
        #expect(answer.fields["x-amzn-ErrorType"] == nil)
        #expect(answer.fields["x-amzn-RequestId"]?.count == 36)
    }

    @Test func `a body without a type is JSON and no body has no type`() throws {
        #expect(try answer(.status(500, body: "{}")).contentType == "application/json")
        #expect(try answer(.status(500)).contentType == nil)
    }

    /// Each is about GetIntegration of abc123d, first attempt.
    private static let matches = [
        FaultMatch(), FaultMatch(operation: "Get*"), FaultMatch(method: "GET"),
        FaultMatch(path: "/v2/apis/*"),
        FaultMatch(apiId: "a1b2c3d4e5"), FaultMatch(parameters: ["integrationId": "abc*"]),
        FaultMatch(attempt: 1),
    ]
    /// Each with those of five requests on which it fires.
    private static let triggers: [(when: FaultTrigger, fires: [Bool])] = [
        (.always, [true, true, true, true, true]), (.first(2), [true, true, false, false, false]),
        (.after(3), [false, false, false, true, true]), (.every(2), [false, true, false, true, false]),
        (.rate(perSecond: 10, burst: 3), [false, false, false, true, true]),
    ]
    private static let actions: [(then: FaultAction, status: Int, body: String)] = [
        (.error(.tooManyRequests), 429, #"{"message":"Too Many Requests"}"#),
        (.error(.notFound, retryAfter: .seconds(1)), 404, #"{"message":"Not Found"}"# + "\n"),
        (.status(503, body: "busy"), 503, "busy"),
    ]

    @Test(arguments: matches, triggers.indices)
    func `every match works with every trigger and every action`(match: FaultMatch, trigger: Int) throws {
        let (when, fires) = Self.triggers[trigger]
        for (then, status, body) in Self.actions {
            let emulator = try Emulator([FaultRule(name: "r", match: match, when: when, then: then)])

            let answers = try fires.map { _ in try emulator.send() }

            #expect(answers.map(\.status) == fires.map { $0 ? status : 200 })
            #expect(answers.map(\.text) == fires.map { $0 ? body : Emulator.integration })
            #expect(emulator.summaries.all.map(\.fault) == fires.map { $0 ? "r" : nil })
        }
    }
}
