/// The rules for a function's answer that no recording shows, and the ends of a call that is not answered.

import APIGatewayV2Invoke
import HTTPWire
import Testing

struct LambdaResultTests {
    private func reply(_ payload: String, _ format: PayloadFormat = .version2) -> GatewayReply {
        LambdaOutcome.answered(Array(payload.utf8)).reply(format: format)
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1}"#), (#""Hello""#, "Hello"), ("7", "7"), ("true", "true"),
        ("[1, 2]", "[1, 2]"),
        (#""""#, ""), ("<html>", "<html>"),
        // Half of a surrogate pair has no bytes in UTF-8: not known, and chosen.
        (#"{"statusCode":200,"body":"\ud800"}"#, #"{"statusCode":200,"body":"\ud800"}"#),
    ])
    func `a bare payload is a body of JSON in format 2_0 and a 500 in 1_0`(payload: String, body: String) {
        // Developer guide, "Create AWS Lambda proxy integrations for HTTP APIs"; comments of AWS's test tool.
        let bare = reply(payload)

        #expect(bare.response.status == 200)
        #expect(bare.response.contentType == "application/json")
        #expect(text(bare.response.body) == body)
        #expect(reply(payload, .version1).response.status == 500)
    }

    @Test(arguments: [
        (#"{"statusCode":200.5}"#, "statusCode is 200.5, expected a whole number from 200 to 599"),
        (#"{"statusCode":0}"#, "statusCode is 0, expected a whole number from 200 to 599"),
        (#"{"statusCode":200,"body":{"a":1}}"#, "body is an object, expected a string"),
        (
            #"{"statusCode":200,"body":"?","isBase64Encoded":true}"#,
            "isBase64Encoded is true and body is no base64"
        ),
        (#"{"statusCode":200,"headers":{"a":[1]}}"#, "header a is an array, expected a string"),
    ])
    func `an answer that breaks a rule is a 500 with the rule as its cause`(payload: String, cause: String) {
        // AWS's test tool for the status; the rest is a choice.
        let reply = reply(payload)

        #expect(reply.response.status == 500)
        #expect(text(reply.response.body) == #"{"message":"Internal Server Error"}"#)
        #expect(reply.cause == "the function's answer: " + cause)
    }

    @Test func `cookies are lines of their own before other header lines`() {
        // Observed by ministack against AWS; format 1.0 ignores them.
        let payload = #"{"statusCode":200,"cookies":["a=1","b=2"],"headers":{"set-cookie":"c=3"}}"#

        #expect(
            lines(reply(payload).response.fields) == [
                "Set-Cookie: a=1", "Set-Cookie: b=2", "set-cookie: c=3",
            ])
        #expect(lines(reply(payload, .version1).response.fields) == ["set-cookie: c=3"])
    }

    @Test func `multiValueHeaders are of format 1_0 alone, and unknown members are ignored`() {
        // aws/aws-sam-cli 2941.
        let payload = #"{"statusCode":200,"multiValueHeaders":{"x":["1","2"]},"more":1}"#

        #expect(lines(reply(payload).response.fields) == [])
        #expect(lines(reply(payload, .version1).response.fields) == ["x: 1", "x: 2"])
    }

    @Test func `a function cannot write header lines of its own, nor those of the wire`() {
        let payload =
            #"{"statusCode":200,"headers":{"a":"1\r\nb: 2","c d":"1","Content-Length":"9","#
            + #""connection":"x","e":3}}"#

        #expect(lines(reply(payload).response.fields) == ["e: 3"])
    }

    @Test(arguments: [
        (LambdaOutcome.failed("x"), 500), (.notInvocable("x"), 500), (.throttled, 503), (.timedOut, 503),
        (.eventTooLarge(bytes: 7_000_000), 413),
    ])
    func `a call that fails has its status`(outcome: LambdaOutcome, status: Int) {
        // curl against AWS, May 2025; probes of September 2026; cortexlabs/cortex 1225.
        let reply = outcome.reply(format: .version2)

        #expect(reply.response.status == status)
        #expect(reply.answer?.rawValue == status)
        #expect(reply.cause != nil)
    }

    @Test func `the answer of the Invoke operation is read`() {
        // Lambda API reference, "Invoke".
        let body = Array("{}".utf8)

        #expect(LambdaOutcome(invokeStatus: 200, functionError: nil, body: body) == .answered(body))
        #expect(
            LambdaOutcome(invokeStatus: 200, functionError: "Unhandled", body: body)
                == .raised("Unhandled: {}", payload: body))
        let long = [UInt8](repeating: 0x20, count: LambdaOutcome.payloadBytesMax + 1)
        #expect(
            LambdaOutcome(invokeStatus: 200, functionError: nil, body: long)
                == .failed("the answer has 6291457 bytes, and a function may give 6291456"))
        #expect(LambdaOutcome(invokeStatus: 429, functionError: nil, body: body) == .throttled)
        #expect(
            LambdaOutcome(invokeStatus: 404, functionError: nil, body: body)
                == .notInvocable("Invoke answered 404: {}"))
    }

    @Test func `a function is named by its ARN, with an alias, or by API Gateway's ARN of it`() throws {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:resize"
        let uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\(arn):live/invocations"

        let bare = try #require(LambdaFunction(uri: arn))
        let alias = try #require(LambdaFunction(uri: uri))

        #expect(bare.name == "resize")
        #expect(bare.invokeTarget == "/2015-03-31/functions/resize/invocations")
        #expect(alias.arn == arn + ":live")
        #expect(alias.invokeTarget == "/2015-03-31/functions/resize/invocations?Qualifier=live")
        #expect(LambdaFunction(uri: "https://example.com") == nil)
        #expect(LambdaFunction(uri: arn + ":a:b") == nil)
    }

    @Test func `stage variables stand anywhere in an URI`() {
        // Developer guide, "Use stage variables for HTTP APIs".
        let variables = [StageVariable(name: "fn", value: "resize"), StageVariable(name: "v", value: "live")]

        #expect(
            variables.substituted(in: "arn:…:function:${stageVariables.fn}:${stageVariables.v}")
                == "arn:…:function:resize:live")
        #expect(
            variables.substituted(in: "${stageVariables.x}/${stageVariables.fn") == "/${stageVariables.fn")
    }
}
