/// The path of a request as segments, decoded for routes and events, encoded for backends. An event has `%2F`
/// decoded, and a decoded `?` ends the path (docs/fidelity-invoke.md, "Routes"). It shares the decoded texts
/// with the request's target, and makes encoded ones on demand.

package import HTTPWire

/// The rest of a path after stage and mapping, or the whole path.
package struct RequestPath: Sendable {
    /// One part between slashes. An encoded slash stays within its segment.
    package struct Segment: Sendable, Equatable {
        package let decoded: String
        /// The text as the client sent it.
        package let encoded: String
    }

    /// The decoded segments of the whole path. An encoded `?` ends the last one.
    private let texts: [String]
    /// The target as sent; nil if nothing in it is encoded.
    private let target: String?
    /// Whether an encoded `?` ends the path.
    private let isCut: Bool
    /// The number of segments before this path.
    private let start: Int

    /// The path of `target`. An asterisk is one segment of that name.
    package init(_ target: RequestTarget) {
        let text = target.text.utf8.span
        // Without an end at the first one the compiler looks at sixteen bytes at once.
        var found: UInt8 = 0
        for i in text.indices { found |= text[i] == UInt8(ascii: "%") ? 1 : 0 }
        start = 0
        guard found != 0, !target.isAsterisk else {
            (texts, self.target, isCut) = (target.isAsterisk ? ["*"] : target.pathSegments, nil, false)
            return
        }
        self.target = target.text
        for (index, text) in target.pathSegments.enumerated() {
            guard let end = text.utf8.firstIndex(of: UInt8(ascii: "?")) else { continue }
            (texts, isCut) = (target.pathSegments.prefix(index) + [String(text[..<end])], true)
            return
        }
        (texts, isCut) = (target.pathSegments, false)
    }

    private init(_ whole: RequestPath, from start: Int) {
        (texts, target, isCut) = (whole.texts, whole.target, whole.isCut)
        self.start = start
    }

    /// The path after the first `count` segments.
    package func dropping(_ count: Int) -> RequestPath { RequestPath(self, from: start + count) }

    /// The decoded segments: `/pets/` has two with an empty last one, and an empty rest has none.
    package var decodedSegments: ArraySlice<String> { texts.dropFirst(start) }

    /// The decoded path, which begins with a slash; empty without a segment.
    package var decoded: String { decodedSegments.map { "/" + $0 }.joined() }

    /// `decoded` as the client sent it, with the text after an encoded `?`.
    package var encoded: String { sent.dropFirst(start).map { "/" + $0 }.joined() }

    /// The decoded segments for routes: `//pets/` is `/pets` (recorded).
    package var routeTexts: [String] { decodedSegments.filter { !$0.isEmpty } }

    /// The segments for routes, decoded and encoded.
    package var routeSegments: [Segment] {
        let sent = sent
        var segments: [Segment] = []
        segments.reserveCapacity(texts.count)
        for (index, text) in decodedSegments.enumerated() where !text.isEmpty {
            let isShortened = isCut && start + index == texts.count - 1
            segments.append(
                Segment(
                    decoded: text, encoded: isShortened ? PercentCoding.encoded(text) : sent[start + index]))
        }
        return segments
    }

    /// The segments of the whole path as sent, also those after an encoded `?`.
    private var sent: [String] {
        guard let target else { return texts }
        // As bytes, because a comparison of characters takes some fifty times as many instructions.
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        return path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
            .map { String(Substring($0)) }
    }
}
