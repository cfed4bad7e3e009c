/// Tests of the Lambda Runtime API: a test is the runtime, over a raw socket, and the client of the API too.

import APIGatewayV2Local
import Glibc
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

struct RuntimeFunctionTests {
    /// A function, the server in front of it, and the lines of its log.
    private final class Bench {
        let function: RuntimeFunction
        let front: FunctionServer
        let server: Server
        let lines: Lines

        final class Lines: Sendable {
            private let told = Mutex<[String]>([])
            var all: [String] { told.withLock { $0 } }
            func append(_ line: String) { told.withLock { $0.append(line) } }
        }

        init() throws {
            let lines = Lines()
            self.lines = lines
            function = RuntimeFunction(
                name: "resize", port: 0, clock: ManualClock(), warn: { lines.append($0) })
            try function.start()
            front = FunctionServer(function)
            server = try front.start()
        }

        deinit {
            function.beginStop()
            server.stop()
            function.stop()
        }

        func runtime() throws -> RuntimePeer { try RuntimePeer(port: function.port) }

        /// A client that has sent an event, and waits.
        func client(_ id: String, _ event: String) throws -> RuntimePeer {
            let client = try RuntimePeer(port: server.port)
            try client.send("POST", "/" + id, Array(event.utf8))
            return client
        }
    }

    @Test func `a runtime gets an event with its headers, and its answer is the function's`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", #"{"a":1}"#)

        let event = try runtime.next()
        let accepted = try runtime.respond("id-1", #"{"ok":true}"#)

        #expect(event.status == 200)
        #expect(event.body == #"{"a":1}"#)
        #expect(event.field("Content-Type") == "application/json")
        #expect(event.field("Lambda-Runtime-Aws-Request-Id") == "id-1")
        #expect(event.field("Lambda-Runtime-Trace-Id") == "Root=1-6a5145a9-1bae89e2")
        #expect(event.field("Lambda-Runtime-Invoked-Function-Arn") == functionARN)
        // 2030-01-01T00:00:30Z, 30 seconds after the start of the clock.
        #expect(event.field("Lambda-Runtime-Deadline-Ms") == "1893456030000")
        #expect(accepted.status == 202)
        #expect(accepted.body == "{\"status\":\"OK\"}\n")
        let answer = try #require(try client.receive())
        #expect(answer.body == #"answered {"ok":true}"#)
        #expect(answer.field("Call") == "id-1")
    }

    @Test func `a runtime that asks first waits for the event`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        try runtime.send("GET", RuntimePeer.base + "/invocation/next")

        let client = try bench.client("id-1", "{}")

        #expect(try runtime.receive()?.field("Lambda-Runtime-Aws-Request-Id") == "id-1")
        #expect(try runtime.respond("id-1", "1").status == 202)
        #expect(try client.receive()?.body == "answered 1")
    }

    @Test func `an error that the function raised fails the call with its type and message`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try runtime.next()

        let accepted = try runtime.ask(
            "POST", RuntimePeer.base + "/invocation/id-1/error",
            #"{"errorMessage":"no such order","errorType":"ValueError","stackTrace":[]}"#)

        #expect(accepted.status == 202)
        #expect(
            try client.receive()?.body
                == #"raised ValueError: no such order {"errorMessage":"no such order","#
                + #""errorType":"ValueError","stackTrace":[]}"#)
    }

    @Test func `an error at the start fails the events that wait`() throws {
        let bench = try Bench()
        let client = try bench.client("id-1", "{}")
        let runtime = try bench.runtime()
        waitUntilQueued(bench.server)

        let accepted = try runtime.ask(
            "POST", RuntimePeer.base + "/init/error",
            #"{"errorMessage":"No module named 'app'","errorType":"Runtime.ImportModuleError"}"#)

        #expect(accepted.status == 202)
        #expect(
            try client.receive()?.body
                == #"failed("the runtime could not start: "#
                + #"Runtime.ImportModuleError: No module named \'app\'")"#
        )
    }

    private let ended = #"failed("the runtime\'s connection ended while it had the event")"#

    @Test func `a runtime that ends with a later event of its connection fails the call`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try runtime.next()
        #expect(try runtime.respond("id-1", "1").status == 202)
        #expect(try client.receive()?.body == "answered 1")
        try client.send("POST", "/id-2", Array("{}".utf8))
        _ = try runtime.next()

        runtime.hangUp()

        #expect(try client.receive()?.body == ended)
        // The connection alone had ended.
        #expect(try bench.runtime().respond("id-2", "2").status == 202)
    }

    @Test(arguments: [
        "aws-lambda-python/3.13.1-3.0.2", "aws-lambda-nodejs/v22.1-3.2", "AWS_Lambda_Cpp/0.2.8",
    ])
    func `a runtime of AWS that ends with its first event fails the call`(agent: String) throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try runtime.ask("GET", RuntimePeer.base + "/invocation/next", fields: "User-Agent: \(agent)\r\n")

        runtime.hangUp()

        #expect(try client.receive()?.body == ended)
    }

    @Test(arguments: ["curl/8.7.1", "Python-urllib/3.11", "my-loop", "aws-lambda-ruby/3.3-3.0.0"])
    func `a client that opens a connection for each request may close it with the event`(
        agent: String
    ) throws {
        let bench = try Bench()
        let first = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try first.ask(
            "GET", RuntimePeer.base + "/invocation/next", fields: "User-Agent: \(agent)\r\n")
        first.hangUp()

        let second = try bench.runtime()

        #expect(try second.respond("id-1", "1").status == 202)
        #expect(try client.receive()?.body == "answered 1")
    }

    @Test func `an event whose runtime closed its first connection ends by the timeout`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try runtime.next()
        runtime.hangUp()
        waitUntilQueued(bench.server)

        bench.front.clock.advance(by: .seconds(30))
        bench.server.clockMoved()

        #expect(try client.receive()?.body == "timedOut")
    }

    @Test func `an identifier that no event has is refused`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()

        let refused = try runtime.respond("nothing", "1")

        #expect(refused.status == 400)
        #expect(
            refused.body
                == "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}\n")
    }

    @Test func `an event is answered once`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try runtime.next()

        #expect(try runtime.respond("id-1", "1").status == 202)
        #expect(try runtime.respond("id-1", "2").status == 400)
        #expect(try client.receive()?.body == "answered 1")
    }

    @Test func `an answer of the largest size is taken, and one more byte fails the call`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try runtime.next()
        #expect(try runtime.respond("id-1", String(repeating: "1", count: 6_291_556)).status == 202)
        #expect(try client.receive()?.body.utf8.count == "answered ".utf8.count + 6_291_556)

        try client.send("POST", "/id-2", Array("{}".utf8))
        _ = try runtime.next()
        let refused = try runtime.respond("id-2", String(repeating: "1", count: 6_291_557))

        #expect(refused.status == 413)
        #expect(refused.body.contains("Exceeded maximum allowed payload size (6291556 bytes)."))
        #expect(try client.receive()?.body.contains("Function.ResponseSizeTooLarge") == true)
    }

    @Test func `two runtimes have an event each`() throws {
        let bench = try Bench()
        let runtimes = [try bench.runtime(), try bench.runtime()]
        let clients = [try bench.client("id-1", "1"), try bench.client("id-2", "2")]

        let ids = try runtimes.map { try #require(try $0.next().field("Lambda-Runtime-Aws-Request-Id")) }
        for (runtime, id) in zip(runtimes, ids).reversed() {
            #expect(try runtime.respond(id, "\"\(id)\"").status == 202)
        }

        #expect(Set(ids) == ["id-1", "id-2"])
        #expect(try clients[0].receive()?.body == #"answered "id-1""#)
        #expect(try clients[1].receive()?.body == #"answered "id-2""#)
    }

    @Test func `an answer behind the timeout is accepted and goes nowhere`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        let client = try bench.client("id-1", "{}")
        _ = try runtime.next()
        waitUntilQueued(bench.server)

        bench.front.clock.advance(by: .seconds(30))
        bench.server.clockMoved()

        #expect(try client.receive()?.body == "timedOut")
        #expect(try runtime.respond("id-1", "1").status == 202)
        #expect(try runtime.respond("id-1", "1").status == 400)
        #expect(bench.lines.all == [])
    }

    @Test func `an event that no runtime takes times out, and the log says how to start one`() throws {
        let bench = try Bench()
        let client = try bench.client("id-1", "{}")
        waitUntilQueued(bench.server)

        bench.front.clock.advance(by: .seconds(30))
        bench.server.clockMoved()

        #expect(try client.receive()?.body == "timedOut")
        #expect(bench.lines.all.count == 1)
        #expect(bench.lines.all.first?.contains("AWS_LAMBDA_RUNTIME_API=127.0.0.1:") == true)
    }

    @Test func `a stop ends the connections of runtimes that wait`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()
        try runtime.send("GET", RuntimePeer.base + "/invocation/next")

        bench.function.stop()

        #expect(try runtime.receive()?.status == nil)
    }

    @Test func `pages of a browser and other host names are refused`() throws {
        let bench = try Bench()
        let runtime = try bench.runtime()

        let page = try runtime.ask(
            "GET", RuntimePeer.base + "/invocation/next", fields: "Origin: http://example.com\r\n")

        #expect(page.status == 403)
        for (host, status) in [
            ("127.evil.com", 403), ("127.0.0.1.evil.com:80", 403), ("evil.com", 403), ("127.0.0.1:80", 404),
            ("localhost", 404), ("[::1]:80", 404),
        ] {
            #expect(try runtime.ask("GET", "/2018-06-01/other", host: host).status == status, "\(host)")
        }
    }

    /// Waits until the server has a request that waits.
    private func waitUntilQueued(_ server: Server) {
        // A runtime may have the event before the wait counts. A clock that moves then does not end the wait.
        for _ in 0..<10_000_000 {
            if server.openWaitCount == 1 { return }
            sched_yield()
        }
        Issue.record("no event waits for its answer")
    }
}
