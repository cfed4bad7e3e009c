/// Targets taken apart and percent-encoding both ways. Which targets are refused, and why, is in
/// fixtures/wire/target.http.

import HTTPWire
import Testing

struct RequestTargetTests {
    @Test(arguments: [
        ("/", [""]),
        ("/v2/apis", ["v2", "apis"]),
        ("/v2/apis/", ["v2", "apis", ""]),
        ("//v2//apis", ["", "v2", "", "apis"]),
        (
            "/v2/apis/a1b2c3d4e5/integrations/abc123d",
            ["v2", "apis", "a1b2c3d4e5", "integrations", "abc123d"]
        ),
        (
            "/v2/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fa1",
            ["v2", "tags", "arn:aws:apigateway:us-east-1::/apis/a1"]
        ),
        ("/a%2Fb/c", ["a/b", "c"]),
        ("/%C3%A4%E2%82%AC%F0%9F%98%80", ["ä€😀"]),
        ("/%25", ["%"]),
        ("/+", ["+"]),
        ("/./../x", [".", "..", "x"]),
        ("/%2e%2E", [".."]),
        ("/a?b/c", ["a"]),
        ("*", []),
        ("http://localhost:4290/v2/apis", ["v2", "apis"]),
        ("http://localhost", [""]),
    ])
    func `a path is split at its slashes and then decoded`(target: String, segments: [String]) throws {
        #expect(try RequestTarget(parsing: target).pathSegments == segments)
    }

    @Test(arguments: [
        (nil, true), ("", true), ("127.0.0.1:4290", true), ("10.0.0.7", true), ("[::1]:4290", true),
        ("localhost", true), ("localhost:4290", true), ("LOCALHOST", false), ("localhost.example.com", false),
        ("localhosts", false), ("local", false), ("1api.example.com", false),
        ("127.0.0.1.nip.io:4290", false),
        ("a1b2c3d4e5.execute-api.localhost", false), (":4290", false),
    ])
    func `an authority is local if no domain can have its name`(host: String?, isLocal: Bool) throws {
        var fields = HTTPFields()
        fields.append("Accept", "*/*")
        if let host { fields.append("host", host) }
        let request = HTTPRequest(
            method: .get, target: try RequestTarget(parsing: "/v2/apis"), fields: fields)
        #expect(request.hasLocalAuthority == isLocal)
    }

    @Test func `the authority of an absolute target counts before the host`() throws {
        var fields = HTTPFields()
        fields.append("Host", "127.0.0.1")
        let request = HTTPRequest(
            method: .get, target: try RequestTarget(parsing: "http://api.example.com/"), fields: fields)
        #expect(!request.hasLocalAuthority)
    }

    static let queries: [(String, [RequestTarget.QueryItem])] = [
        ("/", []),
        ("/?", []),
        ("/?a=b", [.init(name: "a", value: "b")]),
        ("/?a=b&c=d", [.init(name: "a", value: "b"), .init(name: "c", value: "d")]),
        ("/?a=1&a=2", [.init(name: "a", value: "1"), .init(name: "a", value: "2")]),
        ("/?a", [.init(name: "a", value: "")]),
        ("/?a=", [.init(name: "a", value: "")]),
        ("/?=b", [.init(name: "", value: "b")]),
        ("/?a=b=c", [.init(name: "a", value: "b=c")]),
        ("/?&&a=b&", [.init(name: "a", value: "b")]),
        ("/?a=b+c", [.init(name: "a", value: "b+c")]),
        ("/?a=b%20c%26d%3D", [.init(name: "a", value: "b c&d=")]),
        ("/?%C3%A4=%C3%B6", [.init(name: "ä", value: "ö")]),
        ("/?a=/?:@", [.init(name: "a", value: "/?:@")]),
        ("http://localhost?a=b", [.init(name: "a", value: "b")]),
    ]

    @Test(arguments: [
        ("/?filter[name]=x", "filter[name]", "x"), ("/?{a}=b|c^d", "{a}", "b|c^d"),
        (#"/?q="a\b`<c>"#, "q", #""a\b`<c>"#), ("/?a=100%", "a", "100%"), ("/?a=%zz&b=", "a", "%zz"),
        ("/?a=%FF", "a", "%FF"), ("/?a=%00", "a", "%00"), ("/?[=%41", "[", "A"), ("/?a%=b=c", "a%", "b=c"),
    ])
    func `a lenient query keeps what a URI may not have, and tells of it`(
        target: String, name: String, value: String
    ) throws {
        let lenient = try RequestTarget(parsing: target, isQueryLenient: true)

        #expect(lenient.text == target)
        #expect(lenient.queryItems.first == .init(name: name, value: value))
        let refusal = #expect(throws: HTTPParseError.self) { try RequestTarget(parsing: target) }
        #expect(lenient.queryMistake == refusal?.reason)
        #expect(refusal?.status == 400)
    }

    @Test(arguments: ["/?a=\u{7f}", "/?a=\t", "/?a=é", "/a[b]?c", "/a%?c", "/a#b"])
    func `a lenient query excuses neither a path nor bytes that are no visible ASCII`(target: String) {
        #expect(throws: HTTPParseError.self) { try RequestTarget(parsing: target, isQueryLenient: true) }
    }

    @Test func `a query that a URI may have holds no mistake`() throws {
        #expect(try RequestTarget(parsing: "/?a=%20b&c=/?", isQueryLenient: true).queryMistake == nil)
    }

    @Test(arguments: queries)
    func `a query is split at its ampersands and then decoded`(
        target: String, items: [RequestTarget.QueryItem]
    ) throws {
        #expect(try RequestTarget(parsing: target).queryItems == items)
    }

    @Test func `the first item of a name answers`() throws {
        let target = try RequestTarget(parsing: "/?tagKeys=a&tagKeys=b&nextToken=")

        #expect(target.query("tagKeys") == "a")
        #expect(target.query("nextToken") == "")
        #expect(target.query("maxResults") == nil)
    }

    @Test func `an empty target is refused`() {
        #expect(throws: HTTPParseError.self) { try RequestTarget(parsing: "") }
    }
}

struct PercentCodingTests {
    @Test(arguments: [
        ("", ""), ("a", "a"), ("a%20b", "a b"), ("%41%5a", "AZ"), ("%e4%bd%A0", "你"), ("%7f", "\u{7f}"),
        ("%25%32%35", "%25"),
    ])
    func `two hexadecimal digits of either case are a byte`(encoded: String, decoded: String) throws {
        let bytes = Array(encoded.utf8)

        #expect(try PercentCoding.decoded(bytes.span) == decoded)
    }

    @Test(arguments: [
        "%", "%4", "a%", "%4g", "%g4", "%%41", "%+1", "% 1", "%00", "%ff", "%c3", "%ed%a0%80", "%c0%80",
    ])
    func `what is no encoding of UTF-8 is refused`(encoded: String) {
        let bytes = Array(encoded.utf8)

        #expect(throws: HTTPParseError.self) { try PercentCoding.decoded(bytes.span) }
    }

    @Test(arguments: [
        ("", ""), ("aZ09-._~", "aZ09-._~"), ("$default", "%24default"), ("a b/c", "a%20b%2Fc"),
        ("ä", "%C3%A4"), ("%+*", "%25%2B%2A"),
    ])
    func `all but the unreserved characters are encoded`(text: String, encoded: String) throws {
        let bytes = Array(encoded.utf8)

        #expect(PercentCoding.encoded(text) == encoded)
        #expect(try PercentCoding.decoded(bytes.span) == text)
    }
}
