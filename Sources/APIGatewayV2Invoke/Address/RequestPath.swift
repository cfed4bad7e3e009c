/// The path of a request as segments, decoded for routes and events, encoded for backends. An event has `%2F`
/// decoded, and a decoded `?` ends the path (docs/fidelity-invoke.md, "Routes").

package import HTTPWire

/// The rest of a path after stage and mapping, or the whole path.
package struct RequestPath: Sendable, Equatable {
    /// One part between slashes. An encoded slash stays within its segment.
    package struct Segment: Sendable, Equatable {
        package let decoded: String
        /// The text as the client sent it.
        package let encoded: String
    }

    /// The segments: `/pets/` has two with an empty last one, and an empty rest has none.
    package let segments: [Segment]
    /// The segments as sent, also those after an encoded `?`.
    private let sent: [String]

    /// The path of `target`. An asterisk is one segment of that name.
    package init(_ target: RequestTarget) {
        if target.isAsterisk {
            self.init(decoded: ["*"], sent: ["*"])
            return
        }
        // As bytes, because a comparison of characters takes some fifty times as many instructions.
        let path = target.text.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard path.contains(UInt8(ascii: "%")) else {
            self.init(decoded: target.pathSegments, sent: target.pathSegments)
            return
        }
        let sent = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        self.init(decoded: target.pathSegments, sent: sent.map { String(Substring($0)) })
    }

    private init(decoded: [String], sent: [String]) {
        self.sent = sent
        var segments: [Segment] = []
        for (text, encoded) in zip(decoded, sent) {
            guard let end = text.utf8.firstIndex(of: UInt8(ascii: "?")) else {
                segments.append(Segment(decoded: text, encoded: encoded))
                continue
            }
            let rest = String(text[..<end])
            segments.append(Segment(decoded: rest, encoded: PercentCoding.encoded(rest)))
            break
        }
        self.segments = segments
    }

    private init(segments: [Segment], sent: [String]) {
        self.segments = segments
        self.sent = sent
    }

    /// The path after the first `count` segments.
    package func dropping(_ count: Int) -> RequestPath {
        RequestPath(segments: Array(segments.dropFirst(count)), sent: Array(sent.dropFirst(count)))
    }

    /// The decoded path, which begins with a slash; empty without a segment.
    package var decoded: String { segments.map { "/" + $0.decoded }.joined() }

    /// `decoded` as the client sent it, with the text after an encoded `?`.
    package var encoded: String { sent.map { "/" + $0 }.joined() }

    /// The segments for routes: `//pets/` is `/pets` (recorded).
    package var routeSegments: [Segment] { segments.filter { !$0.decoded.isEmpty } }
}
