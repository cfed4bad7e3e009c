/// `/__admin/…` without sockets.

import APIGatewayV2Local
import HTTPWire
import Testing

struct AdminAPITests {
    private let flaky =
        #"{"name":"flaky","match":{"operation":"GetIntegration"},"when":{"first":2},"#
        + #""then":{"error":"TooManyRequestsException"}}"#

    @Test func `health tells the status and the version`() throws {
        let answer = try TestEmulator().send(.get, "/__admin/health")

        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json")
        #expect(answer.text == #"{"status":"ok","version":"\#(LocalServer.version)"}"# + "\n")
        #expect(try TestEmulator().send(.head, "/__admin/health").status == 200)
    }

    @Test func `a rule that was posted fires, is listed, and can be posted again`() throws {
        let emulator = try TestEmulator()

        let added = try emulator.send(.post, "/__admin/faults", body: flaky)
        let statuses = try (1...3).map { _ in try emulator.send().status }
        let listed = try emulator.send(.get, "/__admin/faults")
        #expect(try emulator.send(.delete, "/__admin/faults").status == 204)
        let again = try emulator.send(.post, "/__admin/faults", body: listed.text)

        #expect(added.status == 201)
        #expect(added.text == #"{"rules":[\#(flaky)]}"# + "\n")
        #expect(statuses == [429, 429, 200])
        let counted = flaky.dropLast() + #","matched":3,"fired":2}"#
        #expect(listed.text == #"{"rules":[\#(counted)]}"# + "\n")
        #expect(again.text == added.text)
    }

    @Test(arguments: [
        #"{"then": {"status": 500}}"#, #"[{"then": {"status": 500}}]"#,
        #"{"rules": [{"then": {"status": 500}}]}"#,
    ])
    func `one rule, a list or an object with rules may be posted`(body: String) throws {
        let emulator = try TestEmulator()

        let answer = try emulator.send(.post, "/__admin/faults", body: body)

        #expect(answer.status == 201)
        #expect(answer.text == #"{"rules":[{"name":"rule-1","when":"always","then":{"status":500}}]}"# + "\n")
    }

    @Test func `a mistake is told with its place, and nothing is changed`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "old", match: FaultMatch(attempt: 9), then: .status(500))
        ])
        let body = """
            [
              {"then": {"status": 500}},
              {"name": "old", "match": {"operation": "GetIntegratio"}, "then": {"status": 500}}
            ]
            """

        let answer = try emulator.send(.post, "/__admin/faults", body: body)

        #expect(answer.status == 400)
        #expect(
            answer.text
                == #"{"message":"The rules have 2 mistakes. Nothing was changed.","errors":["#
                + #"{"path":"/1/name","line":3,"column":12,"found":"the name \"old\" "#
                + #"of a rule that is loaded","#
                + #""expected":"another, or a PUT that replaces the rule"},"#
                + #"{"path":"/1/match/operation","line":3,"column":42,"found":"\"GetIntegratio\"","#
                + #""expected":"the name of an operation of the service","suggestion":"GetIntegration"}]}"#
                + "\n")
        #expect(emulator.faults.all.map(\.name) == ["old"])
    }

    @Test func `a body that is no JSON is told where it ceases to be`() throws {
        let answer = try TestEmulator().send(.post, "/__admin/faults", body: "{\n  nope")

        #expect(answer.status == 400)
        #expect(
            answer.text
                == #"{"message":"The rules have a mistake. Nothing was changed.","errors":[{"path":"","#
                + #""line":2,"column":3,"#
                + #""found":"'nope'","expected":"a name in double quotation marks"}]}"# + "\n")
    }

    @Test func `a rule is put, read and deleted by its name`() throws {
        let emulator = try TestEmulator()

        let created = try emulator.send(.put, "/__admin/faults/flaky", body: flaky)
        let read = try emulator.send(.get, "/__admin/faults/flaky")
        let replaced = try emulator.send(.put, "/__admin/faults/flaky", body: #"{"then": {"status": 500}}"#)
        let fault = try emulator.send().status
        let deleted = try emulator.send(.delete, "/__admin/faults/flaky")
        let gone = try emulator.send(.get, "/__admin/faults/flaky")

        #expect([created, read, replaced, deleted, gone].map(\.status) == [201, 200, 200, 204, 404])
        #expect(created.text == flaky + "\n")
        #expect(read.text == flaky.dropLast() + #","matched":0,"fired":0,"lastFirings":[]}"# + "\n")
        #expect(replaced.text == #"{"name":"flaky","when":"always","then":{"status":500}}"# + "\n")
        #expect(fault == 500)
        #expect(deleted.body == [])
        #expect(gone.text == #"{"message":"No fault rule is called \"flaky\".","rules":[]}"# + "\n")
    }

    @Test func `a name in the path may be percent-encoded`() throws {
        let emulator = try TestEmulator()
        try emulator.send(.put, "/__admin/faults/my%20rule", body: #"{"then": {"status": 500}}"#)

        #expect(emulator.faults.all.map(\.name) == ["my rule"])
    }

    @Test func `a rule of another name than the path's is refused`() throws {
        let answer = try TestEmulator().send(.put, "/__admin/faults/other", body: flaky)

        #expect(answer.status == 400)
        #expect(answer.text.contains(#""found":"\"flaky\"","expected":"\"other\", as the path says""#))
    }

    @Test func `an unknown rule is told the rules there are and the nearest`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "flaky", then: .status(500)), FaultRule(name: "slow", then: .status(500)),
        ])

        let answer = try emulator.send(.delete, "/__admin/faults/flakey")

        #expect(answer.status == 404)
        #expect(
            answer.text
                == #"{"message":"No fault rule is called \"flakey\". Did you mean flaky?","#
                + #""rules":["flaky","slow"]}"#
                + "\n")
    }

    @Test func `reset brings back the rules of the start`() throws {
        let emulator = try TestEmulator([FaultRule(name: "once", when: .first(1), then: .status(599))])
        #expect(try emulator.send().status == 599)
        try emulator.send(.post, "/__admin/faults", body: flaky)

        let answer = try emulator.send(.post, "/__admin/reset")

        #expect(answer.status == 204)
        #expect(emulator.faults.all.map(\.name) == ["once"])
        #expect(try emulator.send().status == 599)
        #expect(try emulator.send().status == 200)
    }

    @Test func `the page is at the root of the admin API`() throws {
        let emulator = try TestEmulator()
        let redirect = try emulator.send(.get, "/__admin")
        let page = try emulator.send(.get, "/__admin/")
        let script = try emulator.send(.get, "/__admin/page/main.js")
        let unknown = try emulator.send(.get, "/__admin/page/../secret")

        #expect(redirect.status == 308)
        #expect(redirect.fields["Location"] == "/__admin/")
        #expect(page.status == 200)
        #expect(page.text.hasPrefix("<!doctype html>"))
        #expect(page.fields["Content-Security-Policy"]?.hasPrefix("default-src 'self';") == true)
        #expect(script.contentType == "text/javascript; charset=utf-8")
        #expect(unknown.status == 404)
    }

    @Test(arguments: [
        ("/__admin/fault", " Did you mean /__admin/faults?"),
        ("/__admin/faults/a/b", " Did you mean /__admin/faults?"),
        ("/__admin/healht", " Did you mean /__admin/health?"),
        ("/__admin/faults/", " Did you mean /__admin/faults?"),
    ])
    func `an unknown path is told the paths there are`(path: String, hint: String) throws {
        let answer = try TestEmulator().send(.get, path)

        #expect(answer.status == 404)
        #expect(
            answer.text
                == #"{"message":"There is no \#(path).\#(hint)","available":["GET /__admin/","#
                + #""GET /__admin/page/{name}","GET /__admin/health","#
                + #""POST /__admin/reset","POST /__admin/reload","#
                + #""GET, POST, DELETE /__admin/faults","GET, PUT, PATCH, DELETE /__admin/faults/{name}","#
                + #""GET, DELETE /__admin/requests","POST /__admin/requests/count","#
                + #""GET /__admin/requests/{name}","GET /__admin/events","GET /__admin/calls","#
                + #""GET, DELETE /__admin/invocations","GET /__admin/invocations/{name}","#
                + #""GET /__admin/connections","DELETE /__admin/connections/{name}","#
                + #""POST /__admin/connections/{name}/messages","#
                + #""GET, POST /__admin/clock","GET, PUT /__admin/state","#
                + #""GET, PUT /__admin/targets","GET /__admin/operations","#
                + #""GET /__admin/metrics"]}"# + "\n")
    }

    @Test(arguments: [
        (HTTPMethod.post, "/__admin/health", "GET"), (.get, "/__admin/reset", "POST"),
        (.patch, "/__admin/faults", "GET, POST, DELETE"),
        (.post, "/__admin/faults/x", "GET, PUT, PATCH, DELETE"),
    ])
    func `another method is told those that there are`(method: HTTPMethod, path: String, allow: String) throws
    {
        let answer = try TestEmulator().send(method, path)

        #expect(answer.status == 405)
        #expect(answer.fields["Allow"] == allow)
        #expect(answer.text.contains("takes \(allow), not \(method.rawValue)."))
    }
}
