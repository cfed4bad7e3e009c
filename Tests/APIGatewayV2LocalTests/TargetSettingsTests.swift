/// Documents of targets: what they hold, and the words for each mistake.

import APIGatewayV2Local
import Testing

struct TargetSettingsTests {
    private static func lines(_ text: String, from origin: TargetSettings.Origin = .request) -> [String] {
        do {
            _ = try TargetSettings(reading: Array(text.utf8), from: origin)
            return []
        } catch {
            return error.lines
        }
    }

    @Test func `a document names functions with their aliases, and the endpoint of all others`() throws {
        let text = """
            {"functions": {"resize": "http://localhost:9000", "resize:live": "runtime:9001"},
             "upstreams": {"api.example.com": "http://localhost:8080"},
             "lambdaEndpoint": "http://localhost:3001", "awsEndpoint": "http://localhost:4566"}
            """

        let settings = try TargetSettings(reading: Array(text.utf8), from: .request)

        #expect(
            settings.functions == [
                FunctionSetting(name: "resize", target: .url("http://localhost:9000")),
                FunctionSetting(name: "resize", qualifier: "live", target: .runtime(port: 9001)),
            ])
        #expect(settings.lambdaEndpoint == "http://localhost:3001")
        #expect(!settings.isEmpty)
    }

    @Test(arguments: [
        ("http://a", "http://a"), ("http://a:1/", "http://a:1"), ("https://a/b", "https://a/b"),
        ("http://[::1]:1/b/c/", "http://[::1]:1/b/c/"),
    ])
    func `a server's path is kept, but for a lone slash`(text: String, shown: String) throws {
        #expect(try InvokeConfiguration.Upstream(parsing: text).description == shown)
    }

    @Test func `an empty document names nothing`() throws {
        #expect(try TargetSettings(reading: Array("{}".utf8), from: .file).isEmpty)
    }

    @Test(arguments: [
        (
            #"{"function": {}}"#,
            "1:2: /function: found an unknown member, expected one of functions, upstreams, lambdaEndpoint, "
                + "awsEndpoint; did you mean functions?"
        ),
        (
            #"{"functions": []}"#,
            #"1:15: /functions: found an array, expected an object such as {"resize": "runtime:9001"}"#
        ),
        (
            #"{"functions": {"a": 9000}}"#,
            "1:21: /functions/a: found 9000, expected a string"
        ),
        (
            #"{"functions": {"a": "runtime:0"}}"#,
            #"1:21: /functions/a: found "runtime:0", expected runtime:PORT with a port from 1 to 65535"#
        ),
        (
            #"{"functions": {"arn:aws:lambda": "runtime:1"}}"#,
            #"1:34: /functions/arn:aws:lambda: found "arn:aws:lambda", "#
                + "expected a function's name without its ARN, such as resize or resize:live"
        ),
        (
            #"{"functions": {"a": "runtime:1", "a": "runtime:2"}}"#,
            "1:34: /functions/a: found this member a second time, expected it once"
        ),
        (
            #"{"upstreams": {"http://a.example": "http://localhost:1"}}"#,
            #"1:36: /upstreams/http:~1~1a.example: found "http://a.example", "#
                + "expected a host, a host and port, or an ARN as the name, without scheme and path"
        ),
        (
            #"{"upstreams": {"a.example:0": "http://localhost:1"}}"#,
            #"1:31: /upstreams/a.example:0: found "a.example:0", "#
                + "expected a host, a host and port, or an ARN as the name, without scheme and path"
        ),
        (
            #"{"upstreams": {"a.example": "http://b", "A.example": "http://c"}}"#,
            #"1:54: /upstreams/A.example: found "A.example" twice, expected each host once, in any case"#
        ),
        (
            #"{"awsEndpoint": "localhost:4566"}"#,
            #"1:17: /awsEndpoint: found "localhost:4566", "#
                + "expected a URL such as http://localhost:9000, without user, query or fragment"
        ),
    ])
    func `each mistake is told with its place`(text: String, line: String) {
        #expect(Self.lines(text) == [line])
    }

    @Test func `a request may name no command`() {
        let text = #"{"functions": {"a": "run:rm -rf /", "b": "runtme:9001"}}"#

        let lines = Self.lines(text)

        #expect(lines.count == 2)
        #expect(
            lines.first
                == #"1:21: /functions/a: found "run:rm -rf /", expected http://HOST:PORT or runtime:PORT: "#
                + "commands come from options and files alone")
        #expect(lines.last?.hasSuffix("did you mean runtime:?") == true)
    }
}
