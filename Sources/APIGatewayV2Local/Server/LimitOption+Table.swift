/// The bounds of `ServerLimits` that a user may set: a line of the table for each, by its name in `--limit
/// NAME=VALUE`. The command's help, its variables and the documentation follow from the table.

internal import HTTPWire
internal import SocketServer

extension LimitOption {
    private static let heads = 16...(16 * 1024 * 1024)
    static let times = Duration.milliseconds(1)...Duration.seconds(24 * 60 * 60)

    /// All options, in the order of a request's way through the server.
    package static let all: [LimitOption] = ofConnections + ofAnswers

    /// The bounds of connections, calls and the admin API.
    private static let ofConnections: [LimitOption] = [
        LimitOption(
            name: "connections-max", meaning: "open connections; more wait to be accepted",
            kind: .count(\.sockets.connectionsMax, 1...1_000_000)),
        LimitOption(
            name: "accepts-per-turn-max",
            meaning: "connections that a loop accepts before it serves others",
            kind: .count(\.sockets.acceptsPerTurnMax, 1...10_000)),
        LimitOption(
            name: "tls-buffers-max", meaning: "TLS connections that keep memory for records",
            kind: .count(\.sockets.tlsBuffersMax, 0...1_000_000)),
        LimitOption(
            name: "request-line-bytes-max", meaning: "bytes of a request line; one more is 414",
            kind: .count(\.sockets.wire.requestLineBytesMax, heads)),
        LimitOption(
            name: "field-section-bytes-max", meaning: "bytes of a header or trailer section; one more is 431",
            kind: .count(\.sockets.wire.fieldSectionBytesMax, heads)),
        LimitOption(
            name: "fields-max", meaning: "fields of a section; one more is 431",
            kind: .count(\.sockets.wire.fieldsMax, 1...10_000)),
        LimitOption(
            name: "empty-lines-max", meaning: "empty lines before a request; one more is 400",
            kind: .count(\.sockets.wire.emptyLinesMax, 0...1_000)),
        LimitOption(
            name: "chunk-extension-bytes-max", meaning: "bytes of a body's chunk extensions; one more is 400",
            kind: .count(\.sockets.wire.chunkExtensionBytesMax, 0...(1024 * 1024))),
        LimitOption(
            name: "body-bytes-max", meaning: "bytes of a body; one more is 413",
            kind: .count(\.sockets.wire.bodyBytesMax, 0...(1024 * 1024 * 1024))),
        LimitOption(
            name: "output-bytes-max", meaning: "bytes of answers not taken; past them no request is read",
            kind: .count(\.sockets.outputBytesMax, 1...(1024 * 1024 * 1024))),
        LimitOption(
            name: "streams-max", meaning: "open streams of an HTTP/2 connection; one more is refused",
            kind: .count(\.sockets.wire.streamsMax, 1...10_000)),
        LimitOption(
            name: "stream-window-bytes", meaning: "bytes of a body on their way on an HTTP/2 stream",
            kind: .count(\.sockets.wire.streamWindowBytes, 1...Int(Int32.max))),
        LimitOption(
            name: "connection-window-bytes",
            meaning: "bytes of all bodies on their way on an HTTP/2 connection",
            kind: .count(\.sockets.wire.connectionWindowBytes, 65_535...Int(Int32.max))),
        LimitOption(
            name: "stream-resets-max",
            meaning: "HTTP/2 streams reset in one go; one more ends the connection",
            kind: .count(\.sockets.wire.streamResetsMax, 1...1_000_000)),
        LimitOption(
            name: "stream-resets-per-second", meaning: "and so many more each second",
            kind: .count(\.sockets.wire.streamResetsPerSecond, 0...1_000_000)),
        LimitOption(
            name: "closed-streams-max",
            meaning: "HTTP/2 streams that the server reset and remembers; older ones have ended",
            kind: .count(\.sockets.wire.closedStreamsMax, 1...10_000)),
        LimitOption(
            name: "idle-frames-max",
            meaning: "HTTP/2 frames that ask for nothing, in one go; one more ends it",
            kind: .count(\.sockets.wire.idleFramesMax, 1...1_000_000)),
        LimitOption(
            name: "idle-frames-per-second", meaning: "and so many more each second",
            kind: .count(\.sockets.wire.idleFramesPerSecond, 0...1_000_000)),
        LimitOption(
            name: "settings-per-frame-max",
            meaning: "entries of an HTTP/2 SETTINGS frame; one more ends the connection",
            kind: .count(\.sockets.wire.settingsPerFrameMax, 1...10_000)),
        LimitOption(
            name: "unsent-acknowledgements-max",
            meaning: "HTTP/2 acknowledgements not taken; one more ends the connection",
            kind: .count(\.sockets.wire.unsentAcknowledgementsMax, 1...1_000_000)),
        LimitOption(
            name: "answer-bytes-min", meaning: "bytes of answers an HTTP/2 client takes in an idle-timeout",
            kind: .count(\.sockets.answerBytesMin, 0...(1024 * 1024 * 1024))),
        LimitOption(
            name: "header-timeout", meaning: "time for a header section to arrive; then 408",
            kind: .time(\.sockets.headerTimeout, times)),
        LimitOption(
            name: "idle-timeout", meaning: "time without a byte either way; then a close",
            kind: .time(\.sockets.idleTimeout, times)),
        LimitOption(
            name: "linger-timeout", meaning: "time for a peer to close behind its last answer",
            kind: .time(\.sockets.lingerTimeout, times)),
        LimitOption(
            name: "linger-bytes-max", meaning: "bytes dropped behind a last answer; one more closes",
            kind: .count(\.sockets.wire.lingerBytesMax, 0...(1024 * 1024 * 1024))),
        LimitOption(
            name: "drain-timeout", meaning: "time for what is in flight when stopping",
            kind: .time(\.sockets.drainTimeout, times)),
        LimitOption(
            name: "drain-notice-max",
            meaning: "time of it for HTTP/2 clients to learn of the stop",
            kind: .time(\.sockets.drainNoticeMax, times)),
        LimitOption(
            name: "delay-max", meaning: "an injected delay; a longer one is cut to it",
            kind: .time(\.sockets.delayMax, times)),
        LimitOption(
            name: "due-replies-per-turn-max",
            meaning: "delayed answers that a loop goes on with before it serves others",
            kind: .count(\.sockets.dueRepliesPerTurnMax, 1...100_000)),
        LimitOption(
            name: "waits-max", meaning: "answers that wait for something to happen; one more is 503",
            kind: .count(\.sockets.waitsMax, 0...1_000_000)),
        LimitOption(
            name: "calls-max", meaning: "open calls to other servers; one more fails",
            kind: .count(\.sockets.callsMax, 0...1_000_000)),
        LimitOption(
            name: "calls-per-request-max", meaning: "calls that one request leads to; one more fails",
            kind: .count(\.sockets.callsPerRequestMax, 1...100)),
        LimitOption(
            name: "calls-per-server-max", meaning: "calls of a loop to one server at once; more wait",
            kind: .count(\.sockets.callsPerServerMax, 1...100_000)),
        LimitOption(
            name: "address-lookups-max",
            meaning: "names that a loop looks up at once, each on a thread; more wait",
            kind: .count(\.sockets.addressLookupsMax, 1...1_000)),
        LimitOption(
            name: "invoke-bytes-max",
            meaning: "bytes of all bodies in calls and on their way; one more is 503",
            kind: .count(\.sockets.invokeBytesMax, 0...(64 * 1024 * 1024 * 1024))),
        LimitOption(
            name: "kept-connections-max", meaning: "connections of a loop kept for later calls",
            kind: .count(\.sockets.keptConnectionsMax, 1...100_000)),
        LimitOption(
            name: "kept-connection-timeout", meaning: "time without a call; then the kept ones close",
            kind: .time(\.sockets.keptConnectionTimeout, times)),
        LimitOption(
            name: "websocket-frame-bytes-max",
            meaning: "bytes of a WebSocket frame; one more closes with 1009",
            kind: .count(\.sockets.wire.webSocketFrameBytesMax, 1...(1024 * 1024 * 1024))),
        LimitOption(
            name: "websocket-message-bytes-max",
            meaning: "bytes of a WebSocket message; one more closes with 1009",
            kind: .count(\.sockets.wire.webSocketMessageBytesMax, 1...(1024 * 1024 * 1024))),
        LimitOption(
            name: "websocket-messages-max",
            meaning: "answers of a WebSocket that wait; past them no message is read",
            kind: .count(\.sockets.webSocketMessagesMax, 1...10_000)),
        LimitOption(
            name: "websocket-queue-bytes-max",
            meaning: "bytes of messages to a WebSocket client; past them one is refused",
            kind: .count(\.sockets.webSocketQueueBytesMax, 1...(1024 * 1024 * 1024))),
        LimitOption(
            name: "websocket-orders-max",
            meaning: "messages and closes to a WebSocket client that wait; one more is refused",
            kind: .count(\.sockets.webSocketOrdersMax, 1...100_000_000)),
        LimitOption(
            name: "websocket-idle-timeout",
            meaning: "emulated time of a WebSocket without a message; then 1001",
            kind: .time(\.sockets.webSocketIdleTimeout, times)),
        LimitOption(
            name: "websocket-age-max", meaning: "emulated time of a WebSocket connection; then 1001",
            kind: .time(\.sockets.webSocketAgeMax, times)),
        LimitOption(
            name: "detached-answers-max", meaning: "answers without a client that a loop waits for",
            kind: .count(\.sockets.detachedAnswersMax, 0...1_000_000)),
        LimitOption(
            name: "admin-wait-max", meaning: "the longest wait for requests of /__admin; a longer one is 400",
            kind: .time(\.adminWaitMax, times)),
        LimitOption(
            name: "event-streams-max", meaning: "open streams of /__admin/events; one more is 503",
            kind: .count(\.events.streamsMax, 0...10_000)),
        LimitOption(
            name: "event-rate-max", meaning: "requests a second of which events tell all; more are sampled",
            kind: .count(\.events.rateMax, 0...1_000_000)),
        LimitOption(
            name: "event-burst-max", meaning: "requests told at any rate; a bucket that fills at the rate",
            kind: .count(\.events.burstMax, 0...1_000_000)),
        LimitOption(
            name: "event-sample-max", meaning: "requests of a sampled event, the newest; others are dropped",
            kind: .count(\.events.sampleMax, 1...10_000)),
        LimitOption(
            name: "event-requests-max", meaning: "requests of any event, the newest; others are dropped",
            kind: .count(\.events.requestsMax, 1...10_000)),
        LimitOption(
            name: "event-pause", meaning: "time between two events; the requests of it are one event",
            kind: .time(\.events.pause, times)),
        LimitOption(
            name: "event-sample-pause", meaning: "time behind a sampled event",
            kind: .time(\.events.samplePause, times)),
        LimitOption(
            name: "event-sample-rate-max", meaning: "requests a second above which samples are rarer",
            kind: .count(\.events.sampleRateMax, 0...1_000_000)),
        LimitOption(
            name: "event-sample-pause-max", meaning: "time behind a sampled event above that rate",
            kind: .time(\.events.samplePauseMax, times)),
        LimitOption(
            name: "event-comment-pause", meaning: "time without an event; then a comment is sent",
            kind: .time(\.events.commentPause, times)),
    ]
}
