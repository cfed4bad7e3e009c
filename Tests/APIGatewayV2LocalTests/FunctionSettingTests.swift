/// Tests of the places of functions as text: each right form, and one clear line for each wrong one.

import APIGatewayV2Local
import Testing

struct FunctionSettingTests {
    @Test(
        arguments: [
            ("resize=http://localhost:9000", "resize", nil, .url("http://localhost:9000")),
            ("resize=https://functions.test/a", "resize", nil, .url("https://functions.test/a")),
            ("resize:live=runtime:9001", "resize", "live", .runtime(port: 9001)),
            ("resize:$LATEST=runtime:65535", "resize", "$LATEST", .runtime(port: 65_535)),
            ("a-B_9:7=run:./bootstrap", "a-B_9", "7", .command("./bootstrap")),
            ("resize=run:A=b c:d && exec e", "resize", nil, .command("A=b c:d && exec e")),
        ] as [(String, String, String?, FunctionSetting.Target)])
    func `a place is read`(
        text: String, name: String, qualifier: String?, target: FunctionSetting.Target
    ) throws {
        let setting = try FunctionSetting(parsing: text)

        #expect(setting == FunctionSetting(name: name, qualifier: qualifier, target: target))
    }

    private static let form =
        "NAME=http://HOST:PORT, NAME=runtime:PORT or NAME=run:COMMAND, such as resize=runtime:9001"
    private static let names = "a function's name without its ARN, such as resize or resize:live"
    private static let kinds = "http://HOST:PORT, runtime:PORT or run:COMMAND"
    private static let ports = "runtime:PORT with a port from 1 to 65535"
    private static let commands = "run:COMMAND, such as run:python3 -m awslambdaric app.handler"
    private static let urls = "a URL such as http://localhost:9000, without user, query or fragment"

    @Test(arguments: [
        ("", #"found "", expected \#(form)"#),
        ("resize", #"found "resize", expected \#(form)"#),
        ("=runtime:9001", #"found "=runtime:9001", expected \#(form)"#),
        ("runtime:9001", #"found "runtime:9001", expected \#(form)"#),
        ("re size=runtime:9001", #"found "re size", expected \#(names)"#),
        ("resize:=runtime:9001", #"found "resize:", expected \#(names)"#),
        ("resize:a:b=runtime:9001", #"found "resize:a:b", expected \#(names)"#),
        (
            "arn:aws:lambda:us-east-1:1:function:a=runtime:1",
            #"found "arn:aws:lambda:us-east-1:1:function:a", expected \#(names)"#
        ),
        ("resize=", #"found "" for function resize, expected \#(kinds)"#),
        ("resize=9001", #"found "9001" for function resize, expected \#(kinds)"#),
        (
            "resize=runtme:9001",
            #"found "runtme:9001" for function resize, expected \#(kinds); did you mean runtime:?"#
        ),
        (
            "resize=htp://localhost:9000",
            #"found "htp://localhost:9000" for function resize, expected \#(kinds); did you mean http://?"#
        ),
        ("resize=RUN:app", #"found "RUN:app" for function resize, expected \#(kinds); did you mean run:?"#),
        ("resize=runtime:", #"found "runtime:", expected \#(ports)"#),
        ("resize=runtime:0", #"found "runtime:0", expected \#(ports)"#),
        ("resize=runtime:65536", #"found "runtime:65536", expected \#(ports)"#),
        ("resize=runtime:http", #"found "runtime:http", expected \#(ports)"#),
        ("resize=run:", #"found "run:", expected \#(commands)"#),
        ("resize=run: \t", "found \"run: \t\", expected \(commands)"),
        ("resize=http://", #"found "http://", expected \#(urls)"#),
        ("resize=http:localhost", #"found "http:localhost", expected \#(urls)"#),
        ("resize=http://localhost:port", #"found "http://localhost:port", expected \#(urls)"#),
        ("resize=http://me@localhost", #"found "http://me@localhost", expected \#(urls)"#),
        ("resize=http://localhost?a", #"found "http://localhost?a", expected \#(urls)"#),
    ])
    func `a wrong place is refused in one line`(text: String, message: String) {
        let error = #expect(throws: DocumentError.self) { try FunctionSetting(parsing: text) }

        #expect(error?.lines == [message])
    }

    @Test func `a name has at most 64 characters, and an alias 128`() throws {
        let (name, alias) = (String(repeating: "n", count: 64), String(repeating: "a", count: 128))

        let setting = try FunctionSetting(parsing: "\(name):\(alias)=runtime:1")

        #expect(setting.name == name)
        #expect(throws: DocumentError.self) { try FunctionSetting(parsing: "\(name)n=runtime:1") }
        #expect(throws: DocumentError.self) { try FunctionSetting(parsing: "\(name):\(alias)a=runtime:1") }
    }

    @Test func `a concurrency is that of the function with the same alias`() throws {
        var settings = try [
            FunctionSetting(parsing: "resize=run:a"), FunctionSetting(parsing: "resize:live=run:b"),
        ]

        try FunctionConcurrency(parsing: "resize:live=100").apply(to: &settings)

        #expect(settings.map(\.concurrency) == [1, 100])
    }

    @Test(arguments: ["", "resize", "resize=", "resize=0", "resize=101", "resize=two", "resize:a:b=2"])
    func `a wrong concurrency is refused in one line`(text: String) {
        let error = #expect(throws: DocumentError.self) { try FunctionConcurrency(parsing: text) }

        #expect(error?.lines.count == 1)
    }

    @Test(arguments: ["resize=runtime:9001", "resize:live=run:app", "other=run:app"])
    func `a concurrency of a function that the server does not start is refused`(text: String) throws {
        var settings = [try FunctionSetting(parsing: text)]

        let error = #expect(throws: DocumentError.self) {
            try FunctionConcurrency(parsing: "resize=2").apply(to: &settings)
        }

        #expect(
            error?.lines == [
                "found --lambda-concurrency resize=2, expected a function that this server starts, by "
                    + "--lambda resize=run:COMMAND"
            ])
        #expect(settings[0].concurrency == 1)
    }
}
