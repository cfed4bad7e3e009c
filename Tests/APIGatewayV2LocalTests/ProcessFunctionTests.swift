/// Tests of the processes that the server starts for a function. The commands are real ones of the shell.
/// They tell the address of their Runtime API, and the test asks there in the place of a runtime.

import APIGatewayV2Local
import Dispatch
import Glibc
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

struct ProcessFunctionTests {
    /// A function, the server in front of it, and all that was told.
    private final class Bench {
        let clock = ManualClock()
        let function: ProcessFunction
        let front: FunctionServer
        let server: Server
        let told = Told()

        final class Told: Sendable {
            private let state = Mutex<(lines: [FunctionLine], warnings: [String], taken: Int)>(([], [], 0))
            private let arrived = DispatchSemaphore(value: 0)

            var warnings: [String] { state.withLock { $0.warnings } }
            var lines: [FunctionLine] { state.withLock { $0.lines } }
            func append(_ line: FunctionLine) {
                state.withLock { $0.lines.append(line) }
                arrived.signal()
            }
            func append(_ warning: String) { state.withLock { $0.warnings.append(warning) } }

            /// The next line, once it is there.
            func next() throws -> String {
                try #require(arrived.wait(timeout: .now() + .seconds(60)) == .success)
                return state.withLock { state in
                    state.taken += 1
                    return state.lines[state.taken - 1].text
                }
            }
        }

        init(_ command: String, concurrency: Int = 1, limits: FunctionLimits = FunctionLimits()) throws {
            let told = told
            let setting = FunctionSetting(
                name: "resize", target: .command(command), concurrency: concurrency)
            function = ProcessFunction(
                setting, command: command,
                ProcessSettings(account: "111122223333", region: "eu-west-1", limits: limits), clock: clock,
                onLine: { told.append($0) }, warn: { told.append($0) })
            front = FunctionServer(function)
            server = try front.start()
        }

        deinit {
            function.beginStop()
            server.stop()
            stop()
        }

        func stop() {
            function.beginStop()
            function.terminate()
            function.stop()
        }

        /// A client that has sent an event, and waits.
        func client(_ id: String) throws -> RuntimePeer {
            let client = try RuntimePeer(port: server.port)
            try client.send("POST", "/" + id, Array("{}".utf8))
            return client
        }

        /// The process that has started next: its number, and a runtime in its place.
        func nextProcess() throws -> (id: pid_t, runtime: RuntimePeer) {
            let words = try told.next().split(separator: " ")
            let port = try #require(words.last?.split(separator: ":").last.flatMap { UInt16($0) })
            return (try #require(words.first.flatMap { pid_t($0) }), try RuntimePeer(port: port))
        }
    }

    /// Tells the number of the process and the address of its Runtime API, and then runs until it is ended.
    private static let waiting = #"echo "$$ $AWS_LAMBDA_RUNTIME_API"; exec sleep 1000"#

    @Test func `the first event starts a process, which stays for the next one`() throws {
        let bench = try Bench(Self.waiting)
        let client = try bench.client("id-1")
        let process = try bench.nextProcess()

        #expect(try process.runtime.next().field("Lambda-Runtime-Aws-Request-Id") == "id-1")
        #expect(try process.runtime.respond("id-1", "1").status == 202)
        #expect(try client.receive()?.body == "answered 1")
        try client.send("POST", "/id-2", Array("{}".utf8))
        #expect(try process.runtime.next().field("Lambda-Runtime-Aws-Request-Id") == "id-2")
        #expect(try process.runtime.respond("id-2", "2").status == 202)

        #expect(try client.receive()?.body == "answered 2")
        #expect(bench.told.lines.count == 1)
        #expect(bench.told.warnings == [])
    }

    @Test func `a process has the variables of a function, and of this program those that find commands`()
        throws
    {
        unsafe setenv("AWS_PROFILE", "mine", 1)
        let bench = try Bench("env | sort | tr '\\n' ' '; exit 3")

        let outcome = try bench.client("id-1").receive()?.body
        let names = try bench.told.next().split(separator: " ").map { $0.prefix { $0 != "=" } }
        let text = try #require(bench.told.lines.first).text

        #expect(outcome?.contains("ended with status 3 before it asked for an event") == true)
        #expect(
            Set(names).subtracting(["PATH", "HOME", "PWD", "OLDPWD", "SHLVL", "_"]) == [
                "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "AWS_DEFAULT_REGION",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
                "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
                "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                "AWS_SHARED_CREDENTIALS_FILE", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG",
                "PYTHONUNBUFFERED", "TZ",
            ])
        #expect(text.contains("AWS_ACCESS_KEY_ID=111122223333 "))
        #expect(text.contains("AWS_LAMBDA_FUNCTION_NAME=resize "))
        #expect(text.contains("AWS_REGION=eu-west-1 "))
        #expect(text.contains("TZ=:UTC "))
    }

    @Test func `a process inherits no descriptor`() throws {
        let descriptor = unsafe open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let bench = try Bench("ls -l /proc/self/fd | tr '\\n' ' '; exit 3")

        _ = try bench.client("id-1").receive()
        let listing = try bench.told.next()
        let numbers = listing.matches(of: /(\d+) -> (\S+)/).map { "\($0.output.1)" }

        // The fourth is the folder that ls reads.
        #expect(numbers == ["0", "1", "2", "3"], "\(listing)")
        #expect(listing.contains("0 -> /dev/null"))
        #expect(listing.contains("3 -> /proc/"))
    }

    @Test func `a process that ends before it asks fails the event, and the next start has to wait`() throws {
        let bench = try Bench("echo started; exit 3")
        let client = try bench.client("id-1")
        let reason = "Runtime.ExitError: the process ended with status 3 before it asked for an event"

        #expect(try client.receive()?.body == #"failed("\#(reason)")"#)
        try client.send("POST", "/id-2", Array("{}".utf8))
        #expect(
            try client.receive()?.body == #"failed("\#(reason), and the next start is 0.1 seconds away")"#)
        bench.clock.advance(by: .milliseconds(100))
        try client.send("POST", "/id-3", Array("{}".utf8))
        #expect(try client.receive()?.body == #"failed("\#(reason)")"#)

        #expect(bench.told.lines.map(\.text) == ["started", "started"])
        #expect(bench.told.lines.map(\.requestID) == [nil, nil])
        #expect(
            bench.told.warnings == [
                "function resize: \(reason); it is not started again for 0.1 seconds",
                "function resize: \(reason); it is not started again for 0.2 seconds",
            ])
    }

    @Test func `the pause between starts grows up to its bound`() {
        var limits = FunctionLimits()
        limits.pauseMax = .milliseconds(700)

        let pauses = [0, 1, 2, 3, 4, 1_000].map { limits.pause(afterFailures: $0) }
        let expected: [Duration] = [0, 100, 200, 400, 700, 700].map { .milliseconds($0) }

        #expect(pauses == expected)
    }

    @Test func `a process that ends with an event fails it, and the next event starts another one`() throws {
        let bench = try Bench(Self.waiting)
        let client = try bench.client("id-1")
        let first = try bench.nextProcess()
        _ = try first.runtime.next()

        kill(first.id, SIGKILL)

        #expect(
            try client.receive()?.body
                == #"failed("Runtime.ExitError: the process was ended by signal 9")"#)
        try client.send("POST", "/id-2", Array("{}".utf8))
        let second = try bench.nextProcess()
        #expect(second.id != first.id)
        #expect(try second.runtime.next().field("Lambda-Runtime-Aws-Request-Id") == "id-2")
        #expect(bench.told.warnings == ["function resize: the process was ended by signal 9"])
    }

    @Test func `an error at the start fails the event with its own words`() throws {
        let bench = try Bench(Self.waiting)
        let client = try bench.client("id-1")
        let process = try bench.nextProcess()

        let accepted = try process.runtime.ask(
            "POST", RuntimePeer.base + "/init/error",
            #"{"errorMessage":"No module named 'app'","errorType":"Runtime.ImportModuleError"}"#)

        #expect(accepted.status == 202)
        #expect(
            try client.receive()?.body
                == #"failed("the runtime could not start: "#
                + #"Runtime.ImportModuleError: No module named \'app\'")"#)
    }

    @Test func `a process that has its event beyond the timeout is killed`() throws {
        let bench = try Bench(Self.waiting)
        let client = try bench.client("id-1")
        let process = try bench.nextProcess()
        _ = try process.runtime.next()
        // The runtime may have the event before the loop has read the time at which the wait begins.
        try wait { bench.server.openWaitCount == 1 }

        bench.front.clock.advance(by: .seconds(30))
        bench.server.clockMoved()

        #expect(try client.receive()?.body == "timedOut")
        try waitUntilGone(process.id)
        try client.send("POST", "/id-2", Array("{}".utf8))
        #expect(try bench.nextProcess().id != process.id)
        #expect(
            bench.told.warnings.first
                == "function resize: request id-1 timed out after 30.0 seconds, and its process is killed")
    }

    @Test func `a process whose client has gone is killed when its time is up and another event comes`()
        throws
    {
        let bench = try Bench(Self.waiting)
        let client = try bench.client("id-1")
        let process = try bench.nextProcess()
        _ = try process.runtime.next()
        client.hangUp()
        try wait { bench.server.openWaitCount == 0 }

        bench.clock.advance(by: .seconds(31))
        let next = try bench.client("id-2")

        try waitUntilGone(process.id)
        #expect(try bench.nextProcess().runtime.next().field("Lambda-Runtime-Aws-Request-Id") == "id-2")
        withExtendedLifetime(next) {}
    }

    @Test func `a process that does not ask within the time for its start is killed when an event waits`()
        throws
    {
        var limits = FunctionLimits()
        limits.startTimeout = .seconds(5)
        let bench = try Bench(Self.waiting, limits: limits)
        let first = try bench.client("id-1")
        let process = try bench.nextProcess()

        bench.clock.advance(by: .seconds(5))
        let second = try bench.client("id-2")
        try wait { bench.server.openWaitCount == 2 }
        bench.function.finishWork()
        #expect(kill(process.id, 0) == 0)
        bench.clock.advance(by: .milliseconds(1))
        let third = try bench.client("id-3")

        let reason = "Runtime.ExitError: the process was ended by signal 9 before it asked for an event"
        for client in [first, second, third] {
            #expect(try client.receive()?.body == #"failed("\#(reason)")"#)
        }
        try waitUntilGone(process.id)
    }

    @Test func `events start processes up to the concurrency, and more events wait`() throws {
        let bench = try Bench(Self.waiting, concurrency: 2)
        let clients = try [bench.client("id-1"), bench.client("id-2"), bench.client("id-3")]
        let processes = try [bench.nextProcess(), bench.nextProcess()]

        let ids = try processes.map { try $0.runtime.next().field("Lambda-Runtime-Aws-Request-Id") ?? "" }
        #expect(try processes[0].runtime.respond(ids[0], "1").status == 202)
        let last = try processes[0].runtime.next().field("Lambda-Runtime-Aws-Request-Id")

        #expect(Set(ids + [last ?? ""]) == ["id-1", "id-2", "id-3"])
        #expect(processes[0].id != processes[1].id)
        #expect(bench.told.lines.count == 2)
        withExtendedLifetime(clients) {}
    }

    @Test func `a stop ends the processes and their children, and leaves none for the kernel to keep`() throws
    {
        let bench = try Bench(#"sleep 1000 & echo "$! $AWS_LAMBDA_RUNTIME_API"; wait"#)
        let client = try bench.client("id-1")
        let child = try bench.nextProcess()

        bench.stop()

        try waitUntilGone(child.id)
        #expect(bench.told.warnings == [])
        withExtendedLifetime(client) {}
    }

    @Test func `a process that does not end at SIGTERM is killed`() throws {
        var limits = FunctionLimits()
        limits.stopTimeout = .milliseconds(20)
        let bench = try Bench(
            #"trap '' TERM; echo "$$ $AWS_LAMBDA_RUNTIME_API"; while :; do sleep 1000; done"#, limits: limits)
        let client = try bench.client("id-1")
        let process = try bench.nextProcess()

        bench.stop()

        try waitUntilGone(process.id)
        withExtendedLifetime(client) {}
    }

    @Test func `no process starts after the stop has begun`() throws {
        let bench = try Bench(Self.waiting)
        bench.function.beginStop()

        let client = try bench.client("id-1")
        bench.server.stop()

        #expect(try client.receive()?.body == "timedOut")
        #expect(bench.told.lines == [])
        #expect(bench.told.warnings == [])
    }

    @Test func `a line of output has the bound of the limits`() throws {
        var limits = FunctionLimits()
        limits.lineBytesMax = 64
        let bench = try Bench("printf '%065d\\n' 0; printf '%064d' 1; exit 3", limits: limits)

        _ = try bench.client("id-1").receive()

        #expect(bench.told.lines.map(\.text.utf8.count) == [64, 1, 64])
    }

    /// Waits until no process has the number. One that has ended and was not collected still has it.
    private func waitUntilGone(_ id: pid_t) throws {
        try wait { kill(id, 0) == -1 && errno == ESRCH }
    }

    /// Waits until `condition` is met, by many looks that let others run.
    private func wait(until condition: () -> Bool) throws {
        for _ in 0..<10_000_000 {
            if condition() { return }
            sched_yield()
        }
        try #require(condition())
    }
}
