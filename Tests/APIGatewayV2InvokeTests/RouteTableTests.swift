/// The choice of a route, its variables, and the words for a request that none takes.

import APIGatewayV2Invoke
import HTTPWire
import Testing

struct RouteTableTests {
    private func key(_ method: String, _ target: String, _ keys: [String]) throws -> String? {
        try RouteTable(routeKeys: keys).match(HTTPMethod(rawValue: method), path(target))?.routeKey
    }

    @Test(arguments: [
        ("GET", "/pets", "GET /pets"), ("POST", "/pets", "ANY /pets"), ("GET", "/pets/7", "GET /pets/{id}"),
        ("GET", "/pets/dog", "GET /pets/dog"), ("GET", "/pets/7/toys", "ANY /pets/{proxy+}"),
        ("POST", "/pets/7", "ANY /pets/{proxy+}"), ("GET", "/x", "$default"), ("PUT", "/", "$default"),
    ])
    func `a full match stands before a greedy one, and a method before ANY`(
        method: String, target: String, expected: String
    ) throws {
        // Developer guide, "Develop routes for HTTP APIs"; serverless/serverless 9840.
        let keys = [
            "$default", "ANY /pets/{proxy+}", "ANY /pets", "GET /pets", "GET /pets/{id}", "GET /pets/dog",
        ]

        #expect(try key(method, target, keys) == expected)
        #expect(try key(method, target, keys.reversed()) == expected)
    }

    @Test func `ties go to more literal segments, then to more before the greedy one`() throws {
        // aws/aws-lambda-dotnet, Lambda test tool.
        #expect(try key("GET", "/a/b/c", ["GET /a/{x}/{y}", "GET /{x}/b/c"]) == "GET /{x}/b/c")
        #expect(try key("GET", "/a/b/c", ["GET /{p+}", "GET /a/{p+}"]) == "GET /a/{p+}")
        #expect(try key("GET", "/a/b/c", ["GET /{x}/{p+}", "GET /{p+}"]) == "GET /{x}/{p+}")
    }

    @Test func `an unknown method or path matches nothing`() throws {
        // 404, never 405: measured by probes of a live API, September 2026.
        #expect(try key("POST", "/pets", ["GET /pets"]) == nil)
        #expect(try key("HEAD", "/pets", ["GET /pets"]) == nil)
        #expect(try key("GET", "/Pets", ["GET /pets"]) == nil)
    }

    @Test func `slashes at the end and doubled ones do not count`() throws {
        // powertools-lambda-python 1552; localstack 8170.
        #expect(try key("GET", "/pets/", ["GET /pets"]) == "GET /pets")
        #expect(try key("GET", "//pets", ["GET /pets"]) == "GET /pets")
    }

    @Test func `a variable takes one segment that is not empty`() throws {
        // aws/chalice 588.
        #expect(try key("GET", "/pets/", ["GET /pets/{id}"]) == nil)
        #expect(try key("GET", "/", ["GET /{proxy+}"]) == nil)
    }

    private func parameters(_ target: String, _ key: String) throws -> [String] {
        let match = RouteTable(routeKeys: [key]).match(.get, try path(target))
        return try #require(match).pathParameters.map { "\($0.name)=\($0.value) \($0.encodedValue)" }
    }

    @Test func `values are decoded, and their names sorted`() throws {
        // AWS's Lambda test tool, snapshot V2_SpecialCharactersInPath; greedy without slashes at its ends.
        #expect(
            try parameters("/u/a%20b/o/%E2%98%95", "GET /u/{user}/o/{order}")
                == ["order=☕ %E2%98%95", "user=a b a%20b"])
        #expect(try parameters("/f/a/b%2Fc/", "GET /f/{proxy+}") == ["proxy=a/b/c a/b%2Fc"])
    }

    @Test func `an encoded question mark ends the path`() throws {
        // middleapi/standard-server 93.
        #expect(try parameters("/f/a%3Fb", "GET /f/{name}") == ["name=a a"])
        #expect(try path("/f/a%3Fb/c").decoded == "/f/a")
        #expect(try path("/f/a%3Fb/c").encoded == "/f/a%3Fb/c")
        let rest = try path("/f//a%3Fb/c").dropping(1)
        #expect(rest.routeSegments.map(\.encoded) == ["a"])
        #expect((rest.decoded, rest.encoded) == ("//a", "//a%3Fb/c"))
        #expect((rest.dropping(2).decoded, rest.dropping(2).encoded) == ("", "/c"))
    }

    @Test func `a request visits its own segments however many routes there are`() throws {
        let keys = (0..<300).map { "GET /r\($0)/{id}" }

        #expect(try key("GET", "/r299/x", keys) == "GET /r299/{id}")
        #expect(try key("GET", "/r300/x", keys) == nil)
    }

    @Test func `the nearest route is named`() throws {
        let table = RouteTable(routeKeys: ["GET /pets/{id}/toys", "DELETE /orders", "GET /pets"])

        #expect(
            try table.missText(.post, path("/pets"), of: "abc123")
                == "no route of abc123 matches POST /pets: GET /pets is the nearest")
        #expect(
            try table.misses(.get, path("/pet")).map(\.text) == [
                "GET /pets has pets in place of pet", "DELETE /orders has orders in place of pet",
                "GET /pets/{id}/toys has pets in place of pet",
            ])
        #expect(
            try table.misses(.get, path("/pets/7/x")).first?.text
                == "GET /pets/{id}/toys has toys in place of x")
        #expect(
            try RouteTable(routeKeys: []).missText(.get, path("/"), of: "abc123")
                == "no route of abc123 matches GET /: it has none")
    }

    @Test func `a route that is longer or shorter says so`() throws {
        let table = RouteTable(routeKeys: ["GET /a/{b}", "GET /"])

        #expect(
            try table.misses(.get, path("/a")).map(\.text)
                == ["GET /a/{b} goes on with /{b}", "GET / ends before /a"])
        #expect(try table.misses(.get, path("/a/b")).map(\.text) == ["GET / ends before /a"])
    }

    @Test func `a route that matches too is told from those that do not`() throws {
        let table = RouteTable(routeKeys: ["$default", "ANY /{p+}", "GET /a", "PUT /a"])

        #expect(
            try table.misses(.get, path("/a")).map(\.text) == [
                "$default matches too, and GET /a stands before it",
                "ANY /{p+} matches too, and GET /a stands before it", "PUT /a takes PUT",
            ])
    }
}
