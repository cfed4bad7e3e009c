/// The bounds that a user may set, by name and as properties: each reaches the wire, at the ends of its range
/// and not past them.

import APIGatewayV2Local
import HTTPWire
import Testing

struct ServerLimitsTests {
    @Test(arguments: LimitOption.all)
    func `a limit is set at both ends of its range and refused past them`(limit: LimitOption) throws {
        let (within, beyond) =
            switch limit.kind {
            case .count(_, let range):
                (
                    ["\(range.lowerBound)", "\(range.upperBound)"],
                    ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", "many", ""]
                )
            case .time: (["1ms", "24h"], ["0.5ms", "24.001h", "10", ""])
            }

        for text in within {
            var limits = ServerLimits()
            try limits.set(limit.name, to: text)
            let expected = text == "24h" ? "86400s" : text
            #expect(limit.text(in: limits.sockets) == expected)
        }
        for text in beyond {
            var limits = ServerLimits()
            #expect(throws: DocumentError.self) { try limits.set(limit.name, to: text) }
            #expect(limit.text(in: limits.sockets) == limit.defaultText)
        }
    }

    @Test func `no two names set the same bound`() throws {
        var limits = ServerLimits()

        for (number, limit) in LimitOption.all.enumerated() {
            switch limit.kind {
            case .count: try limits.set(limit.name, to: "\(20 + number)")
            case .time: try limits.set(limit.name, to: "\(20 + number)s")
            }
        }

        for (number, limit) in LimitOption.all.enumerated() {
            #expect(limit.text(in: limits.sockets).hasPrefix("\(20 + number)"), "\(limit.name)")
        }
    }

    @Test func `an unknown name is told with the nearest one and all of them`() {
        var limits = ServerLimits()

        let error = #expect(throws: DocumentError.self) { try limits.set("body-byte-max", to: "1") }

        let description = error?.description ?? ""
        #expect(description.hasPrefix("found the limit \"body-byte-max\", expected one of connections-max, "))
        #expect(description.hasSuffix("; did you mean body-bytes-max?"))
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

        let set = LimitOption.all.filter { $0.text(in: limits.sockets) != $0.defaultText }
        let texts = Dictionary(uniqueKeysWithValues: set.map { ($0.name, $0.text(in: limits.sockets)) })
        #expect(
            texts == [
                "request-line-bytes-max": "21", "field-section-bytes-max": "22", "fields-max": "23",
                "body-bytes-max": "24", "connections-max": "25", "header-timeout": "26s",
                "idle-timeout": "27s", "drain-timeout": "28s",
            ])
    }
}
