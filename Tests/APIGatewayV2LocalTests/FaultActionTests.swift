/// What faults answer, byte by byte.

import APIGatewayV2Local
import HTTPWire
import Testing

struct FaultActionTests {
    private func answer(_ then: FaultAction) throws -> HTTPResponse {
        try TestEmulator([FaultRule(then: then)]).send()
    }

    @Test(arguments: [
        (
            FaultAction.error(.tooManyRequests), 429, "TooManyRequestsException",
            #"{"message":"Too Many Requests"}"#
        ),
        (
            .error(.tooManyRequests, message: "Slow down", detail: "rate"), 429,
            "TooManyRequestsException",
            #"{"message":"Slow down","limitType":"rate"}"#
        ),
        (.error(.notFound), 404, "NotFoundException", #"{"message":"Not Found"}"# + "\n"),
        (
            .error(.notFound, message: "Gone", detail: "Api"), 404, "NotFoundException",
            #"{"message":"Gone","resourceType":"Api"}"# + "\n"
        ),
        (.error(.badRequest), 400, "BadRequestException", #"{"message":"Bad Request"}"# + "\n"),
        (.error(.accessDenied), 403, "AccessDeniedException", #"{"message":"Access Denied"}"# + "\n"),
        (
            .error(.conflict), 409, "ConflictException",
            #"{"message":"Unable to complete operation due to concurrent modification. Please try again "#
                + #"later."}"#
                + "\n"
        ),
    ])
    func `an error has the service's status, name and body`(
        action: FaultAction, status: Int, name: String, body: String
    ) throws {
        let answer = try answer(action)

        #expect(answer.status == status)
        #expect(answer.contentType == "application/json")
        #expect(answer.fields["x-amzn-ErrorType"] == name)
        #expect(answer.text == body)
        #expect(answer.fields["x-amzn-RequestId"]?.count == 36)
        #expect(answer.fields["x-amz-retry-after"] == nil)
        #expect(answer.fields["Retry-After"] == nil)
    }

    /// Name, status and message; none of these bodies ends in a newline.
    @Test(arguments: [
        (FaultError.limitExceeded, 429, "LimitExceededException", "Limit Exceeded"),
        (.throttling, 400, "ThrottlingException", "Rate exceeded"),
        (.internalServer, 500, "InternalServerException", "Internal server error"),
        (
            .internalFailure, 500, "InternalFailure",
            "The request processing has failed because of an unknown error."
        ),
        (.serviceUnavailable, 503, "ServiceUnavailable", "Service Unavailable"),
        (.slowDown, 503, "SlowDown", "Please reduce your request rate."),
        (.serialization, 400, "SerializationException", "Invalid JSON"),
        (
            .missingAuthenticationToken, 403, "MissingAuthenticationTokenException",
            "Missing Authentication Token"
        ),
        (
            .unrecognizedClient, 403, "UnrecognizedClientException",
            "The security token included in the request is invalid."
        ),
        (
            .invalidSignature, 403, "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS "
                + "Secret Access Key and signing method. Consult the service documentation for details."
        ),
        (
            .expiredToken, 403, "ExpiredTokenException",
            "The security token included in the request is expired"
        ),
        (.requestEntityTooLarge, 413, "RequestEntityTooLargeException", "Request Too Long"),
    ])
    func `an error of the front end has its status, name and message`(
        error: FaultError, status: Int, type: String, message: String
    ) throws {
        let answer = try answer(.error(error))

        #expect(answer.status == status)
        #expect(answer.fields["x-amzn-ErrorType"] == type)
        #expect(answer.text == #"{"message":"\#(message)"}"#)
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
}
