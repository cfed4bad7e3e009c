/// Settings of WebSocket APIs that no call can use: their warnings when they are stored. And the
/// words about messages that fail.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing
import VTL

struct StoredSettingsTests {
    private func warnings(_ integration: JSON) throws -> [String] {
        UnsupportedSetting.problems(
            ofIntegration: record(.integration, integration), id: "i1", TemplateLimits()
        ).map { $0.warning(ofAPI: "abc123") }
    }

    @Test func `a template that cannot be parsed has a warning with its place`() throws {
        let told = try warnings([
            "integrationId": "i1",
            "requestTemplates": ["right": "$input.body", "$default": "a\n#if(true) b"],
            "templateSelectionExpression": "${request.bdy}",
        ])

        #expect(
            told == [
                "api abc123 integration i1 requestTemplates.$default: line 2, column 1: #end of this #if is "
                    + "missing, so that every call of its routes will fail with 501",
                "api abc123 integration i1 templateSelectionExpression is ${request.bdy}, which is not read, "
                    + "so that every call of its routes will fail with 501",
            ])
    }

    @Test func `an integration without such settings has no warning`() throws {
        #expect(try warnings(["integrationId": "i1", "integrationType": "MOCK"]) == [])
        #expect(try warnings(["integrationId": "i1", "requestTemplates": ["$default": ""]]) == [])
    }

    @Test func `a response's pattern and templates have warnings`() throws {
        let response: JSON = [
            "integrationResponseId": "r1", "integrationResponseKey": "/a(/",
            "responseTemplates": ["$default": "#end"],
        ]

        let problems = UnsupportedSetting.problems(
            ofIntegrationResponse: record(.integrationResponse, response), id: "r1", of: "i1",
            TemplateLimits())

        #expect(problems.map(\.member) == ["integrationResponseKey", "responseTemplates"])
        #expect(
            problems.first?.warning(ofAPI: "abc123")
                == "api abc123 integration i1 response r1 integrationResponseKey: the regular expression a(: "
                + "missing closing parenthesis at character 2, so that every call of its routes will fail "
                + "with 501")
    }

    @Test(arguments: [
        (##"{"$ref": "#/definitions/far"}"##, "$ref #/definitions/far names nothing"),
        (
            #"{"$ref": "http://example.com/far"}"#,
            "$ref http://example.com/far names another document, and no document is fetched"
        ),
        (
            #"{"properties": {"a": {"pattern": "("}}}"#,
            "a pattern of /properties/a: the regular expression (: missing closing parenthesis at character 1"
        ),
    ])
    func `a model whose schema cannot be compiled has a warning`(schema: String, text: String) {
        let model = record(.model, ["modelId": "m1", "name": "Pet", "schema": .string(schema)])

        let told = UnsupportedSetting.problems(ofModel: model, JSONSchema.Limits())

        #expect(
            told.map { $0.warning(ofAPI: "abc123") } == [
                "api abc123 model Pet schema: \(text), so that every call of its routes will fail with 501"
            ])
    }

    @Test func `a model's schema is compiled with the bounds of the options`() {
        let model = record(
            .model, ["modelId": "m1", "name": "Pet", "schema": #"{"properties": {"a": {}}}"#])
        var limits = JSONSchema.Limits()
        #expect(UnsupportedSetting.problems(ofModel: model, limits) == [])

        limits.schemasMax = 1

        #expect(
            UnsupportedSetting.problems(ofModel: model, limits).map(\.detail) == [
                "the document has more than 1 schemas"
            ])
    }

    @Test func `the message of a mistake ends with it`() throws {
        let problem = UnsupportedSetting(
            "requestTemplates", "$default", at: "integration i1", reason: "is not read",
            detail: "line 1, column 5: #end without #if or #foreach before it")

        #expect(
            problem.message
                == "requestTemplates.$default of integration i1 is not read by this local stand-in, so that "
                + "the request is not let through: line 1, column 5: #end without #if or #foreach before it")
    }
}

struct WebSocketMissTests {
    private func missText(_ body: String, routes: [String]) throws -> String {
        let api = try webSocketAPI(
            routes: routes.map { ($0, ["routeId": .string($0), "routeKey": .string($0)]) })
        return try api.missText(for: message(body))
    }

    @Test(arguments: [
        (
            #"{"action":"sned"}"#, ["send", "$connect"],
            "has the key \"sned\" that A gives: send is the nearest"
        ),
        (#"{"action":"far"}"#, ["send", "join"], "has the key \"far\" that A gives: there are join, send"),
        (
            #"{"action":"x"}"#, ["a1", "b1", "c1", "d1", "e1", "f1"],
            "has the key \"x\" that A gives: there are a1, b1, c1, d1, e1 and more"
        ),
        (
            #"{"action":"$connect"}"#, ["send", "$connect"],
            "has the key \"$connect\" that A gives, and messages cannot have it: there are send"
        ),
        ("{}", ["send"], "has the key \"\" that A gives: there are send"),
        ("no JSON", ["send"], "takes a message that is no JSON: there is no $default"),
        (#"{"action":"send"}"#, ["$connect"], "takes messages: it has none for them"),
    ])
    func `the line names the key and the nearest ones`(body: String, routes: [String], text: String) throws {
        #expect(
            try missText(body, routes: routes)
                == "no route of abc123 " + text.replacing("A gives", with: "$request.body.action gives"))
    }
}

struct WebSocketOutcomeTests {
    @Test func `the log of a failed message has the words of its frame`() throws {
        let failure = WebSocketFailure(.badBody, cause: "the model")
        let outcome = InvocationOutcome(
            HTTPResponse(status: failure.status), latency: .zero, gatewayAnswer: .badRequest,
            error: failure.contextError, isWebSocket: true)
        let format = AccessLogFormat(
            "$context.error.message $context.error.messageString $context.error.responseType")

        let line = format.line(outcome, of: try request("GET", "/")) { _ in nil }

        #expect(line == #"Bad request body "Bad request body" BAD_REQUEST_BODY"#)
    }

    @Test(arguments: [(true, "418 200 418"), (false, "418 200 200")])
    func `integrationStatus is the function's own for WebSocket APIs alone`(
        isWebSocket: Bool, line: String
    ) throws {
        let outcome = InvocationOutcome(
            HTTPResponse(status: 200), latency: .zero,
            integration: IntegrationOutcome(endpointStatus: 200, status: 418, latency: .zero),
            isWebSocket: isWebSocket)
        let format = AccessLogFormat(
            "$context.integration.status $context.integration.integrationStatus $context.integrationStatus")

        #expect(format.line(outcome, of: try request("GET", "/")) { _ in nil } == line)
    }

    @Test(arguments: [
        #"{"errorMessage":"boom: bad","errorType":"ValueError","stackTrace":["a"]}"#, #""plain""#,
        #"{"x":1}"#,
    ])
    func `an error's payload is the endpoint's answer as it came`(payload: String) throws {
        let outcome = LambdaOutcome(
            invokeStatus: 200, functionError: "Unhandled", body: Array(payload.utf8))

        let answer = try #require(outcome.endpointAnswer)

        #expect(String(decoding: answer.body, as: UTF8.self) == payload)
        #expect(outcome.webSocketFailure != nil)
    }

    @Test func `an error's message is the member of its payload`() {
        let whole = LambdaOutcome.raised("E: short", payload: Array(#"{"errorMessage":"a: b"}"#.utf8))

        #expect(whole.errorMessage == "a: b")
        #expect(LambdaOutcome.failed("ValueError: bad thing").errorMessage == "bad thing")
    }
}
