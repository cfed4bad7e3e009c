/// Fixtures against each other: references that lead nowhere and names that clash are mistakes, as they would
/// be in a request.

import APIGatewayV2
import Testing

private let http = #"{"name":"stock","protocolType":"HTTP"}"#
private let webSocket =
    #"{"name":"chat","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.action"}"#
private let integrations =
    #"[{"integrationId":"itg0001","integrationType":"HTTP_PROXY","integrationUri":"https://x.example"}]"#
private let authorizers =
    #"[{"authorizerId":"jwt001","authorizerType":"JWT","identitySource":["$request.header.A"],"#
    + #""jwtConfiguration":{"audience":["a"],"issuer":"https://issuer.example"},"name":"j"},"#
    + #"{"authorizerId":"lam001","authorizerPayloadFormatVersion":"2.0","authorizerType":"REQUEST","#
    + #""authorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"#
    + #"arn:aws:lambda:us-east-1:000000000000:function:f/invocations","name":"l"}]"#

/// The lines without the service's own words.
private func places(_ lines: [String]) -> [String] {
    lines.map { $0.split(separator: "a rule: ").first.map { $0 + "a rule" } ?? "" }
}

struct FixtureChecksTests {
    /// The lines about an HTTP API `a1` with an integration and two authorizers, and the files besides.
    private func found(_ files: (path: String, text: String)...) throws -> [String] {
        let base = [
            (path: "apis/a1.json", text: http), ("apis/a1/integrations.json", integrations),
            ("apis/a1/authorizers.json", authorizers),
        ]
        return try loaded(base + files).problems.map(\.line)
    }

    /// The same with one route, whose members follow its identifier.
    private func route(_ members: String) throws -> [String] {
        try found(("apis/a1/routes/r1.json", "{\n\(members)}"))
    }

    @Test func `a target that leads nowhere is told with the nearest that leads somewhere`() throws {
        #expect(
            try route(#""routeKey":"GET /x","target":"integrations/itg0002""#) == [
                #"apis/a1/routes/r1.json:2:30: /target: found "integrations/itg0002", expected an "#
                    + #"Integration of Api "a1", which has none called "itg0002"; "#
                    + "did you mean integrations/itg0001?"
            ])
        #expect(try route(#""routeKey":"GET /x","target":"integrations/itg0001""#) == [])
    }

    @Test func `an authorizer that is not there, of the wrong kind or not named is told`() throws {
        #expect(
            try route(#""routeKey":"GET /x","authorizationType":"JWT","authorizerId":"jwt002""#) == [
                #"apis/a1/routes/r1.json:2:62: /authorizerId: found "jwt002", expected an Authorizer "#
                    + #"of Api "a1", which has none called "jwt002"; did you mean jwt001?"#
            ])
        #expect(
            try places(route(#""routeKey":"GET /x","authorizationType":"CUSTOM","authorizerId":"jwt001""#))
                == [#"apis/a1/routes/r1.json:2:65: /authorizerId: found "jwt001", which breaks a rule"#])
        #expect(
            try places(route(#""routeKey":"GET /x","authorizationType":"JWT""#)) == [
                "apis/a1/routes/r1.json:1:1: /: found an object without authorizerId, which breaks a rule"
            ])
        #expect(
            try route(#""routeKey":"GET /x","authorizationType":"CUSTOM","authorizerId":"lam001""#) == [])
    }

    @Test func `two names for one variable are told at both routes`() throws {
        let lines = try found(
            (
                "apis/a1/routes.json",
                #"[{"routeId":"r1","routeKey":"GET /x/{id}"},{"routeId":"r2","routeKey":"GET /x/{name}/y"}]"#
            ))

        #expect(lines.count == 2)
        #expect(
            lines[0].hasPrefix(
                #"apis/a1/routes.json:1:29: /0/routeKey: found "GET /x/{id}", which breaks a rule: "#))
        #expect(
            lines[0].hasSuffix(#"conflicting variable on the same hierarchical level as "GET /x/{name}/y""#))
        #expect(lines[1].hasPrefix("apis/a1/routes.json:1:71: /1/routeKey: "))
    }

    @Test func `a stage's deployment and the routes of its settings must be there`() throws {
        let stage =
            #"{"deploymentId":"dep002","routeSettings":{"GET /x":{},"GET /xs":{},"PUT /y":{}}}"#
        let lines = try found(
            ("apis/a1/deployments/dep001.json", "{}"),
            ("apis/a1/routes/r1.json", #"{"routeKey":"GET /x"}"#), ("apis/a1/stages/s1.json", stage))

        #expect(
            lines == [
                #"apis/a1/stages/s1.json:1:17: /deploymentId: found "dep002", expected a Deployment of Api "#
                    + #""a1", which has none called "dep002"; did you mean dep001?"#,
                #"apis/a1/stages/s1.json:1:55: /routeSettings/GET ~1xs: found "GET /xs", expected a Route "#
                    + #"of Api "a1", which has none called "GET /xs"; did you mean GET /x?"#,
                #"apis/a1/stages/s1.json:1:68: /routeSettings/PUT ~1y: found "PUT /y", expected a Route of "#
                    + #"Api "a1", which has none called "PUT /y""#,
            ])
    }

    @Test func `a mapping must lead to an API and to a stage of it`() throws {
        let mappings =
            #"[{"apiMappingId":"m1","apiId":"a2","apiMappingKey":"x","stage":"s1"},"#
            + #"{"apiMappingId":"m2","apiId":"a1","apiMappingKey":"y","stage":"s2"},"#
            + #"{"ApiMappingId":"m3","ApiId":"a1","ApiMappingKey":"z","Stage":"s1"}]"#
        let lines = try found(
            ("apis/a1/stages/s1.json", "{}"), ("domainnames/d.example.json", "{}"),
            ("domainnames/d.example/apimappings.json", mappings))

        #expect(
            lines == [
                #"domainnames/d.example/apimappings.json:1:31: /0/apiId: found "a2", expected an Api of "#
                    + #"account 000000000000 in us-east-1, which has none called "a2"; did you mean a1?"#,
                #"domainnames/d.example/apimappings.json:1:132: /1/stage: found "s2", expected a Stage of "#
                    + #"Api "a1", which has none called "s2"; did you mean s1?"#,
            ])
    }

    @Test func `responses of an HTTP API are told, wherever they stand`() throws {
        let lines = try found(
            (
                "apis/a1/integrations/itg0001/integrationresponses.json",
                #"[{"integrationResponseId":"x","integrationResponseKey":"$default"}]"#
            ),
            (
                "apis/a1/routes.json",
                #"[{"routeId":"r1","routeKey":"GET /x","#
                    + #""routeresponses":[{"routeResponseId":"y","routeResponseKey":"$default"}]}]"#
            ))

        #expect(
            places(lines) == [
                "apis/a1/integrations/itg0001/integrationresponses.json:1:2: /0: found IntegrationResponse, "
                    + "which breaks a rule",
                "apis/a1/routes.json:1:56: /0/routeresponses/0: found RouteResponse, which breaks a rule",
            ])
    }

    @Test func `the order of files and of members within a document does not matter`() throws {
        let document =
            #"{"apis":[{"routes":[{"routeId":"r1","routeKey":"$connect","target":"integrations/i1"}],"#
            + #""integrations":[{"integrationId":"i1","integrationType":"MOCK"}],"apiId":"a9","#
            + "\(webSocket.dropFirst())]}"

        #expect(try lines(("chat.json", document)) == [])
    }

    @Test func `many mistakes name the nearest of as many as can be compared in a moment`() throws {
        let count = FixtureLoader.comparisonsMax / 25
        let routes = (0...26).map {
            #"{"routeId":"r\#($0)","routeKey":"GET /\#($0)","target":"integrations/x\#($0)"}"#
        }
        let targets = (0..<count).map { #"{"integrationId":"y\#($0)","integrationType":"HTTP_PROXY"}"# }
        let lines = try lines(
            ("apis/a1.json", http), ("apis/a1/integrations.json", "[\(targets.joined(separator: ","))]"),
            ("apis/a1/routes.json", "[\(routes.joined(separator: ","))]"))

        #expect(lines.count == 27)
        #expect(lines.count { $0.contains("did you mean") } == 25)
    }
}

/// A fixture that is refused itself is told once, and nothing that names it.
struct RefusedFixtureTests {
    @Test(arguments: [
        ("apis/a1.json", "{"), ("apis/a1.json", "[]"), ("apis.json", "not JSON"),
        ("apis.json", #"{"item":[]}"#),
        ("apis.json", #"[{"name":"x","protocolType":"HTTP"}]"#), ("everything.json", "["),
        ("everything.json", "7"),
    ])
    func `an API that cannot be read makes no orphans of its children`(path: String, text: String) throws {
        let lines = try lines(
            (path, text), ("apis/a1/integrations/i1.json", #"{"integrationType":"HTTP_PROXY"}"#),
            ("apis/a1/routes/r1.json", #"{"routeKey":"GET /x","target":"integrations/i1"}"#))

        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.hasPrefix("\(path):") }, "\(lines)")
    }

    @Test(arguments: [
        ("apis/a1/integrations/i1.json", "{"), ("apis/a1/integrations/i1.json", #"{"integrationType":"X"}"#),
        ("apis/a1/integrations.json", "{"), ("apis/a1/integrations.json", "{}"),
        ("apis/a1/integrations.json", #"[{"integrationType":"HTTP_PROXY"}]"#), ("more.json", "{"),
    ])
    func `an integration that is refused is not missing to a route`(path: String, text: String) throws {
        let lines = try lines(
            ("apis/a1.json", http), (path, text),
            ("apis/a1/routes/r1.json", #"{"routeKey":"GET /x","target":"integrations/i1"}"#))

        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.hasPrefix("\(path):") }, "\(lines)")
    }

    @Test func `another that is missing is told all the same`() throws {
        let lines = try lines(
            ("apis/a1.json", http), ("apis/a1/integrations/i1.json", "{"),
            ("apis/a1/routes/r1.json", #"{"routeKey":"GET /x","target":"integrations/i2"}"#),
            ("apis/b2/routes/r1.json", #"{"routeKey":"GET /x"}"#))

        #expect(lines.count == 3)
    }

    @Test func `settings of a route that is refused are not told`() throws {
        let lines = try lines(
            ("apis/a1.json", http), ("apis/a1/routes/r1.json", #"{"routeKey":"GET /x","target":"x"}"#),
            ("apis/a1/stages/s1.json", #"{"routeSettings":{"GET /x":{}}}"#))

        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.hasPrefix("apis/a1/routes/r1.json:1:31: /target: found \"x\"") })
    }
}

struct RuleFixtureTests {
    @Test func `of several rules about one member the first that is broken is told, as to a request`() throws
    {
        let lines = try lines(
            ("apis/a1.json", http),
            ("apis/a1/authorizers/j.json", #"{"authorizerType":"JWT","identitySource":["x"],"name":"j"}"#))

        #expect(
            places(lines) == [
                "apis/a1/authorizers/j.json:1:42: /identitySource: found an array, which breaks a rule",
                "apis/a1/authorizers/j.json:1:1: /: found an object without jwtConfiguration, which "
                    + "breaks a rule",
            ])
    }
}

struct UnknownMemberTests {
    private func names(_ api: String, _ path: String, _ text: String) throws -> String {
        let found = try lines(
            ("apis/a1.json", api), ("apis/a1/integrations/i1.json", #"{"integrationType":"HTTP_PROXY"}"#),
            (path, text))
        return found.first?.split(separator: "expected one of ").last.map(String.init) ?? ""
    }

    @Test func `an unknown member is told with what a fixture at its place can have, and nothing else`()
        throws
    {
        let text = #"{"integrationType":"HTTP_PROXY","zzzz":1}"#
        let http = try names(http, "apis/a1/integrations/i2.json", text)
        let webSocket = try names(webSocket, "apis/a1/integrations/i2.json", text)

        #expect(http.hasSuffix("requestParameters, responseParameters, timeoutInMillis, tlsConfig"))
        #expect(webSocket.hasSuffix("templateSelectionExpression, timeoutInMillis, integrationresponses"))
        #expect(!(http + webSocket).contains("ResponseMetadata"))
    }

    @Test func `a member that only requests have is unknown in a fixture`() throws {
        let names = try names(
            http, "apis/a2.json", #"{"name":"x","protocolType":"HTTP","target":"https://x.example"}"#)

        #expect(names.hasPrefix("apiEndpoint, apiGatewayManaged, apiId, apiKeySelectionExpression"))
        #expect(
            names.hasSuffix(
                "warnings, deployments, authorizers, integrations, routes, stages"))
    }
}
