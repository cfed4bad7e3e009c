/// Rules as JSON: what is read, what is refused and in which words, and that what is written is read again.

import APIGatewayV2Local
import JSON
import Testing

struct FaultRuleDocumentTests {
    private func lines(_ text: String) -> [String] {
        do throws(DocumentError) {
            let rules = try FaultRule.rules(reading: Array(text.utf8), file: "f.json")
            return ["accepted: \(rules)"]
        } catch {
            return error.lines
        }
    }

    @Test func `a rule with everything is read`() throws {
        let rules = try FaultRule.rules(
            json: """
                {
                  "rules": [
                    {
                      "name": "flaky-get",
                      "match": {
                        "operation": "GetIntegration", "method": "GET", "path": "/v2/*",
                        "apiId": "a1b2c3d4e5",
                        "integrationId": "abc*", "attempt": 1
                      },
                      "when": { "first": 2 },
                      "then": {
                        "error": "TooManyRequestsException", "message": "Slow down", "limitType": "rate",
                        "retryAfter": "1.5s"
                      }
                    }
                  ]
                }
                """)

        #expect(
            rules == [
                FaultRule(
                    name: "flaky-get",
                    match: FaultMatch(
                        operation: "GetIntegration", method: "GET", path: "/v2/*", apiId: "a1b2c3d4e5",
                        parameters: ["integrationId": "abc*"], attempt: 1),
                    when: .first(2),
                    then: .error(
                        .tooManyRequests, message: "Slow down", detail: "rate",
                        retryAfter: .milliseconds(1500)))
            ])
    }

    @Test(arguments: [
        (#""always""#, FaultTrigger.always), (#"{"always": true}"#, .always), (#"{"first": 1}"#, .first(1)),
        (#"{"after": 3}"#, .after(3)), (#"{"every": 1000000000}"#, .every(1_000_000_000)),
        (#"{"rate": {"perSecond": 10, "burst": 40}}"#, .rate(perSecond: 10, burst: 40)),
        (#"{"rate": {"perSecond": 0.2}}"#, .rate(perSecond: 0.2, burst: 1)),
        (#"{"rate": {"perSecond": 2.5}}"#, .rate(perSecond: 2.5, burst: 3)),
    ])
    func `a trigger is read`(text: String, trigger: FaultTrigger) throws {
        let rule = try #require(
            FaultRule.rules(json: #"[{"when": \#(text), "then": {"status": 500}}]"#).first)

        #expect(rule.when == trigger)
    }

    @Test(arguments: [
        (#"{"error": "NotFoundException"}"#, FaultAction.error(.notFound)),
        (
            #"{"error": "NotFoundException", "message": "Gone", "resourceType": "Api"}"#,
            .error(.notFound, message: "Gone", detail: "Api")
        ),
        (#"{"error": "ConflictException", "retryAfter": "0s"}"#, .error(.conflict, retryAfter: .zero)),
        (#"{"status": 204}"#, .status(204)),
        (
            #"{"status": 503, "body": "Busy", "headers": {"Content-Type": "text/plain", "X-A": "1"}, "#
                + #""retryAfter": "2m"}"#,
            .status(
                503, headers: [FaultHeader("Content-Type", "text/plain"), FaultHeader("X-A", "1")],
                body: "Busy",
                retryAfter: .seconds(120))
        ),
        (#"{"status": 500, "body": {"a": [1, null]}}"#, .status(500, body: #"{"a":[1,null]}"#)),
    ])
    func `an action is read`(text: String, action: FaultAction) throws {
        let rule = try #require(FaultRule.rules(json: #"{"then": \#(text)}"#).first)

        #expect(rule.then == action)
    }

    @Test(arguments: [
        (#"[]"#, 0), (#"{"rules": []}"#, 0), (#"{"then": {"status": 500}}"#, 1),
        (#"[{"then": {"status": 500}}, {"then": {"status": 500}}]"#, 2),
    ])
    func `a document is a list, an object with rules, or one rule`(text: String, count: Int) throws {
        #expect(try FaultRule.rules(json: text).count == count)
    }

    @Test(arguments: [
        ("", ["f.json:1:1: found the end of the text, expected a value"]),
        ("[\n  {]", ["f.json:2:4: found ']', expected a name in double quotation marks"]),
        ("3", ["f.json:1:1: /: found 3, expected an object with name, enabled, match, when, then"]),
        ("{}", ["f.json:1:1: /: found an empty object, expected a rule or rules"]),
        (
            #"{"rulez": []}"#,
            [
                "f.json:1:2: /rulez: found an unknown member, expected one of rules, name, enabled, "
                    + "match, when, then; "
                    + "did you mean rules?"
            ]
        ),
        (#"{"rules": 1}"#, ["f.json:1:11: /rules: found 1, expected an array of rules"]),
        (
            #"{"rules": [], "then": {}}"#,
            ["f.json:1:15: /then: found an unknown member, expected one of rules"]
        ),
        ("[1]", ["f.json:1:2: /0: found 1, expected an object with name, enabled, match, when, then"]),
        (
            "[{\"when\":\"always\"}]",
            [
                "f.json:1:2: /0: found an object without then, expected one with it, which says what the "
                    + "rule does"
            ]
        ),
    ])
    func `a document of another form is refused`(text: String, expected: [String]) {
        #expect(lines(text) == expected)
    }

    @Test(arguments: [
        (
            #"{"operation": "GetIntegratio"}"#,
            #"/0/match/operation: found "GetIntegratio", expected the name of an operation of the service; "#
                + "did you mean GetIntegration?"
        ),
        (
            #"{"operation": "Got*"}"#,
            #"/0/match/operation: found "Got*", expected a pattern that an operation's name matches"#
        ),
        (#"{"operation": 3}"#, "/0/match/operation: found 3, expected a string"),
        (#"{"operation": ""}"#, #"/0/match/operation: found "", expected a pattern; * matches anything"#),
        (#"{"apiId": ""}"#, #"/0/match/apiId: found "", expected a pattern; * matches anything"#),
        (#"{"path": ""}"#, #"/0/match/path: found "", expected a pattern; * matches anything"#),
        (
            #"{"path": "v2/apis"}"#,
            #"/0/match/path: found "v2/apis", expected a pattern that begins with a slash"#
        ),
        (
            #"{"method": "get"}"#,
            #"/0/match/method: found "get", expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, "#
                + #"CONNECT, "#
                + "TRACE; did you mean GET?"
        ),
        (
            #"{"operation": "GetIntegration", "method": "POST"}"#,
            #"/0/match/method: found "POST", expected GET, as GetIntegration has"#
        ),
        (
            #"{"operation": "GetVpcLink", "apiId": "a1"}"#,
            "/0/match/apiId: found a path parameter that GetVpcLink does not have, expected one of vpcLinkId"
        ),
        (#"{"attempt": 0}"#, "/0/match/attempt: found 0, expected 1 to 1000"),
        (#"{"attempt": 1001}"#, "/0/match/attempt: found 1001, expected 1 to 1000"),
        (#"{"attempt": "1"}"#, #"/0/match/attempt: found "1", expected an integer from 1 to 1000"#),
        (#"{"attempt": 1.5}"#, "/0/match/attempt: found 1.5, expected an integer from 1 to 1000"),
    ])
    func `a match that could never hold is refused`(match: String, expected: String) throws {
        let lines = lines(#"[{"match": \#(match), "then": {"status": 500}}]"#)

        #expect(lines.count == 1)
        #expect(try #require(lines.first).hasSuffix(": \(expected)"))
    }

    @Test func `an unknown member of a match is told the nearest name`() throws {
        let line = try #require(lines(#"[{"match": {"apild": "a1"}, "then": {"status": 500}}]"#).first)

        #expect(
            line.hasPrefix(
                "f.json:1:13: /0/match/apild: found an unknown member, expected one of operation, "))
        #expect(line.hasSuffix("; did you mean apiId?"))
    }

    @Test(arguments: [
        (#"{"first": 0}"#, "/0/when/first: found 0, expected 1 to 1000000000"),
        (#"{"every": -1}"#, "/0/when/every: found -1, expected 1 to 1000000000"),
        (#"{"after": 1000000001}"#, "/0/when/after: found 1000000001, expected 1 to 1000000000"),
        (#"{"first": "2"}"#, #"/0/when/first: found "2", expected an integer from 1 to 1000000000"#),
        (#"{"first": 2.5}"#, "/0/when/first: found 2.5, expected an integer from 1 to 1000000000"),
        (#"{"first": 2, "every": 3}"#, "/0/when/every: found every beside first, expected one trigger"),
        (
            #"{}"#,
            "/0/when: found an object without a trigger, expected one of always, first, after, "
                + "every, probability, rate, between"
        ),
        (#"{"always": false}"#, "/0/when/always: found false, expected true"),
        (
            #""sometimes""#,
            #"/0/when: found "sometimes", expected an object with always, first, after, every, "#
                + "probability, rate, between, seed"
        ),
        (
            #"{"rate": {"perSecond": 0}}"#,
            "/0/when/rate/perSecond: found 0, expected requests a second, from 0.0001 to 1000000"
        ),
        (
            #"{"rate": {"perSecond": -2.5}}"#,
            "/0/when/rate/perSecond: found -2.5, expected requests a second, from 0.0001 to 1000000"
        ),
        (
            #"{"rate": {"perSecond": 1000001}}"#,
            "/0/when/rate/perSecond: found 1000001, expected requests a second, from 0.0001 to 1000000"
        ),
        (
            #"{"rate": {"perSecond": "10"}}"#,
            #"/0/when/rate/perSecond: found "10", expected requests a second, from 0.0001 to 1000000"#
        ),
        (#"{"rate": {"burst": 4}}"#, "/0/when/rate: found an object without perSecond, expected one with it"),
        (
            #"{"rate": 10}"#,
            "/0/when/rate: found 10, expected an object with perSecond, requests, in, burst, per"
        ),
        (#"{"rate": {"perSecond": 1, "burst": 0}}"#, "/0/when/rate/burst: found 0, expected 1 to 1000000"),
        (
            #"{"rate": {"perSecond": 1, "burst": 1000001}}"#,
            "/0/when/rate/burst: found 1000001, expected 1 to 1000000"
        ),
    ])
    func `a trigger that makes no sense is refused`(when: String, expected: String) throws {
        let lines = lines(#"[{"when": \#(when), "then": {"status": 500}}]"#)

        #expect(lines.count == 1)
        #expect(try #require(lines.first).hasSuffix(": \(expected)"))
    }

    @Test(arguments: [
        (
            #"{}"#,
            "/0/then: found no member error, status, delay, connection or delivery, expected one of them"
        ),
        (
            #"[]"#,
            "/0/then: found an array, expected an object with error, message, limitType, resourceType, "
                + "retryAfter, status, headers, body, delay, connection, delivery"
        ),
        (
            #"{"eror": "NotFoundException", "retryAfter": "1s"}"#,
            "/0/then/eror: found an unknown member, expected one of error, message, limitType, resourceType, "
                + "retryAfter, status, headers, body, delay, connection, delivery; did you mean error?"
        ),
        (
            #"{"retryAfter": "1s"}"#,
            "/0/then: found no member error, status, delay, connection or delivery, expected one of them"
        ),
        (
            #"{"error": "NotFoundException", "status": 404}"#,
            "/0/then/status: found status beside error, expected one of them"
        ),
        (
            #"{"error": "TooManyRequestException"}"#,
            #"/0/then/error: found "TooManyRequestException", expected one of BadRequestException, "#
                + "AccessDeniedException, NotFoundException, ConflictException, TooManyRequestsException, "
                + "LimitExceededException, ThrottlingException, InternalServerException, InternalFailure, "
                + "ServiceUnavailable, SlowDown, SerializationException, "
                + "MissingAuthenticationTokenException, UnrecognizedClientException, "
                + "InvalidSignatureException, ExpiredTokenException, RequestEntityTooLargeException; "
                + "did you mean TooManyRequestsException?"
        ),
        (#"{"error": 429}"#, "/0/then/error: found 429, expected a string"),
        (
            #"{"error": "ConflictException", "limitType": "x"}"#,
            "/0/then/limitType: found a member that ConflictException does not have, expected none"
        ),
        (
            #"{"error": "ConflictException", "body": "x"}"#,
            "/0/then/body: found an unknown member, expected one of error, message, limitType, "
                + "resourceType, retryAfter, delay, connection, delivery"
        ),
        (
            #"{"error": "ConflictException", "retryAfter": 1}"#,
            #"/0/then/retryAfter: found 1, expected a time such as "1s" or "250ms""#
        ),
        (
            #"{"error": "ConflictException", "retryAfter": "86401s"}"#,
            "/0/then/retryAfter: found 86401s, expected 0s to 86400s"
        ),
        (#"{"status": 199}"#, "/0/then/status: found 199, expected 200 to 599"),
        (#"{"status": 600}"#, "/0/then/status: found 600, expected 200 to 599"),
        (#"{"status": "500"}"#, #"/0/then/status: found "500", expected an integer from 200 to 599"#),
        (#"{"status": 204, "body": "x"}"#, "/0/then/body: found a body, expected none with status 204"),
        (#"{"status": 500, "body": 3}"#, "/0/then/body: found 3, expected a string, an object or an array"),
        (
            #"{"status": 500, "headers": []}"#,
            "/0/then/headers: found an array, expected an object of names and values"
        ),
        (#"{"status": 500, "headers": {"X": 1}}"#, "/0/then/headers/X: found 1, expected a string"),
        (
            #"{"status": 500, "headers": {"X Y": "1"}}"#,
            #"/0/then/headers/X Y: found the name "X Y", expected a field name"#
        ),
        (
            #"{"status": 500, "headers": {"X": "a\r\nB: c"}}"#,
            "/0/then/headers/X: found a control character, expected a field value without"
        ),
        (
            #"{"status": 500, "headers": {"Content-Length": "3"}}"#,
            "/0/then/headers/Content-Length: found Content-Length, expected another field: the server "
                + "writes this one"
        ),
    ])
    func `an action that makes no sense is refused`(then: String, expected: String) throws {
        let lines = lines(#"[{"then": \#(then)}]"#)

        #expect(lines.count == 1)
        #expect(try #require(lines.first).hasSuffix(": \(expected)"))
    }

    @Test func `every mistake of every rule is told at its line and column`() {
        let text = """
            {"rules": [
              {"name": "a", "match": {"attempt": 0}, "when": {"first": 0}, "then": {"status": 99}},
              {"name": "a", "when": {"often": 1}, "then": {"status": 500}, "then": {"status": 500}},
              {"name": "", "wen": "always", "then": {"status": 500}}
            ]}
            """

        #expect(
            lines(text) == [
                "f.json:2:38: /rules/0/match/attempt: found 0, expected 1 to 1000",
                "f.json:2:60: /rules/0/when/first: found 0, expected 1 to 1000000000",
                "f.json:2:83: /rules/0/then/status: found 99, expected 200 to 599",
                #"f.json:3:12: /rules/1/name: found the name "a" a second time, expected it once (first "#
                    + #"at /rules/0/name)"#,
                "f.json:3:26: /rules/1/when/often: found an unknown member, expected one of always, first, "
                    + "after, every, probability, rate, between, seed",
                "f.json:3:64: /rules/1/then: found this member a second time, expected it once",
                #"f.json:4:12: /rules/2/name: found "", expected 1 to 128 characters without a slash"#,
                "f.json:4:16: /rules/2/wen: found an unknown member, expected one of name, enabled, "
                    + "match, when, then; did you mean when?",
            ])
    }

    @Test func `names and patterns may be as long as the limit and no longer`() {
        func line(name: Int, pattern: Int) -> String? {
            let name = String(repeating: "n", count: name)
            let pattern = "/" + String(repeating: "p", count: pattern - 1)
            return lines(
                #"[{"name": "\#(name)", "match": {"path": "\#(pattern)"}, "then": {"status": 500}}]"#
            ).first
        }

        #expect(line(name: 128, pattern: 1024)?.hasPrefix("accepted") == true)
        #expect(
            line(name: 129, pattern: 1)?.hasSuffix("expected 1 to 128 characters without a slash") == true)
        #expect(line(name: 1, pattern: 1025)?.hasSuffix("found 1025 bytes, expected at most 1024") == true)
    }

    @Test func `as many header fields as the limit are taken and no more`() {
        func line(_ count: Int) -> String? {
            let fields = (1...count).map { #""X-\#($0)": """# }.joined(separator: ", ")
            return lines(#"[{"then": {"status": 500, "headers": {\#(fields)}}}]"#).first
        }

        #expect(line(64)?.hasPrefix("accepted") == true)
        #expect(line(65)?.hasSuffix("/0/then/headers: found 65 fields, expected at most 64") == true)
    }

    @Test func `a file that is not there is one line`() {
        #expect(throws: DocumentError.self) { try FaultRule.rules(file: "/nowhere/faults.json") }
        do throws(DocumentError) {
            _ = try FaultRule.rules(file: "/nowhere/faults.json")
        } catch {
            #expect(
                error.lines == [
                    "/nowhere/faults.json: found no such file or directory, expected a file of fault rules"
                ])
        }
    }
}

struct FaultRuleWritingTests {
    @Test(arguments: [
        FaultRule(then: .status(500)),
        FaultRule(
            name: "a b", match: FaultMatch(attempt: 2), when: .first(2), then: .error(.tooManyRequests)),
        FaultRule(
            match: FaultMatch(
                operation: "Get*", method: "GET", path: "/v2/*", apiId: "a?",
                parameters: ["integrationId": "*"]),
            when: .after(7),
            then: .error(
                .notFound, message: "Gone \"away\"", detail: "Api",
                retryAfter: .milliseconds(1))),
        FaultRule(when: .every(3), then: .error(.tooManyRequests, detail: "burst")),
        FaultRule(
            when: .rate(perSecond: 0.2, burst: 1), then: .error(.accessDenied, retryAfter: .seconds(86_400))),
        FaultRule(when: .rate(perSecond: 1_000_000, burst: 1_000_000), then: .error(.badRequest)),
        FaultRule(
            then: .status(
                599, headers: [FaultHeader("B", "2"), FaultHeader("A", "")], body: "\u{0}\"<é>",
                retryAfter: .nanoseconds(1_500_001))),
    ])
    func `what is written is read again as the same rule`(rule: FaultRule) throws {
        var bytes: [UInt8] = []
        JSONWriter.append(FaultRule.json([rule]), to: &bytes)

        #expect(try FaultRule.rules(reading: bytes) == [rule])
    }

    @Test func `a rule is written as it would be by hand`() {
        let rule = FaultRule(
            name: "flaky-get",
            match: FaultMatch(operation: "GetIntegration", apiId: "a1b2c3d4e5", attempt: 1),
            when: .rate(perSecond: 10, burst: 40), then: .error(.tooManyRequests, retryAfter: .seconds(1)))

        var bytes: [UInt8] = []
        JSONWriter.append(rule.json, to: &bytes)

        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"name":"flaky-get","match":{"operation":"GetIntegration","apiId":"a1b2c3d4e5","#
                + #""attempt":1},"#
                + #""when":{"rate":{"perSecond":10,"burst":40}},"#
                + #""then":{"error":"TooManyRequestsException","retryAfter":"1s"}}"#
        )
    }
}
