/// Fixtures in every form become the records that they hold, and bad ones every line that their author needs.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

private let httpAPI = #"{"name":"orders","protocolType":"HTTP"}"#
private let webSocketAPI = #"{"name":"chat","protocolType":"WEBSOCKET"}"#

struct FixtureTests {
    private func body(
        _ loader: LoadedFixtures, _ identifier: String, api: String = "a1", in scope: Scope = scope
    ) -> String? {
        let key = CollectionKey(resource: .integration, parent: api)
        return loader.state[scope]?.record(identifier, in: key).map { text($0.body) }
    }

    @Test func `a file for each resource mirrors the service's URLs`() throws {
        let loader = try loader(
            ("apis/a1.json", httpAPI),
            ("apis/a1/integrations/i1.json", #"{"integrationId":"i1","integrationType":"HTTP_PROXY"}"#))
        #expect(loader.problems == [])
        #expect(body(loader, "i1") == #"{"integrationId":"i1","integrationType":"HTTP_PROXY"}"#)
    }

    @Test func `a file's name stands in for the identifier that the document leaves out`() throws {
        let loader = try loader(
            ("apis/a1.json", httpAPI), ("apis/a1/integrations/i1.json", #"{"integrationType":"HTTP_PROXY"}"#))
        #expect(loader.problems == [])
        #expect(body(loader, "i1") == #"{"integrationId":"i1","integrationType":"HTTP_PROXY"}"#)
    }

    @Test func `what the AWS CLI and an SDK print is a fixture as it stands`() throws {
        let loader = try loader(
            (
                "apis.json",
                #"{"Items":[{"ApiId":"a1","Name":"n","ProtocolType":"HTTP","CreatedDate":"#
                    + #""2030-01-01T01:00:00+01:00","Tags":{"Team":"x"}}],"NextToken":null}"#
            ),
            (
                "apis/a1/integrations.json",
                #"{"ResponseMetadata":{"RetryAttempts":0},"Items":[{"IntegrationId":"i1","#
                    + #""IntegrationType":"HTTP_PROXY","TlsConfig":{"ServerNameToVerify":"h"},"#
                    + #""RequestParameters":{"append:header.X":"Y"}}]}"#
            ))
        #expect(loader.problems.map(\.line) == [])
        #expect(
            body(loader, "i1") == #"{"integrationId":"i1","integrationType":"HTTP_PROXY","#
                + #""requestParameters":{"append:header.X":"Y"},"tlsConfig":{"serverNameToVerify":"h"}}"#)
        let api = loader.state[scope]?.record("a1", in: CollectionKey(resource: .api, parent: ""))
        #expect(
            api.map { text($0.body) } == #"{"apiId":"a1","createdDate":"2030-01-01T00:00:00Z","name":"n","#
                + #""protocolType":"HTTP","tags":{"Team":"x"}}"#)
    }

    @Test(arguments: [
        // Python: json.dumps(…, default=str), and isoformat.
        "\"2026-11-27 00:32:36+00:00\"", "\"2026-11-27 00:32:36.123456+00:00\"",
        "\"2026-11-27 01:32:36+01:00\"",
        "\"2026-11-27 00:32:36\"", "\"2026-11-27 00:32:36.123456\"", "\"2026-11-27T00:32:36\"",
        // Go, JavaScript, Java, Ruby.
        "\"2026-11-27T00:32:36.123456789Z\"", "\"2026-11-26T19:32:36.5-05:00\"",
        "\"2026-11-27 00:32:36.123456789 +0000 UTC\"", "\"2026-11-27T00:32:36.000Z\"",
        "\"2026-11-27T00:32:36.123456Z\"", "\"2026-11-27 00:32:36 UTC\"", "\"2026-11-27 00:32:36 +0000\"",
        // The AWS CLI 1, Jackson.
        "1795739556", "1795739556.0", "1795739556.123456789", "1.795739556e9",
    ])
    func `a date is taken as a program printed it, and served as the service does`(date: String) throws {
        let loader = try loader(
            ("apis/a1.json", #"{"createdDate":\#(date),"name":"n","protocolType":"HTTP"}"#))

        #expect(loader.problems.map(\.line) == [])
        let api = loader.state[scope]?.record("a1", in: CollectionKey(resource: .api, parent: ""))
        #expect(
            api.map { text($0.body) } == #"{"apiId":"a1","createdDate":"2026-11-27T00:32:36Z","name":"n","#
                + #""protocolType":"HTTP"}"#)
    }

    @Test(arguments: [
        "1795739556000", "-1", "253402300800", "true", "\"2026-11-27\"", "\"27 Nov 2026 00:32:36\"",
        "\"2026-11-27 00:32:36 CET\"", "\"2026-11-27  00:32:36\"", "\"2026-11-27 00:32:36 \"",
        "\"2026-11-27 00:32:36+00:00 \"", "\"2026-11-27 00:32:36ZUTC\"", "\"2026-02-30 00:32:36\"",
        "\"2026-11-27 24:32:36\"", "\"1795739556\"",
    ])
    func `whatever else stands for a date is told`(date: String) throws {
        let found = try lines(
            ("apis/a1.json", #"{"createdDate":\#(date),"name":"n","protocolType":"HTTP"}"#))

        #expect(
            found == [
                "apis/a1.json:1:16: /createdDate: found \(date), expected a date-time such as "
                    + "2030-01-01T00:00:00Z"
            ])
    }

    @Test func `one document holds accounts, access keys and nested resources`() throws {
        let loader = try loader(
            (
                "everything.json",
                #"""
                {"account":"111122223333","region":"eu-west-1","accessKeys":{"AKIDEXAMPLE":"111122223333"},
                 "apis":[{"apiId":"a1","name":"n","protocolType":"WEBSOCKET",
                          "integrations":[{"integrationId":"i1","integrationType":"MOCK"}]}]}
                """#
            ))
        #expect(loader.problems.map(\.line) == [])
        #expect(loader.accessKeyAccounts == ["AKIDEXAMPLE": "111122223333"])
        let other = Scope(account: "111122223333", region: "eu-west-1")
        #expect(body(loader, "i1", in: other) == #"{"integrationId":"i1","integrationType":"MOCK"}"#)
        #expect(body(loader, "i1") == nil)
    }

    @Test func `a single file may be what get-api or get-apis printed`() throws {
        let one = try loader(("one.json", #"{"ApiId":"a1","Name":"n","ProtocolType":"HTTP"}"#))
        let many = try loader(("many.json", #"{"Items":[{"ApiId":"a1","Name":"n","ProtocolType":"HTTP"}]}"#))
        for loader in [one, many] {
            #expect(loader.problems == [])
            #expect(loader.state[scope]?.record("a1", in: CollectionKey(resource: .api, parent: "")) != nil)
        }
    }

    @Test func `an account and a region may stand above the collections`() throws {
        let loader = try loader(("111122223333/eu-west-1/apis/a1.json", httpAPI))
        #expect(loader.problems == [])
        #expect(loader.state.keys.map(\.account) == ["111122223333"])
        #expect(loader.state.keys.map(\.region) == ["eu-west-1"])
    }

    @Test func `an empty tree, list or folder is no mistake`() throws {
        #expect(try lines(("e.json", "{}")) == [])
        #expect(try lines(("apis.json", "[]")) == [])
        #expect(try lines(("e.json", #"{"Items":[]}"#)) == [])
    }

    @Test(
        arguments: [
            (#""payloadFormatVersion":"3.0""#, "Unsupported PayloadFormatVersion: 3.0"),
            (#""integrationUri":"orders""#, "Invalid HTTP endpoint specified for URI"),
            (
                #""integrationSubtype":"SQS-Send","integrationUri":"https://a.example""#,
                "Operation: SQS-Send is not supported."
            ),
        ])
    func `a value that requests may not have is a fixture's mistake, an absent member none`(
        members: String, message: String
    ) throws {
        func integration(_ members: String) -> String {
            #"{"integrationType":"HTTP_PROXY","connectionType":"INTERNET"\#(members)}"#
        }

        let wrong = try lines(
            ("apis/a1.json", httpAPI), ("apis/a1/integrations/i1.json", integration("," + members)))
        let absent = try lines(("apis/a1.json", httpAPI), ("apis/a1/integrations/i1.json", integration("")))

        #expect(wrong.count == 1)
        #expect(wrong.first?.hasSuffix(message) == true, "\(wrong)")
        #expect(absent == [])
    }

    @Test func `all members of an integration are kept, in the service's order`() throws {
        let webSocket =
            #"{"apiGatewayManaged":false,"connectionId":"c","connectionType":"VPC_LINK","#
            + #""contentHandlingStrategy":"CONVERT_TO_TEXT","credentialsArn":"arn","description":"","#
            + #""integrationId":"i1","integrationMethod":"POST","#
            + #""integrationResponseSelectionExpression":"${integration.response.statuscode}","#
            + #""integrationType":"AWS","#
            + #""integrationUri":"u","passthroughBehavior":"NEVER","payloadFormatVersion":"1.0","#
            + #""requestParameters":{"integration.request.header.b":"'1'","#
            + #""integration.request.path.a":"context.stage"},"requestTemplates":{"200":""},"#
            + #""templateSelectionExpression":"t","timeoutInMillis":29000}"#
        let http =
            #"{"credentialsArn":"arn","integrationId":"i2","integrationSubtype":"SQS-SendMessage","#
            + #""integrationType":"AWS_PROXY","requestParameters":{"MessageBody":"b","QueueUrl":"q"},"#
            + #""responseParameters":{"200":{"overwrite:header.x":"y"},"404":{}},"timeoutInMillis":30000,"#
            + #""tlsConfig":{"serverNameToVerify":"h"}}"#
        let loader = try loader(
            ("apis/a1.json", webSocketAPI), ("apis/a2.json", httpAPI),
            ("apis/a1/integrations.json", "[\(webSocket)]"),
            ("apis/a2/integrations.json", "[\(http)]"))
        #expect(loader.problems.map(\.line) == [])
        #expect(body(loader, "i1") == webSocket)
        #expect(body(loader, "i2", api: "a2") == http)
    }
}

struct BadFixtureTests {
    private func integration(_ members: String, api: String = httpAPI) throws -> [String] {
        try lines(
            ("apis/a1.json", api),
            ("apis/a1/integrations/i1.json", #"{"integrationType":"HTTP_PROXY",\#n  \#(members)}"#))
    }

    @Test func `text that is no JSON is told where`() throws {
        let found = try lines(("apis/a1.json", "{\n  \"name\": \"x\",\n}"))
        #expect(found == ["apis/a1.json:2:14: found a trailing comma, expected a member"])
    }

    @Test func `an unknown member is told with the name that was meant`() throws {
        let found = try integration(#""integratonUri": "x""#)
        #expect(found.count == 1)
        #expect(
            found[0].hasPrefix(
                "apis/a1/integrations/i1.json:2:3: /integratonUri: found an unknown member, "
                    + "expected one of apiGateway"
            ))
        #expect(found[0].hasSuffix("; did you mean integrationUri?"))
    }

    @Test(arguments: [
        (#""timeoutInMillis": "50""#, #"2:22: /timeoutInMillis: found "50", expected a whole number"#),
        (#""timeoutInMillis": 49"#, "2:22: /timeoutInMillis: found 49, expected 50 to 30000"),
        (#""timeoutInMillis": 30001"#, "2:22: /timeoutInMillis: found 30001, expected 50 to 30000"),
        (#""timeoutInMillis": 50.5"#, "2:22: /timeoutInMillis: found 50.5, expected a whole number"),
        (
            #""connectionType": "VPCLINK""#,
            #"2:21: /connectionType: found "VPCLINK", expected one of INTERNET, "#
                + "VPC_LINK; did you mean VPC_LINK?"
        ),
        (
            #""integrationMethod": """#,
            "2:24: /integrationMethod: found a string of 0 characters, expected 1 to 64"
        ),
        (#""integrationUri": null"#, "2:21: /integrationUri: found null, expected a string"),
        (#""apiGatewayManaged": 1"#, "2:24: /apiGatewayManaged: found 1, expected true or false"),
        (#""requestParameters": []"#, "2:24: /requestParameters: found an array, expected an object"),
        (#""requestParameters": {"a/b": 1}"#, "2:32: /requestParameters/a~1b: found 1, expected a string"),
        (
            #""responseParameters": {"200": "x"}"#,
            #"2:33: /responseParameters/200: found "x", expected an object"#
        ),
        (
            #""tlsConfig": {"serverName": "x"}"#,
            "2:17: /tlsConfig/serverName: found an unknown member, expected one of "
                + "serverNameToVerify"
        ),
        (
            #""description": "a", "description": "b""#,
            "2:23: /description: found this member a second time, expected it "
                + "once"
        ),
        (
            #""passthroughBehavior": "NEVER""#,
            "2:3: /passthroughBehavior: found a member that only WEBSOCKET APIs have, "
                + "expected none in this API"
        ),
    ])
    func `a value that breaks its table is told by place, finding and expectation`(
        member: String, line: String
    ) throws {
        #expect(try integration(member) == ["apis/a1/integrations/i1.json:" + line])
    }

    @Test func `a member of HTTP APIs in a WebSocket API and a longer timeout than it may have are told`()
        throws
    {
        let found = try integration(
            #""integrationSubtype": "s", "timeoutInMillis": 29001"#, api: webSocketAPI)
        #expect(
            found == [
                "apis/a1/integrations/i1.json:2:3: /integrationSubtype: found a member that only "
                    + "HTTP APIs have, "
                    + "expected none in this API",
                "apis/a1/integrations/i1.json:2:49: /timeoutInMillis: found 29001, which breaks a rule: "
                    + "Timeout should be between 50 ms and 29000 ms",
            ])
    }

    @Test func `a string is measured in characters, not in bytes`() throws {
        let wide = String(repeating: "é", count: 64)
        #expect(try integration(#""integrationMethod": "\#(wide)""#) == [])
        #expect(
            try integration(#""integrationMethod": "\#(wide)é""#) == [
                "apis/a1/integrations/i1.json:2:24: /integrationMethod: found a string of 65 "
                    + "characters, expected 1 to 64"
            ])
    }

    @Test func `all mistakes of all files are told in one run`() throws {
        let found = try lines(
            ("apis/a1.json", #"{"protocolType":"HTPT"}"#), ("apis/a2.json", "["),
            ("apis/a1/integrations.json", #"[{"integrationType":"HTTP_PROXY"},{"integrationId":"i1","x":1}]"#)
        )
        #expect(
            found.map { $0.prefix(while: { $0 != "," }) } == [
                #"apis/a1.json:1:17: /protocolType: found "HTPT""#,
                "apis/a1.json:1:1: /: found an object without name",
                "apis/a2.json:1:2: found the end of the text",
                "apis/a1/integrations.json:1:2: /0: found an object without integrationId",
                "apis/a1/integrations.json:1:57: /1/x: found an unknown member",
                "apis/a1/integrations.json:1:35: /1: found an object without integrationType",
            ])
    }

    @Test func `an identifier is told when it comes twice, with the file that had it first`() throws {
        let one = #"{"integrationId":"i1","integrationType":"HTTP_PROXY"}"#
        #expect(
            try lines(
                ("apis/a1.json", httpAPI), ("apis/a1/integrations.json", "[\(one),\(one)]"),
                ("apis/a1/integrations/i1.json", one)) == [
                    "apis/a1/integrations.json:1:73: /1/integrationId: found integrationId \"i1\" a "
                        + "second time, "
                        + "expected it once (first in this file)",
                    "apis/a1/integrations/i1.json:1:18: /integrationId: found integrationId \"i1\" "
                        + "a second time, "
                        + "expected it once (first in apis/a1/integrations.json)",
                ])
    }

    @Test func `an integration without its API is told whose it is`() throws {
        #expect(
            try lines(("apis/a9/integrations/i1.json", #"{"integrationType":"HTTP_PROXY"}"#)) == [
                "apis/a9/integrations/i1.json:1:1: /: found Integration of Api \"a9\", which no "
                    + "fixture of account "
                    + "000000000000 in us-east-1 holds, expected that Api too"
            ])
        #expect(
            try lines(("one.json", #"{"IntegrationId":"i1","IntegrationType":"MOCK"}"#)) == [
                "one.json:1:1: /: found Integration without its parent, expected it in a folder as "
                    + "apis/{apiId}/integrations/{integrationId}.json"
            ])
    }

    @Test func `an API that is refused does not make orphans of its integrations`() throws {
        let found = try lines(
            ("apis/a1.json", #"{"name":1,"protocolType":"HTTP"}"#),
            ("apis/a1/integrations/i1.json", #"{"integrationType":"HTTP_PROXY"}"#))
        #expect(found == ["apis/a1.json:1:9: /name: found 1, expected a string"])
    }

    @Test func `a name that contradicts its file's is told`() throws {
        #expect(
            try integration(#""integrationId": "other""#) == [
                "apis/a1/integrations/i1.json:2:20: /integrationId: found \"other\", expected "
                    + "\"i1\", as the file is called"
            ])
    }

    @Test func `a tree's unknown member, account and access key are told`() throws {
        let found = try lines(
            ("e.json", #"{"acount":"1","account":"12","accessKeys":{"K":1},"region":"","apis":{}}"#))
        #expect(
            found == [
                #"e.json:1:25: /account: found "12", expected an account of 12 digits"#,
                #"e.json:1:60: /region: found "", expected a region such as "us-east-1""#,
                "e.json:1:2: /acount: found an unknown member, expected one of account, region, "
                    + "accessKeys, scopes, apis, "
                    + "domainnames, vpclinks, portals, portalproducts; did "
                    + "you mean account?",
                "e.json:1:48: /accessKeys/K: found 1, expected an account of 12 digits",
                "e.json:1:70: /apis: found an object without items, expected an array or an object with them",
            ])
    }

    @Test(arguments: ["1", "null", #""x""#, "[]"])
    func `a document that is no object is told`(document: String) throws {
        let found = try lines(("e.json", document))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("e.json:1:1: /: found "), "\(found)")
        #expect(found[0].hasSuffix(", expected an object"), "\(found)")
    }
}

struct FixtureLocationTests {
    @Test func `a folder that is close to a collection's name is a mistake, any other is none of ours`()
        throws
    {
        let error = #expect(throws: DocumentProblem.self) {
            try FixtureLocation(components: ["apsi", "a1.json"])
        }
        #expect(
            error?.explanation
                == "found \"apsi\", expected one of apis, domainnames, vpclinks, portals, "
                + "portalproducts; did you mean apis?"
        )
        #expect(try FixtureLocation(components: ["scenarios", "two.json"]) == nil)
    }

    @Test func `an unknown collection below a resource is a mistake`() {
        let error = #expect(throws: DocumentProblem.self) {
            try FixtureLocation(components: ["apis", "a1", "integratons", "i1.json"])
        }
        #expect(
            error?.explanation
                == "found \"integratons\", expected one of deployments, authorizers, integrations, models, "
                + "routes, stages; did you mean integrations?")
    }

    @Test func `parents come before their children by depth`() throws {
        let paths = [["e.json"], ["apis.json"], ["apis", "a1.json"], ["apis", "a1", "integrations.json"]]
        let depths = try paths.map { try #require(try FixtureLocation(components: $0)).place.depth }
        #expect(depths == [0, 0, 0, 1])
    }
}
