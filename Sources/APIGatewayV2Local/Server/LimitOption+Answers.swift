/// The second half of the table of options: the bounds of the journal, of invocations, of the emulator's
/// state and of functions.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import SocketServer
internal import VTL

extension LimitOption {
    private static let rates = 1...1_000_000
    /// The greatest takes 3 MB of a thread's stack in a debug build, and 8 MB are there.
    private static let schemaDepths = 1...512

    /// The bounds behind the admin API's, in the order of a request's way.
    static let ofAnswers: [LimitOption] = [
        LimitOption(
            name: "journal-bytes-max", meaning: "bytes of the journal; past them the oldest entries go",
            kind: .count(\.journalBytesMax, 1...(64 * 1024 * 1024 * 1024))),
        LimitOption(
            name: "journal-file-bytes-max", meaning: "bytes of --journal-file; then it becomes FILE.1",
            kind: .count(\.journalFile.fileBytesMax, 1...(64 * 1024 * 1024 * 1024))),
        LimitOption(
            name: "journal-file-waiting-max",
            meaning: "bytes of requests that wait for --journal-file; more are missing there",
            kind: .count(\.journalFile.waitingBytesMax, 1...(64 * 1024 * 1024 * 1024))),
        LimitOption(
            name: "stall-max", meaning: "an injected stall; then a close",
            kind: .time(\.sockets.stallMax, times)),
        LimitOption(
            name: "stages-max", meaning: "compiled stages and look-ups; at the limit all are made anew",
            kind: .count(\.invoke.stagesMax, 1...1_000_000)),
        LimitOption(
            name: "authorizations-max",
            meaning: "kept answers of authorizers; at the limit all are asked anew",
            kind: .count(\.invoke.authorizationsMax, 1...10_000_000)),
        LimitOption(
            name: "issuers-max", meaning: "kept key sets of issuers; at the limit all are fetched anew",
            kind: .count(\.invoke.issuersMax, 1...100_000)),
        LimitOption(
            name: "issuer-pause", meaning: "time without another fetch from an issuer that failed",
            kind: .time(\.invoke.issuerPause, times)),
        LimitOption(
            name: "token-depth-max", meaning: "levels of JSON in a token; one more is 401",
            kind: .count(\.invoke.tokenDepthMax, 1...128)),
        LimitOption(
            name: "throttles-max", meaning: "rate limits of routes; at the limit all begin anew",
            kind: .count(\.invoke.throttlesMax, 1...10_000_000)),
        LimitOption(
            name: "account-requests-per-second",
            meaning: "calls of an account's APIs in a region each second; one more is 429",
            kind: .count(\.invoke.requestsPerSecond, rates)),
        LimitOption(
            name: "account-requests-burst", meaning: "calls of an account's APIs in a region at once",
            kind: .count(\.invoke.requestsBurst, rates)),
        LimitOption(
            name: "account-connections-per-second",
            meaning: "new WebSockets of an account in a region each second; one more is 429",
            kind: .count(\.invoke.connectionsPerSecond, rates)),
        LimitOption(
            name: "call-head-bytes-max",
            meaning: "bytes of a call's request line and header values; one more is 431",
            kind: .count(\.invoke.calls.headBytesMax, 16...(16 * 1024 * 1024))),
        LimitOption(
            name: "backend-body-bytes-max",
            meaning: "bytes of a body that a backend answers; one more is 503",
            kind: .count(\.invoke.calls.backendBodyBytesMax, 0...(1024 * 1024 * 1024))),
        LimitOption(
            name: "websocket-url-bytes-max", meaning: "bytes of a handshake's URL; one more is 414",
            kind: .count(\.invoke.calls.webSocketURLBytesMax, 16...(16 * 1024 * 1024))),
        LimitOption(
            name: "websocket-authorizer-bytes-max",
            meaning: "bytes of the answer of a handshake's authorizer; one more is 500",
            kind: .count(\.invoke.calls.webSocketAuthorizerBytesMax, 1...(6 * 1024 * 1024))),
        LimitOption(
            name: "mapping-value-bytes-max",
            meaning: "bytes of a parameter mapping's value; with one more it does not act",
            kind: .count(\.invoke.mappingValueBytesMax, 1...(10 * 1024 * 1024))),
        LimitOption(
            name: "metered-routes-max", meaning: "routes with metrics of their own; more count together",
            kind: .count(\.invoke.meteredRoutesMax, 0...100_000)),
        LimitOption(
            name: "metered-scopes-max",
            meaning: "accounts and regions with metrics of their own; more count together",
            kind: .count(\.meteredScopesMax, 0...100_000)),
        LimitOption(
            name: "fault-rules-max", meaning: "fault rules at one time; one more is 400",
            kind: .count(\.faults.rulesMax, 0...100_000)),
        LimitOption(
            name: "fault-buckets-max",
            meaning: "token buckets of a fault rule; for one more a full one goes",
            kind: .count(\.faults.bucketsPerRuleMax, 1...1_000_000)),
        LimitOption(
            name: "scopes-searched-max",
            meaning: "accounts and regions to search for an API; with more calls reach none",
            kind: .count(\.store.scopesSearchedMax, 0...1_000_000)),
        LimitOption(
            name: "reload-merges-max",
            meaning: "merges of a reload that changes overtake; the last holds them up",
            kind: .count(\.store.mergesMax, 1...1_000)),
        LimitOption(
            name: "template-depth-max", meaning: "levels of a mapping template; with one more it is not read",
            kind: .count(\.invoke.templates.depthMax, 1...100)),
        LimitOption(
            name: "template-json-depth-max",
            meaning: "levels of a text for $util.parseJson; one more fails the integration",
            kind: .count(\.invoke.templates.jsonDepthMax, 1...128)),
        LimitOption(
            name: "template-steps-max", meaning: "steps of a template; one more fails the integration",
            kind: .count(\.invoke.templates.stepsMax, 1...100_000_000)),
        LimitOption(
            name: "template-passes-max",
            meaning: "passes of a loop, numbers of a range; one more fails the integration",
            kind: .count(\.invoke.templates.passesMax, 1...1_000_000)),
        LimitOption(
            name: "template-bytes-max",
            meaning: "bytes of a template's output, and of a text; one more fails the integration",
            kind: .count(\.invoke.templates.outputBytesMax, 1...(1024 * 1024 * 1024))),
        LimitOption(
            name: "match-steps-max",
            meaning: "steps of a regular expression in one text; with one more it does not match",
            kind: .count(\.invoke.templates.matchStepsMax, 1...100_000_000)),
        LimitOption(
            name: "path-steps-max",
            meaning: "values that a JSON path visits; with one more it has no value",
            kind: .count(\.invoke.templates.pathStepsMax, 1...100_000_000)),
        LimitOption(
            name: "schema-depth-max",
            meaning: "schemas of a model within each other; with one more it is not read",
            kind: .count(\.invoke.schemas.depthMax, schemaDepths)),
        LimitOption(
            name: "schemas-max", meaning: "schemas in one model; with one more it is not read",
            kind: .count(\.invoke.schemas.schemasMax, 1...1_000_000)),
        LimitOption(
            name: "schema-steps-max",
            meaning: "schemas that a message is compared with; with one more it does not fit",
            kind: .count(\.invoke.schemas.stepsMax, 1...100_000_000)),
        LimitOption(
            name: "log-waiting-bytes-max",
            meaning: "bytes of lines that wait for the reader of a log; more lines are lost",
            kind: .count(\.logWaitingBytesMax, 1...(1024 * 1024 * 1024))),
        LimitOption(
            name: "function-line-bytes-max",
            meaning: "bytes of a function's log line; a longer one is divided",
            kind: .count(\.functions.lineBytesMax, 1...(1024 * 1024))),
        LimitOption(
            name: "function-pause-max", meaning: "the longest time without a start after failed starts",
            kind: .time(\.functions.pauseMax, times)),
        LimitOption(
            name: "function-start-timeout",
            meaning: "time for a process to ask for an event; then it is killed",
            kind: .time(\.functions.startTimeout, times)),
        LimitOption(
            name: "function-stop-timeout", meaning: "time for a function's process to end; then it is killed",
            kind: .time(\.functions.stopTimeout, times)),
        LimitOption(
            name: "function-events-max",
            meaning: "events that wait for a function's runtime; one more is throttled",
            kind: .count(\.functions.waitingEventsMax, 0...1_000_000)),
    ]
}
