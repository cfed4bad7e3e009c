/// The path of a request as segments, decoded for routes and events, encoded for backends. Facts: `%2F` comes
/// decoded in an event's path, and a decoded `?` ends the path (docs/fidelity-invoke.md, "Routes").

package import HTTPWire

/// The part of a path that is left after stage and mapping were taken off, or all of it.
package struct RequestPath: Sendable, Equatable {
    /// One part between slashes. An encoded slash stays within its segment.
    package struct Segment: Sendable, Equatable {
        package let decoded: String
        /// As the client sent it.
        package let encoded: String
    }

    /// `/pets/` has two, of which the last is empty; a path that is used up has none.
    package let segments: [Segment]
    /// The segments as sent, also those behind an encoded `?`.
    private let sent: [String]

    /// Of `target`; an asterisk is one segment of that name.
    package init(_ target: RequestTarget) {
        let path = target.text.prefix { $0 != "?" }
        let sent = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        let decoded = target.isAsterisk ? ["*"] : target.pathSegments
        self.init(decoded: decoded, sent: target.isAsterisk ? ["*"] : sent)
    }

    private init(decoded: [String], sent: [String]) {
        self.sent = sent
        var segments: [Segment] = []
        for (text, encoded) in zip(decoded, sent) {
            guard let end = text.firstIndex(of: "?") else {
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

    /// The path behind the first `count` segments.
    package func dropping(_ count: Int) -> RequestPath {
        RequestPath(segments: Array(segments.dropFirst(count)), sent: Array(sent.dropFirst(count)))
    }

    /// Begins with a slash; empty if no segment is left.
    package var decoded: String { segments.map { "/" + $0.decoded }.joined() }

    /// `decoded` as the client sent it, with all that stands behind an encoded `?`.
    package var encoded: String { sent.map { "/" + $0 }.joined() }

    /// The segments that routes look at: `//pets/` is `/pets` (recorded).
    package var routeSegments: [Segment] { segments.filter { !$0.decoded.isEmpty } }
}
