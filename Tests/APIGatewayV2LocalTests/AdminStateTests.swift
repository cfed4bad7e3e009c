/// `/__admin/state`: what it gives it takes, all or nothing.

import APIGatewayV2
import APIGatewayV2Local
import HTTPWire
import JSON
import TestSupport
import Testing

struct AdminStateTests {
    @Test func `the whole state is a document of fixtures`() throws {
        let emulator = try TestEmulator()

        let answer = try emulator.send(.get, "/__admin/state")

        #expect(answer.contentType == "application/json")
        #expect(
            answer.text
                == "{\"scopes\":[\n"
                + #"{"account":"000000000000","region":"us-east-1","#
                + #""apis":[{"apiId":"a1b2c3d4e5","name":"orders","#
                + #""protocolType":"HTTP","integrations":[{"integrationId":"abc123d","#
                + #""integrationType":"HTTP_PROXY"}]},{"apiId":"f6g7h8i9j0","name":"stock","#
                + #""protocolType":"HTTP","integrations":[{"integrationId":"def456g","#
                + #""integrationType":"HTTP_PROXY"}]}]}"# + "\n]}\n")
    }

    @Test func `reading, putting and reading again changes nothing, with one of every resource`() throws {
        let first = try TestEmulator.empty()
        try first.createEverything()
        let counts = first.store.recordCounts()
        #expect(Set(counts.keys) == Set(ResourceID.allCases))
        let state = try first.state()

        let second = try TestEmulator.empty()
        let answer = try second.send(.put, "/__admin/state", body: state)

        #expect(answer.status == 204, "\(answer.text)")
        #expect(try second.state() == state)
        #expect(second.store.recordCounts() == counts)
        #expect(try first.send(.put, "/__admin/state", body: state).status == 204)
        #expect(try first.state() == state)
    }

    @Test func `a deployment that is put back has deployed what it had deployed`() throws {
        let first = try TestEmulator.empty()
        let api = try first.create("/v2/apis", #"{"name":"a","protocolType":"HTTP"}"#, identifier: "apiId")
        let integration = try first.create(
            "/v2/apis/\(api)/integrations",
            #"{"integrationType":"HTTP_PROXY","integrationMethod":"ANY","#
                + #""integrationUri":"https://a.example","payloadFormatVersion":"1.0"}"#,
            identifier: "integrationId")
        let route = try first.create(
            "/v2/apis/\(api)/routes", #"{"routeKey":"GET /a","target":"integrations/\#(integration)"}"#,
            identifier: "routeId")
        let deployment = try first.create(
            "/v2/apis/\(api)/deployments", "{}", identifier: "deploymentId")
        try first.create(
            "/v2/apis/\(api)/stages", #"{"stageName":"s","deploymentId":"\#(deployment)"}"#,
            identifier: "stageName")
        #expect(
            try first.send(.patch, "/v2/apis/\(api)/routes/\(route)", body: #"{"routeKey":"GET /b"}"#).status
                == 201)
        let export = "/v2/apis/\(api)/exports/OAS30?outputType=JSON&stageName=s"
        let deployed = try first.send(.get, export)
        #expect(deployed.text.contains("/a") && !deployed.text.contains("/b"))
        let state = try first.state()

        let second = try TestEmulator.empty()
        #expect(try second.send(.put, "/__admin/state", body: state).status == 204)

        #expect(try second.state() == state)
        #expect(try second.send(.get, export).text == deployed.text)
        #expect(
            state.contains(
                #""deploymentStatus":"DEPLOYED","deployedConfiguration":{"api":{"apiEndpoint":"#))
        #expect(state.contains(#""authorizers":[],"integrations":[{"#))
    }

    @Test(arguments: [
        ("7", "/deployedConfiguration", "found 7, expected an object"),
        (#"{"rutes":[]}"#, "/deployedConfiguration/rutes", "found an unknown member, expected one of api, "),
        (#"{"routes":{}}"#, "/deployedConfiguration/routes", "found an object, expected an array of routes"),
        (
            #"{"api":{"name":"n","protocolType":"HTTP"}}"#, "/deployedConfiguration/api",
            "found an object without apiId, expected one with it"
        ),
        (
            #"{"routes":[{"routeId":"r","routeKey":"GET /","target":"x"}]}"#,
            "/deployedConfiguration/routes/0/target", #"found \"x\", which breaks a rule: "#
        ),
        (
            #"{"routes":[{"routeKey":"GET /"}]}"#, "/deployedConfiguration/routes/0",
            "found an object without routeId, expected one with it"
        ),
    ])
    func `a mistake in what a deployment deployed is told`(value: String, path: String, reason: String) throws
    {
        let body =
            #"{"apis":[{"apiId":"z","name":"z","protocolType":"HTTP","deployments":[{"deploymentId":"d","#
            + #""deployedConfiguration":\#(value)}]}]}"#

        let answer = try TestEmulator().send(.put, "/__admin/state", body: body)

        #expect(answer.status == 400)
        #expect(answer.text.contains(#"[{"path":"/apis/0/deployments/0\#(path)","#), "\(answer.text)")
        #expect(answer.text.contains(reason), "\(answer.text)")
    }

    @Test func `settings of a route that is gone are gone, so that the state can be put back`() throws {
        let emulator = try TestEmulator.empty()
        let api = try emulator.create("/v2/apis", #"{"name":"a","protocolType":"HTTP"}"#, identifier: "apiId")
        for key in ["GET /a", "GET /b", "GET /c"] {
            try emulator.create("/v2/apis/\(api)/routes", #"{"routeKey":"\#(key)"}"#, identifier: "routeId")
        }
        let list = try emulator.send(.get, "/v2/apis/\(api)/routes").text
        func identifier(_ key: String) -> String {
            let item = list.split(separator: "{").first { $0.contains(key) } ?? ""
            return String(item.split(separator: #""routeId":""#).last?.prefix(7) ?? "")
        }
        try emulator.create(
            "/v2/apis/\(api)/stages",
            #"{"stageName":"s","routeSettings":{"GET /a":{"throttlingBurstLimit":1},"#
                + #""GET /b":{"throttlingBurstLimit":2},"GET /c":{"throttlingBurstLimit":3}}}"#,
            identifier: "stageName")

        #expect(try emulator.send(.delete, "/v2/apis/\(api)/routes/\(identifier("GET /a"))").status == 204)
        #expect(
            try emulator.send(
                .patch, "/v2/apis/\(api)/routes/\(identifier("GET /b"))", body: #"{"routeKey":"GET /d"}"#
            ).status == 201)

        let stage = try emulator.send(.get, "/v2/apis/\(api)/stages/s").text
        #expect(stage.contains(#""routeSettings":{"GET /c":{"throttlingBurstLimit":3}}"#), "\(stage)")
        let answer = try emulator.send(.put, "/__admin/state", body: emulator.state())
        #expect(answer.status == 204, "\(answer.text)")
    }

    @Test func `what is put takes the place of all that was there`() throws {
        let emulator = try TestEmulator()

        let answer = try emulator.send(
            .put, "/__admin/state", body: #"{"apis":[{"apiId":"z","name":"z","protocolType":"HTTP"}]}"#)

        #expect(answer.status == 204)
        #expect(
            try emulator.state()
                == "{\"scopes\":[\n"
                + #"{"account":"000000000000","region":"us-east-1","#
                + #""apis":[{"apiId":"z","name":"z","protocolType":"HTTP"}]}"# + "\n]}\n")
        #expect(try emulator.send().status == 404)
        #expect(try emulator.send(.put, "/__admin/state", body: "{}").status == 204)
        #expect(try emulator.state() == "{\"scopes\":[\n]}\n")
    }

    @Test func `an account is read and put alone`() throws {
        let emulator = try TestEmulator()
        let api = #"{"name":"mine","protocolType":"HTTP"}"#
        try emulator.create("/v2/apis", api, identifier: "apiId", as: "111122223333")
        let mine = try emulator.state("?account=111122223333")
        let others = try emulator.state("?account=000000000000")

        #expect(mine.contains("mine") && !mine.contains("orders"))
        #expect(try emulator.send(.put, "/__admin/state?account=111122223333", body: "{}").status == 204)
        #expect(try emulator.state("?account=111122223333") == "{\"scopes\":[\n]}\n")
        #expect(try emulator.state("?account=000000000000") == others)
        #expect(try emulator.send(.put, "/__admin/state?account=111122223333", body: mine).status == 204)
        #expect(try emulator.state("?account=111122223333") == mine)
    }

    @Test func `a document that does not say is the account's that is asked for`() throws {
        let emulator = try TestEmulator()

        let answer = try emulator.send(
            .put, "/__admin/state?account=111122223333",
            body: #"{"apis":[{"apiId":"z","name":"z","protocolType":"HTTP"}]}"#)

        #expect(answer.status == 204)
        #expect(try emulator.state("?account=111122223333").contains(#""apiId":"z""#))
    }

    @Test func `every mistake is told with its place, and nothing is changed`() throws {
        let emulator = try TestEmulator()
        let before = try emulator.state()
        let body = """
            {"apis": [{"apiId": "z", "protocolType": "HTPP", "version": 7}],
             "acount": 1}
            """

        let answer = try emulator.send(.put, "/__admin/state", body: body)

        #expect(answer.status == 400)
        #expect(
            answer.text
                == #"{"message":"The state has 4 mistakes. Nothing was changed.","errors":["#
                + #"{"path":"/apis/0/protocolType","line":1,"column":42,"#
                + #""message":"found \"HTPP\", expected one "#
                + #"of WEBSOCKET, HTTP; did you mean HTTP?"},"#
                + #"{"path":"/apis/0/version","line":1,"column":61,"message":"found 7, expected a string"},"#
                + #"{"path":"/apis/0","line":1,"column":11,"#
                + #""message":"found an object without name, expected one with it"},"#
                + #"{"path":"/acount","line":2,"column":2,"#
                + #""message":"found an unknown member, expected one of "#
                + #"account, region, accessKeys, scopes, apis, domainnames, vpclinks, "#
                + #"portals, portalproducts; "#
                + #"did you mean account?"}]}"# + "\n")
        #expect(try emulator.state() == before)
    }

    @Test(arguments: [
        ("", "{", #""message":"found the end of the text"#),
        ("", #"{"scopes":{}}"#, "found an object, expected an array of accounts and regions"),
        ("", #"{"scopes":[7]}"#, #""path":"/scopes/0","line":1,"column":12,"message":"found 7"#),
        ("", #"{"scopes":[{"scopes":[]}]}"#, "found an unknown member"),
        ("", #"{"accessKeys":{"K":"111122223333"}}"#, "they are read from fixtures alone"),
        (
            "?account=111122223333",
            #"{"account":"000000000000","apis":[{"apiId":"z","name":"z","protocolType":"HTTP"}]}"#,
            #"found account \"000000000000\", expected \"111122223333\" alone"#
        ),
        ("?acount=1", "{}", "did you mean"), ("?account=1", "{}", "an account of 12 digits"),
    ])
    func `what is no state is refused`(query: String, body: String, reason: String) throws {
        let emulator = try TestEmulator()
        let before = try emulator.state()

        let answer = try emulator.send(.put, "/__admin/state" + query, body: body)

        #expect(answer.status == 400)
        #expect(answer.text.contains(reason) || answer.text.contains("suggestion"), "\(answer.text)")
        #expect(try emulator.state() == before)
    }

    @Test func `what is due when the state is read has happened in it`() throws {
        let emulator = try TestEmulator.empty(delays: LifecycleDelays([.vpcLinkCreation: .seconds(90)]))
        try emulator.create(
            "/v2/vpclinks", #"{"name":"link","subnetIds":["subnet-1"]}"#, identifier: "vpcLinkId")

        let early = try emulator.state()
        emulator.clock.advance(by: .seconds(90))
        let late = try emulator.state()

        #expect(early.contains(#""vpcLinkStatus":"PENDING""#))
        #expect(late.contains(#""vpcLinkStatus":"AVAILABLE""#))
    }

    @Test func `a reset of an account brings back its resources alone`() throws {
        let emulator = try TestEmulator()
        let seeded = try emulator.state()
        let api = #"{"name":"mine","protocolType":"HTTP"}"#
        try emulator.create("/v2/apis", api, identifier: "apiId", as: "111122223333")
        try emulator.create("/v2/apis", api, identifier: "apiId")

        #expect(try emulator.send(.post, "/__admin/reset?account=000000000000").status == 204)

        #expect(try emulator.state("?account=000000000000") == seeded)
        #expect(try emulator.state("?account=111122223333").contains("mine"))
    }
}
