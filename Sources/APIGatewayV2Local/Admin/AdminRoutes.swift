/// The admin surface on one page: each path and method under `/__admin`, a line of help, and the function
/// that answers. The page docs/admin.md has the same table, and a test compares the two.

internal import APIGatewayV2
internal import HTTPWire
internal import SocketServer

/// A path, a method and its answer.
struct AdminRoute: Sendable {
    let method: HTTPMethod
    /// The segments after `/__admin`. `{name}` stands for any segment that is not empty.
    let path: [String]
    /// The whole path.
    let pathText: String
    /// One line of help, for docs/admin.md.
    let help: String
    let answer: @Sendable (AdminAPI, AdminCall) -> Answer

    /// A route with a response that is known at once.
    init(
        _ method: HTTPMethod, _ path: String, _ help: String,
        _ response: @escaping @Sendable (AdminAPI, AdminCall) -> HTTPResponse
    ) {
        self.init(method, path, help, answer: { .response(response($0, $1)) })
    }

    /// A route with an answer that may wait.
    init(
        _ method: HTTPMethod, _ path: String, _ help: String,
        answer: @escaping @Sendable (AdminAPI, AdminCall) -> Answer
    ) {
        self.method = method
        self.path = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        pathText = "/\(AdminAPI.root)/\(path)"
        self.help = help
        self.answer = answer
    }

    /// The segment for the name, empty for a path without one; nil if `segments` are of another path.
    func name(in segments: [String]) -> String? {
        guard segments.count == path.count else { return nil }
        var name = ""
        for (part, segment) in zip(path, segments) {
            if part == "{name}", !segment.isEmpty {
                name = segment
            } else if part != segment {
                return nil
            }
        }
        return name
    }
}

/// A request, and the segment for the name in its path.
struct AdminCall {
    let request: HTTPRequest
    let name: String
}

extension AdminAPI {
    /// The routes. Routes of one path stand together, and a fixed path stands before one with a name.
    static let routes = [
        AdminRoute(.get, "", "a page that shows requests, calls, rules, resources and the clock") {
            $0.showPage($1)
        },
        AdminRoute(.get, "page/{name}", "a file of the page") { $0.showPagePart($1) },
        AdminRoute(.get, "health", "says that the server is up, and its version") { $0.health($1) },
        AdminRoute(
            .post, "reset", "resources, rules and clock as at the start or last reload, and an empty journal"
        ) { $0.reset($1) },
        AdminRoute(
            .post, "reload", "reads the fixtures and rules of the start again, all or nothing",
            answer: { $0.reload($1) }),
        AdminRoute(.get, "faults", "the fault rules and their counts") { $0.listFaults($1) },
        AdminRoute(.post, "faults", "adds rules after the others") { $0.addFaults($1) },
        AdminRoute(.delete, "faults", "removes all rules") { $0.removeFaults($1) },
        AdminRoute(.get, "faults/{name}", "a rule, its counts and its last firings") { $0.readFault($1) },
        AdminRoute(.put, "faults/{name}", "replaces a rule or adds it, counting anew") { $0.putFault($1) },
        AdminRoute(.patch, "faults/{name}", "turns a rule on or off, with its counts kept") {
            $0.switchFault($1)
        },
        AdminRoute(.delete, "faults/{name}", "removes a rule") { $0.removeFault($1) },
        AdminRoute(
            .get, "requests", "the requests in the journal, newest last; may wait for one",
            answer: { $0.listRequests($1) }),
        AdminRoute(.delete, "requests", "empties the journal") { $0.removeRequests($1) },
        AdminRoute(
            .post, "requests/count", "how many requests a filter or a rule's `match` is about"
        ) { $0.countRequests($1) },
        AdminRoute(
            .get, "requests/{name}", "the request with this `x-amzn-RequestId` or `Apigw-Requestid`"
        ) { $0.readRequest($1) },
        AdminRoute(
            .get, "events", "the requests as they come, as Server-Sent Events",
            answer: { $0.streamEvents($1) }),
        AdminRoute(
            .get, "calls", "the calls that clients made, each with all its attempts; may wait for one",
            answer: { $0.listCalls($1) }),
        AdminRoute(
            .get, "invocations", "the calls of deployed APIs in the journal, newest last; may wait for one",
            answer: { $0.listInvocations($1) }),
        AdminRoute(.delete, "invocations", "removes them from the journal") { $0.removeInvocations($1) },
        AdminRoute(
            .get, "invocations/{name}", "all about the call with this `Apigw-Requestid`: route, steps, times"
        ) { $0.readInvocation($1) },
        AdminRoute(.get, "connections", "the open connections of WebSocket APIs") { $0.listConnections($1) },
        AdminRoute(
            .delete, "connections/{name}", "closes a connection, with `code` and `reason` of the query"
        ) { $0.closeConnection($1) },
        AdminRoute(
            .post, "connections/{name}/messages", "sends the body to the client as one message"
        ) { $0.sendMessage($1) },
        AdminRoute(.get, "clock", "the clock's mode, time and time since the start") { $0.showClock($1) },
        AdminRoute(.post, "clock", "stops, sets or moves the clock") { $0.moveClock($1) },
        AdminRoute(.get, "state", "all resources as one fixture document") { $0.readState($1) },
        AdminRoute(.put, "state", "puts a fixture document in their place") { $0.putState($1) },
        AdminRoute(
            .get, "targets", "the places of functions and backends, and where each comes from"
        ) { $0.showTargets($1) },
        AdminRoute(
            .put, "targets", "puts places before those of options and files", answer: { $0.putTargets($1) }),
        AdminRoute(.get, "operations", "the service's operations and resources") { $0.listOperations($1) },
        AdminRoute(.get, "metrics", "counts and times for Prometheus") { $0.showMetrics($1) },
    ]

    /// The methods of each path, in the order of the routes.
    static let methods: [(path: String, methods: String)] = {
        var methods: [(path: String, methods: String)] = []
        for route in routes {
            if methods.last?.path == route.pathText {
                methods[methods.count - 1].methods += ", " + route.method.rawValue
            } else {
                methods.append((route.pathText, route.method.rawValue))
            }
        }
        return methods
    }()

    /// The table of docs/admin.md.
    package static var markdown: String {
        let rows = routes.map { "| `\($0.method.rawValue) \($0.pathText)` | \($0.help) |" }
        return (["| call | does |", "| --- | --- |"] + rows).joined(separator: "\n")
    }
}
