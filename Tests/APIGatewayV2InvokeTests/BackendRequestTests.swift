/// HTTP_PROXY integrations: the URL, method and headers that a backend meets, and its answer.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct BackendRequestTests {
    private func url(
        _ uri: String, _ target: String, route: String, _ mappings: [ParameterMapping] = [],
        variables: [StageVariable] = []
    ) throws -> String? {
        let invocation = try invocation(
            request("GET", target), route: route, stages: ["$default", "dev"], variables: variables)
        return HTTPTarget(uri: uri, method: "ANY").request(
            for: invocation, MappedRequest(invocation, mappings), gatewayAddress: "198.51.100.1")?.url
    }

    @Test(arguments: [
        ("https://example.com/{proxy}", "/pets/a%20b/c", "ANY /pets/{proxy+}", "https://example.com/a%20b/c"),
        ("https://example.com/v1/{id}", "/pets/7", "GET /pets/{id}", "https://example.com/v1/7"),
        ("https://example.com/fixed", "/pets/7", "GET /pets/{id}", "https://example.com/fixed"),
        ("https://example.com/fixed", "/a/b", "ANY /{proxy+}", "https://example.com/fixed"),
        ("https://example.com", "/a", "GET /a", "https://example.com/"),
        ("https://example.com/base/", "/a/b/", "$default", "https://example.com/base/a/b/"),
        ("https://example.com", "/", "$default", "https://example.com/"),
        ("https://example.com", "/dev/a", "$default", "https://example.com/a"),
        ("https://example.com/x?k=1", "/a?q=a%2Fb&q=2", "GET /a", "https://example.com/x?k=1&q=a%2Fb&q=2"),
        ("http://${stageVariables.host}/x", "/a", "GET /a", "http://localhost:8080/x"),
    ])
    func `the URL is the integration's with its variables filled`(
        uri: String, target: String, route: String, expected: String
    ) throws {
        // Developer guide, "Create HTTP proxy integrations for HTTP APIs".
        let variables = [StageVariable(name: "host", value: "localhost:8080")]

        #expect(try url(uri, target, route: route, variables: variables) == expected)
    }

    @Test(arguments: ["ftp://example.com", "https://", "https://u:p@example.com", "example.com"])
    func `an URI that makes no URL makes no request`(uri: String) throws {
        #expect(try url(uri, "/", route: "$default") == nil)
    }

    @Test func `a mapping puts another path in the place of the URI's`() throws {
        let mapping = try ParameterMapping("overwrite:path", "/a b/$request.path.id", of: .request)

        #expect(
            try url("https://example.com/v1", "/p/7", route: "GET /p/{id}", [mapping])
                == "https://example.com/a%20b/7")
    }

    private func headers(_ sent: [(String, String)], _ mappings: [ParameterMapping] = []) throws -> [String] {
        let invocation = try invocation(request("GET", "/a", sent), route: "GET /a")
        let request = HTTPTarget(uri: "https://example.com:8443/x", method: "POST").request(
            for: invocation, MappedRequest(invocation, mappings), gatewayAddress: "198.51.100.1")
        let made = try #require(request)
        #expect(made.method == .post)
        return lines(made.fields)
    }

    @Test func `headers pass, those of the connection do not, and the gateway adds its own`() throws {
        // Measured by comparing what an echo got directly and through an HTTP API.
        let sent = [
            ("Host", recordedHost), ("X-Custom", "1"), ("Connection", "keep-alive"), ("TE", "trailers"),
            ("Authorization", "Bearer x"), ("content-length", "0"),
        ]

        #expect(
            try headers(sent) == [
                "Host: example.com:8443", "X-Custom: 1", "Authorization: Bearer x",
                "forwarded: by=198.51.100.1;for=192.0.2.1;host=\(recordedHost);proto=https",
                "via: HTTP/1.1 AmazonAPIGateway",
                "x-amzn-trace-id: Root=1-67fd88a4-127eb8e773d2bb6f7df47ab6", "content-length: 0",
            ])
    }

    @Test func `fields that Connection names do not pass, but a mapping may set them`() throws {
        // RFC 9110 section 7.6.1.
        let sent = [
            ("Host", "a"), ("Connection", "close, X-One ,x-two"), ("Connection", "X-Three"), ("x-one", "1"),
            ("X-TWO", "2"), ("X-Three", "3"), ("X-Four", "4"),
        ]
        let mapping = try ParameterMapping("overwrite:header.X-Two", "mapped", of: .request)

        let names = try headers(sent, [mapping]).filter { $0.hasPrefix("X-") || $0.hasPrefix("x-") }

        #expect(
            names == [
                "X-Four: 4", "X-Two: mapped", "x-amzn-trace-id: Root=1-67fd88a4-127eb8e773d2bb6f7df47ab6",
            ])
    }

    @Test func `a content type that a mapping appends is joined with the client's`() throws {
        let mapping = try ParameterMapping("append:header.content-type", "text/b", of: .request)
        func types(_ sent: [(String, String)]) throws -> [String] {
            try headers(sent, [mapping]).filter { $0.lowercased().hasPrefix("content-type:") }
        }

        #expect(try types([("Content-Type", "text/a")]) == ["content-type: text/a,text/b"])
        #expect(try types([]) == ["content-type: text/b"])
    }

    @Test func `fields that a backend's Connection names do not reach the client`() {
        let answer = BackendOutcome.answered(
            status: 200, fields: fields([("Connection", "x-hop, close"), ("X-Hop", "1"), ("X-End", "2")]),
            body: []
        ).reply

        #expect(lines(answer.response.fields) == ["X-End: 2"])
    }

    @Test func `forwarded and via of the client stand before the gateway's`() throws {
        let made = try headers([("Host", "a"), ("Forwarded", "for=1.2.3.4"), ("Via", "1.1 p")])

        #expect(
            made.contains("forwarded: for=1.2.3.4, by=198.51.100.1;for=192.0.2.1;host=a;proto=https"))
        #expect(made.contains("via: 1.1 p, HTTP/1.1 AmazonAPIGateway"))
    }

    @Test(arguments: ["localhost:4290", "[::1]:4290"])
    func `a forwarded host with a port is in quotation marks`(host: String) throws {
        // github.com/lpinca/forwarded-parse, issue 3: parsers refuse it without them.
        let made = try headers([("Host", host)])

        #expect(
            made.contains("forwarded: by=198.51.100.1;for=192.0.2.1;host=\"\(host)\";proto=https"))
    }

    @Test func `a mapping may set Host`() throws {
        let mapping = try ParameterMapping("overwrite:header.Host", "other.example.com", of: .request)

        #expect(try headers([], [mapping]).first == "Host: other.example.com")
    }

    @Test func `a private backend gets the API's host, the stage's path and no by`() throws {
        // An echo in a cluster behind a VPC link, April 2024; developer guide, "Create private integrations".
        let invocation = try invocation(
            request("PUT", "/dev/echo?a=1", body: Array("hi".utf8)), route: "ANY /{proxy+}",
            stages: ["$default", "dev"])
        let overwrite = try ParameterMapping("overwrite:path", "$request.path", of: .request)
        let target = HTTPTarget(uri: "arn:x", method: "ANY", serverNameToVerify: "b.example.com")

        let plain = HTTPTarget(uri: "arn:x", method: "ANY").privateRequest(
            for: invocation, MappedRequest(invocation))
        let mapped = target.privateRequest(for: invocation, MappedRequest(invocation, [overwrite]))

        #expect(plain.url == "http://\(recordedHost)/dev/echo?a=1")
        #expect(plain.method == .put)
        #expect(text(plain.body) == "hi")
        #expect(plain.fields["Host"] == recordedHost)
        #expect(plain.fields["forwarded"] == "for=192.0.2.1;host=\(recordedHost);proto=https")
        #expect(plain.serverName == nil)
        #expect(mapped.url == "https://\(recordedHost)/echo?a=1")
        #expect(mapped.serverName == "b.example.com")
    }

    @Test func `a link lets calls through while it is available`() {
        // Developer guide, "Working with VPC links for HTTP APIs".
        func cause(_ status: String) -> String? {
            PrivateLink.refusal(of: "l1", record(.vpcLink, ["vpcLinkStatus": .string(status)]))?.cause
        }

        #expect(cause("AVAILABLE") == nil)
        #expect(cause("INACTIVE") == "the VPC link l1 is INACTIVE")
        #expect(PrivateLink.refusal(of: "l1", nil)?.response.status == 503)
    }

    @Test func `a backend's answer passes with its headers`() throws {
        // Three dumps behind HTTP APIs show server, etag and www-authenticate unchanged.
        let answer = BackendOutcome.answered(
            status: 302,
            fields: fields([
                ("Server", "nginx"), ("ETag", "\"1\""), ("Content-Type", "text/html"), ("Location", "/x"),
                ("Transfer-Encoding", "chunked"), ("Content-Length", "9"), ("Connection", "close"),
                ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
            ]), body: Array("hello".utf8)
        ).reply

        #expect(answer.response.status == 302)
        #expect(answer.response.contentType == "text/html")
        #expect(
            lines(answer.response.fields)
                == ["Server: nginx", "ETag: \"1\"", "Location: /x", "Set-Cookie: a=1", "Set-Cookie: b=2"])
        #expect(answer.cause == nil)
    }

    @Test(arguments: ["text/html\rSet-Cookie: a=b", "text/html\0", "text/\u{7F}"])
    func `a type that no header can have does not go out`(type: String) {
        var fields = HTTPFields()
        fields.append("Content-Type", type)

        let answer = BackendOutcome.answered(status: 200, fields: fields, body: []).reply.response

        #expect(answer.contentType == nil && !answer.fields.contains("Content-Type"))
    }

    @Test func `a timeout and an unreachable backend are a 503 with the cause for the log`() {
        // cortexlabs/cortex 1225 for the timeout.
        #expect(BackendOutcome.timedOut.reply.response.status == 503)
        #expect(
            BackendOutcome.unreachable("connection refused").reply.cause
                == "the backend cannot be reached: connection refused")
        #expect(
            BackendOutcome.answered(status: 999, fields: HTTPFields(), body: []).reply.response.status == 500)
    }
}
