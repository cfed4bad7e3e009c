/// The bounds that a user may set, by name and as properties: each reaches the wire, at the ends of its range
/// and not past them.

import APIGatewayV2Local
import HTTPWire
import Testing

struct ServerLimitsTests {
    /// Each limit: its name, its default, the least and the greatest value.
    private static let written = [
        ("connections-max", "10000", "1", "1000000"),
        ("accepts-per-turn-max", "64", "1", "10000"), ("tls-buffers-max", "256", "0", "1000000"),
        ("request-line-bytes-max", "65536", "16", "16777216"),
        ("field-section-bytes-max", "65536", "16", "16777216"), ("fields-max", "128", "1", "10000"),
        ("empty-lines-max", "4", "0", "1000"), ("chunk-extension-bytes-max", "4096", "0", "1048576"),
        ("body-bytes-max", "10485760", "0", "1073741824"),
        ("output-bytes-max", "1048576", "1", "1073741824"), ("streams-max", "128", "1", "10000"),
        ("stream-window-bytes", "262144", "1", "2147483647"),
        ("connection-window-bytes", "1048576", "65535", "2147483647"),
        ("stream-resets-max", "1000", "1", "1000000"),
        ("stream-resets-per-second", "33", "0", "1000000"), ("closed-streams-max", "1000", "1", "10000"),
        ("idle-frames-max", "2000", "1", "1000000"),
        ("idle-frames-per-second", "200", "0", "1000000"),
        ("settings-per-frame-max", "32", "1", "10000"),
        ("unsent-acknowledgements-max", "1000", "1", "1000000"),
        ("answer-bytes-min", "65536", "0", "1073741824"),
        ("header-timeout", "10s", "1ms", "86400s"), ("idle-timeout", "75s", "1ms", "86400s"),
        ("linger-timeout", "10s", "1ms", "86400s"), ("linger-bytes-max", "67108864", "0", "1073741824"),
        ("drain-timeout", "5s", "1ms", "86400s"),
        ("drain-notice-max", "1s", "1ms", "86400s"), ("delay-max", "3600s", "1ms", "86400s"),
        ("due-replies-per-turn-max", "16", "1", "100000"),
        ("waits-max", "10000", "0", "1000000"), ("calls-max", "5000", "0", "1000000"),
        ("calls-per-request-max", "8", "1", "100"), ("calls-per-server-max", "256", "1", "100000"),
        ("address-lookups-max", "16", "1", "1000"),
        ("invoke-bytes-max", "536870912", "0", "68719476736"),
        ("kept-connections-max", "256", "1", "100000"), ("kept-connection-timeout", "60s", "1ms", "86400s"),
        ("websocket-frame-bytes-max", "32768", "1", "1073741824"),
        ("websocket-message-bytes-max", "131072", "1", "1073741824"),
        ("websocket-messages-max", "32", "1", "10000"),
        ("websocket-queue-bytes-max", "1048576", "1", "1073741824"),
        ("websocket-orders-max", "1000000", "1", "100000000"),
        ("websocket-idle-timeout", "600s", "1ms", "86400s"),
        ("websocket-age-max", "7200s", "1ms", "86400s"),
        ("detached-answers-max", "1000", "0", "1000000"),
        ("admin-wait-max", "60s", "1ms", "86400s"),
        ("event-streams-max", "16", "0", "10000"), ("event-rate-max", "2000", "0", "1000000"),
        ("event-burst-max", "2000", "0", "1000000"), ("event-sample-max", "25", "1", "10000"),
        ("event-requests-max", "1000", "1", "10000"),
        ("event-pause", "100ms", "1ms", "86400s"), ("event-sample-pause", "250ms", "1ms", "86400s"),
        ("event-sample-rate-max", "10000", "0", "1000000"),
        ("event-sample-pause-max", "500ms", "1ms", "86400s"),
        ("event-comment-pause", "15s", "1ms", "86400s"),
        ("journal-bytes-max", "67108864", "1", "68719476736"),
        ("journal-file-bytes-max", "67108864", "1", "68719476736"),
        ("journal-file-waiting-max", "16777216", "1", "68719476736"),
        ("stall-max", "600s", "1ms", "86400s"),
        ("stages-max", "10000", "1", "1000000"), ("authorizations-max", "100000", "1", "10000000"),
        ("issuers-max", "1000", "1", "100000"), ("issuer-pause", "2s", "1ms", "86400s"),
        ("token-depth-max", "32", "1", "128"),
        ("throttles-max", "100000", "1", "10000000"),
        ("account-requests-per-second", "10000", "1", "1000000"),
        ("account-requests-burst", "5000", "1", "1000000"),
        ("account-connections-per-second", "500", "1", "1000000"),
        ("call-head-bytes-max", "10240", "16", "16777216"),
        ("backend-body-bytes-max", "10485760", "0", "1073741824"),
        ("websocket-url-bytes-max", "4096", "16", "16777216"),
        ("websocket-authorizer-bytes-max", "8192", "1", "6291456"),
        ("mapping-value-bytes-max", "10240", "1", "10485760"),
        ("metered-routes-max", "1000", "0", "100000"),
        ("metered-scopes-max", "100", "0", "100000"), ("fault-rules-max", "1000", "0", "100000"),
        ("fault-buckets-max", "4096", "1", "1000000"), ("scopes-searched-max", "1000", "0", "1000000"),
        ("reload-merges-max", "5", "1", "1000"),
        ("template-depth-max", "64", "1", "100"),
        ("template-json-depth-max", "64", "1", "128"), ("template-steps-max", "100000", "1", "100000000"),
        ("template-passes-max", "1000", "1", "1000000"),
        ("template-bytes-max", "10485760", "1", "1073741824"),
        ("match-steps-max", "200000", "1", "100000000"), ("path-steps-max", "1000000", "1", "100000000"),
        ("schema-depth-max", "256", "1", "512"), ("schemas-max", "10000", "1", "1000000"),
        ("schema-steps-max", "100000", "1", "100000000"),
        ("log-waiting-bytes-max", "1048576", "1", "1073741824"),
        ("function-line-bytes-max", "16384", "1", "1048576"), ("function-pause-max", "2s", "1ms", "86400s"),
        ("function-start-timeout", "60s", "1ms", "86400s"), ("function-stop-timeout", "2s", "1ms", "86400s"),
        ("function-events-max", "1000", "0", "1000000"),
    ]

    @Test func `the limits have these names and defaults`() {
        #expect(LimitOption.all.map(\.name) == Self.written.map(\.0))
        #expect(LimitOption.all.map(\.defaultText) == Self.written.map(\.1))
    }

    @Test(arguments: written)
    func `a limit is set at both ends of its range and refused past them`(
        name: String, standard: String, least: String, greatest: String
    ) throws {
        let limit = try #require(LimitOption.all.first { $0.name == name })
        let isTime = least == "1ms"
        let beyond =
            isTime
            ? ["0.5ms", "86401s", "24.001h", "10", ""]
            : ["\(try #require(Int(least)) - 1)", "\(try #require(Int(greatest)) + 1)", "many", ""]

        for text in [least, greatest] {
            var limits = ServerLimits()
            try limits.set(name, to: text)
            #expect(limit.text(in: limits) == text)
        }
        for text in beyond {
            var limits = ServerLimits()
            #expect(throws: DocumentError.self) { try limits.set(name, to: text) }
            #expect(limit.text(in: limits) == standard)
        }
    }

    @Test func `no two names set the same bound`() throws {
        var limits = ServerLimits()

        for (number, limit) in LimitOption.all.enumerated() {
            switch limit.kind {
            case .count(_, let range):
                try limits.set(limit.name, to: "\(max(20, range.lowerBound) + number)")
            case .time: try limits.set(limit.name, to: "\(20 + number)s")
            }
        }

        for (number, limit) in LimitOption.all.enumerated() {
            let least = if case .count(_, let range) = limit.kind { max(20, range.lowerBound) } else { 20 }
            #expect(limit.text(in: limits).hasPrefix("\(least + number)"), "\(limit.name)")
        }
    }

    @Test(arguments: [
        ("body-byte-max", "body-bytes-max or another"),
        ("Body_Bytes_Max", "body-bytes-max or another"),
        (
            "Conections",
            "connections-max, connection-window-bytes, kept-connections-max, kept-connection-timeout, "
                + "account-connections-per-second or another"
        ),
        ("queue-size", "websocket-queue-bytes-max or another"),
        (
            "timeout",
            "header-timeout, idle-timeout, linger-timeout, drain-timeout, kept-connection-timeout or another"
        ),
        ("colour", "one"), ("", "one"),
    ])
    func `an unknown name is told with the nearest ones and the place of all`(name: String, near: String) {
        var limits = ServerLimits()

        let error = #expect(throws: DocumentError.self) { try limits.set(name, to: "1") }

        let place = "of the \(Self.written.count) that `apigatewayv2-local --help` lists"
        #expect(error?.description == "found the limit \"\(name)\", expected \(near) \(place)")
    }

    @Test func `a property is the limit of the same name`() {
        var limits = ServerLimits()
        limits.requestLineBytesMax = 21
        limits.fieldSectionBytesMax = 22
        limits.fieldsMax = 23
        limits.bodyBytesMax = 24
        limits.connectionsMax = 25
        limits.headerTimeout = .seconds(26)
        limits.idleTimeout = .seconds(27)
        limits.drainTimeout = .seconds(28)

        let set = LimitOption.all.filter { $0.text(in: limits) != $0.defaultText }
        let texts = Dictionary(uniqueKeysWithValues: set.map { ($0.name, $0.text(in: limits)) })
        #expect(
            texts == [
                "request-line-bytes-max": "21", "field-section-bytes-max": "22", "fields-max": "23",
                "body-bytes-max": "24", "connections-max": "25", "header-timeout": "26s",
                "idle-timeout": "27s", "drain-timeout": "28s",
            ])
    }
}
