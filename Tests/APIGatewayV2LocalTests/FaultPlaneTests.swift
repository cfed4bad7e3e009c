/// Rules and filters by plane: the members that each plane has, and the words for those of the other one.

import APIGatewayV2
import APIGatewayV2Local
import HTTPWire
import JSON
import Testing

struct FaultPlaneTests {
    private func lines(_ rule: String) -> [String] {
        do throws(DocumentError) {
            _ = try FaultRule.rules(reading: Array(rule.utf8))
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: [
        (
            #"{"plane": "invok"}"#,
            #"/match/plane: found "invok", expected one of control, invoke; did you mean invoke?"#
        ),
        (
            #"{"plane": "invoke", "apiId": "a*"}"#,
            "/match/apiId: found a condition of plane control, expected one of plane, api, stage, route, "
                + "event, direction, "
                + "method, path, account, accessKeyId, region, header, httpVersion; did you mean api?"
        ),
        (
            #"{"plane": "invoke", "operation": "GetApi"}"#,
            "/match/operation: found a condition of plane control, expected one of plane, api, stage, route, "
                + "event, direction, "
                + "method, path, account, accessKeyId, region, header, httpVersion; did you mean route?"
        ),
        (
            #"{"plane": "invoke", "attempt": 2}"#,
            "/match/attempt: found a condition of plane control, expected one of plane, api, stage, route, "
                + "event, direction, "
                + "method, path, account, accessKeyId, region, header, httpVersion"
        ),
        (
            #"{"stage": "prod"}"#,
            "/match/stage: found a condition of plane invoke, expected plane invoke beside it"
        ),
        (
            #"{"plane": "control", "route": "GET /pets"}"#,
            "/match/route: found a condition of plane invoke, expected plane invoke beside it"
        ),
        (
            #"{"plane": "invoke", "route": "get pets"}"#,
            #"/match/route: found "get pets", expected a route key such as GET /pets/{id}, or a pattern for "#
                + "some; did you mean GET /pets?"
        ),
        (
            #"{"plane": "invoke", "route": "/pets"}"#,
            #"/match/route: found "/pets", expected a route key such as GET /pets/{id}, or a pattern for "#
                + "some; did you mean ANY /pets?"
        ),
        (
            #"{"plane": "invoke", "api": ""}"#,
            #"/match/api: found "", expected a pattern; * matches anything"#
        ),
        (
            #"{"plane": "invoke", "stages": "x"}"#,
            "found an unknown member, expected one of operation,"
        ),
    ])
    func `a condition of the wrong plane is told with the right one`(match: String, expected: String) throws {
        let lines = lines(#"{"match": \#(match), "then": {"status": 500}}"#)

        #expect(lines.count == 1)
        #expect(try #require(lines.first).contains(expected))
    }

    @Test(arguments: [
        (
            #"{"plane": "invoke"}"#, #"{"error": "TooManyRequestsException"}"#, "throttled",
            #"found "TooManyRequestsException", an error of plane control"#
        ),
        (#"{"plane": "invoke"}"#, #"{"error": "throtled"}"#, "throttled", #"found "throtled""#),
        (#"{"plane": "invoke"}"#, #"{"error": "SlowDown"}"#, "unavailable", "an error of plane control"),
        (
            #"{}"#, #"{"error": "throttled"}"#, "TooManyRequestsException",
            #"found "throttled", an error of plane invoke, expected one of BadRequestException, "#
        ),
    ])
    func `an error of the wrong plane is told with the nearest right one`(
        match: String, then: String, nearest: String, found: String
    ) throws {
        let lines = lines(#"{"match": \#(match), "then": \#(then)}"#)

        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.contains(found))
        #expect(line.hasSuffix("; did you mean \(nearest)?"))
    }

    @Test(arguments: [
        (
            "control", "route",
            #"found "route", expected one of account, connection, accessKeyId, apiId, operation in a rule "#
                + "of plane control"
        ),
        (
            "invoke", "operation",
            #"found "operation", expected one of account, connection, accessKeyId, apiId, stage, route in a "#
                + "rule of plane invoke; did you mean route?"
        ),
        (
            "invoke", "routes",
            #"found "routes", expected one of account, connection, accessKeyId, apiId, stage, route; "#
                + "did you mean route?"
        ),
    ])
    func `a part of the wrong plane shares no bucket`(plane: String, part: String, expected: String) throws {
        let lines = lines(
            #"{"match": {"plane": "\#(plane)"}, "when": {"rate": {"perSecond": 1, "per": "\#(part)"}}, "#
                + #""then": {"status": 500}}"#)

        #expect(lines.count == 1)
        #expect(try #require(lines.first).contains(expected))
    }

    @Test(arguments: [
        #"{"name":"a","match":{"plane":"invoke","api":"a*","stage":"prod","route":"GET /pets/{id}"},"#
            + #""when":{"first":2},"then":{"error":"throttled","message":"Slow","retryAfter":"1s"}}"#,
        #"{"name":"b","match":{"plane":"invoke"},"when":{"rate":{"perSecond":1,"burst":1,"per":"route"}},"#
            + #""then":{"error":"timeout","delay":"3s"}}"#,
        #"{"name":"c","match":{"plane":"control"},"when":"always","then":{"status":500}}"#,
    ])
    func `a rule of either plane is written as it is read`(rule: String) throws {
        let read = try FaultRule.rules(reading: Array(rule.utf8))

        var written: [UInt8] = []
        JSONWriter.append(try #require(read.first).json, to: &written)
        #expect(String(decoding: written, as: UTF8.self) == rule)
    }

    @Test func `a rule of invocations never meets a request of the control plane`() throws {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(plane: .invoke), then: .gateway(.throttled)),
            FaultRule(match: FaultMatch(plane: .invoke), then: .status(500)),
        ])

        #expect(try emulator.send().status == 200)
        #expect(try emulator.send(.get, "/v2/nonsense").status == 403)
        #expect(emulator.faults.reports().map(\.matchedCount) == [0, 0])
    }

    @Test func `a rule that names the control plane is of it`() throws {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(operation: "GetIntegration", plane: .control), then: .status(418))
        ])

        #expect(try emulator.send().status == 418)
    }

    @Test(arguments: [
        (
            "plane=invok",
            #"{"path":"/plane","found":"\"invok\"","expected":"one of control, invoke","#
                + #""suggestion":"invoke"}"#
        ),
        ("plane=control&stage=prod", #"{"path":"/stage","found":"a condition of plane invoke","#),
        ("plane=invoke&operation=GetApi", #"{"path":"/operation","found":"a condition of plane control","#),
        (
            "operation=GetApi&route=*",
            #"{"path":"/route","found":"route beside operation","expected":"one of them: no request has "#
                + #"both"}"#
        ),
    ])
    func `a filter that can hold for no entry is refused`(query: String, expected: String) throws {
        let answer = try TestEmulator().send(.get, "/__admin/requests?\(query)")

        #expect(answer.status == 400)
        #expect(answer.text.contains(expected))
    }
}
