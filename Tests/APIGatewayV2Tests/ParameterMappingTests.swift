/// The grammars of parameter mappings, of HTTP APIs and of WebSocket APIs: what an entry means, and what is
/// said of one that means nothing.

import APIGatewayV2
import Testing

struct ParameterMappingTests {
    @Test(
        arguments: [
            ("append:header.X-Trace", .request, .append, .header("X-Trace")),
            ("overwrite:header.a.b", .response, .overwrite, .header("a.b")),
            ("remove:querystring.Page", .request, .remove, .queryString("Page")),
            ("append:querystring.a b", .request, .append, .queryString("a b")),
            ("overwrite:path", .request, .overwrite, .path),
            ("overwrite:statuscode", .response, .overwrite, .statusCode),
        ] as [(String, ParameterMapping.Message, ParameterMapping.Action, ParameterMapping.Destination)])
    func `a name says what is done to which part`(
        name: String, message: ParameterMapping.Message, action: ParameterMapping.Action,
        destination: ParameterMapping.Destination
    ) throws {
        let mapping = try ParameterMapping(name, "v", of: message)
        #expect(mapping.action == action)
        #expect(mapping.destination == destination)
        #expect(mapping.value.sources == [.text("v")])
    }

    @Test(arguments: [
        "", "header.x", "append.header.x", "prepend:header.x", "Append:header.x", "append:header",
        "append:header.", "append:Header.x", "append:cookie.x", "append:path", "remove:path",
        "overwrite:path.x", "overwrite:querystring.", "overwrite:statuscode",
    ])
    func `a request has no other destinations`(name: String) {
        #expect(throws: ParameterMapping.Problem.destination(name, .request)) {
            try ParameterMapping(name, "v", of: .request)
        }
    }

    @Test(arguments: ["append:querystring.x", "overwrite:path", "append:statuscode", "remove:statuscode"])
    func `a response has no other destinations`(name: String) {
        let problem = ParameterMapping.Problem.destination(name, .response)
        #expect(throws: problem) { try ParameterMapping(name, "201", of: .response) }
        #expect(problem.message == "Invalid Response Actioned Parameter destination specified: \(name)")
    }

    @Test(arguments: [
        "Authorization", "origin", "VIA", "Access-Control-Allow-Origin", "apigw-requestid", "X-Amz-Date",
        "x-amzn-trace-id", "X-Forwarded-For", "Content-Length", "Trailers",
    ])
    func `reserved headers stay as they are, whatever the case`(header: String) {
        for (name, message) in [
            ("append:header.\(header)", ParameterMapping.Message.request),
            ("remove:header.\(header)", .response),
        ] {
            #expect(throws: ParameterMapping.Problem.reservedHeader(header)) {
                try ParameterMapping(name, "v", of: message)
            }
        }
        for (name, value) in [
            ("append:querystring.\(header)", "v"), ("append:header.x-\(header)", "$request.header.\(header)"),
        ] where !value.hasSuffix("apigw-requestid") {
            #expect(throws: Never.self) { _ = try ParameterMapping(name, value, of: .request) }
        }
    }

    @Test(arguments: [
        ("$request.header.apigw-requestid", "apigw-requestid", ParameterMapping.Message.request),
        ("a ${request.header.x} ${request.header.Apigw-Requestid}", "Apigw-Requestid", .request),
        ("$response.header.apigw-requestid", "apigw-requestid", .response),
    ])
    func `the header of the request's identifier may not be read either`(
        value: String, header: String, message: ParameterMapping.Message
    ) {
        #expect(throws: ParameterMapping.Problem.reservedHeader(header)) {
            try ParameterMapping("append:header.x", value, of: message)
        }
        let near = value.replacing("equestid", with: "equest")
        #expect(throws: Never.self) { try ParameterMapping("append:header.x", near, of: message) }
    }

    @Test(
        arguments: [
            ("", [.text("")]), ("''", [.text("''")]), ("a $5 note", [.text("a $5 note")]),
            ("$request", [.text("$request")]), ("${stage}", [.text("${stage}")]), ("${", [.text("${")]),
            ("$request.header.X-A", [.requestHeader("X-A")]), ("$request.header", [.requestHeader(nil)]),
            ("$request.querystring.a.b", [.requestQueryString("a.b")]),
            ("$request.path", [.requestPath(variable: nil)]),
            ("/v2/$request.path.proxy/x", [.text("/v2/"), .requestPath(variable: "proxy"), .text("/x")]),
            ("$request.body", [.requestBody(path: nil)]),
            ("$request.body.a[0]['b c'].d", [.requestBody(path: "a[0]['b c'].d")]),
            ("$request.body[0]", [.requestBody(path: "[0]")]),
            ("$context.authorizer.claims.sub", [.context("authorizer.claims.sub")]),
            ("$stageVariables.host", [.stageVariable("host")]),
            ("Bearer $context.token", [.text("Bearer "), .context("token")]),
            (
                "${request.path.a}-${request.path.b}",
                [.requestPath(variable: "a"), .text("-"), .requestPath(variable: "b")]
            ),
            (
                #"{"T": "${request.header.t}"}"#,
                [.text(#"{"T": ""#), .requestHeader("t"), .text(#""}"#)]
            ),
        ] as [(String, [MappingValue.Source])])
    func `a value of a request is text and expressions`(
        text: String, sources: [MappingValue.Source]
    ) throws {
        #expect(try ParameterMapping("append:header.x", text, of: .request).value.sources == sources)
    }

    @Test(
        arguments: [
            ("$response.header.a", [.responseHeader("a")]), ("$response.body", [.responseBody(path: nil)]),
            ("${response.body.a.b}", [.responseBody(path: "a.b")]),
            ("$request.header.a", [.requestHeader("a")]), ("$context.requestId", [.context("requestId")]),
        ] as [(String, [MappingValue.Source])])
    func `a response gives values of its own`(text: String, sources: [MappingValue.Source]) throws {
        #expect(try ParameterMapping("append:header.x", text, of: .response).value.sources == sources)
    }

    @Test(
        arguments: [
            ("$request.headers.a", .request), ("$request.header.", .request), ("$request.", .request),
            ("$request.cookie.a", .request), ("$request.body..a", .request), ("$request.body.a..b", .request),
            ("$request.body.a[?(@.b)]", .request), ("$response.header.a", .request),
            ("a-${response.body.b}", .request), ("$context.", .request), ("$stageVariables.", .request),
            ("${request.header.}", .request), ("$request.body.a", .response), ("$request.path", .response),
            ("$request.querystring.a", .response), ("$response.path", .response),
            ("$response.body..a", .response),
        ] as [(String, ParameterMapping.Message)])
    func `an expression names a source that the message has`(
        value: String, message: ParameterMapping.Message
    ) {
        let problem = ParameterMapping.Problem.source(value, destination: "append:header.x")
        #expect(throws: problem) { try ParameterMapping("append:header.x", value, of: message) }
        #expect(problem.message == "Invalid source: \(value) specified for destination: append:header.x")
    }
}

struct RouteMappingTests {
    @Test(
        arguments: [
            ("header", "Content-Type", "'a/b'", .text("a/b")),
            ("querystring", "a.b", "''", .text("")),
            ("path", "id_$1", "route.request.header.Auth", .routeParameter("route.request.header.Auth")),
            (
                "header", "a", "route.request.multivaluequerystring.b",
                .routeParameter("route.request.multivaluequerystring.b")
            ),
            ("header", "a", "route.request.body", .body(path: nil)),
            ("header", "a", "route.request.body.b[0].c", .body(path: "b[0].c")),
            ("header", "a", "context.connectionId", .context("connectionId")),
            ("header", "a", "stageVariables.host", .stageVariable("host")),
            ("header", "a", "method.request.header.b", .routeParameter("method.request.header.b")),
        ] as [(String, String, String, RouteMapping.Source)])
    func `an entry of an integration's request`(
        place: String, name: String, value: String, source: RouteMapping.Source
    ) throws {
        let mapping = try RouteMapping(
            "integration.request.\(place).\(name)", value, of: .integrationRequest)
        #expect(mapping.place == place)
        #expect(mapping.name == name)
        #expect(mapping.source == source)
    }

    @Test(arguments: [
        (
            "route.response.header.a", "integration.response.header.b",
            RouteMapping.Source.integrationHeader("b")
        ),
        ("method.response.header.a", "integration.response.body.c", .body(path: "c")),
        ("method.response.header.a", "'text'", .text("text")),
    ])
    func `an entry of a route's response`(
        name: String, value: String, source: RouteMapping.Source
    ) throws {
        #expect(try RouteMapping(name, value, of: .routeResponse).source == source)
    }

    @Test(arguments: [
        "", "header.a", "integration.request.a", "integration.request.header", "integration.request.header.",
        "integration.request.body.a", "integration.request.header.a b", "integration.response.header.a",
        "route.request.header.a", "append:header.a", "method.response.header.a",
    ])
    func `an integration's request has no other destinations`(name: String) {
        let problem = RouteMapping.Problem.destination(name)
        #expect(throws: problem) { try RouteMapping(name, "'v'", of: .integrationRequest) }
        #expect(problem.message == "Invalid mapping expression parameter specified: \(name)")
    }

    @Test(arguments: [
        "", "v", "'", "'v", "\"v\"", "$request.header.a", "$context.stage", "context.", "stageVariables",
        "route.request.header", "route.request.header.", "route.request.header.a b", "route.request.cookie.a",
        "route.response.header.a", "integration.response.header.a", "route.request.body.",
    ])
    func `an integration's request has no other sources`(value: String) {
        let problem = RouteMapping.Problem.source(value)
        #expect(throws: problem) {
            try RouteMapping("integration.request.header.a", value, of: .integrationRequest)
        }
        #expect(problem.message == "Invalid mapping expression specified: \(value)")
    }

    @Test(arguments: ["route.request.header.a", "integration.response.querystring.a", "integration.response"])
    func `a route's response has no other sources`(value: String) {
        #expect(throws: RouteMapping.Problem.source(value)) {
            try RouteMapping("method.response.header.a", value, of: .routeResponse)
        }
    }
}
