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
    /// The number of segments before this path.
    private let dropped: UInt32
    /// Whether an encoded `?` ends the path.
    private let isCut: Bool

    /// The path of a request. Its parts are read one by one, because a copy of its target counts the
    /// references of them all.
    package init(of request: HTTPRequest) {
        guard !request.target.isAsterisk, !request.target.hasEncodedQuestionMark else {
            self.init(request.target)
            return
        }
        let isEncoded = request.target.text.contains(UInt8(ascii: "%"))
        self.init(request.target.pathSegments, sentAs: isEncoded ? request.target.text : nil)
    }

    private init(_ texts: [String], sentAs target: String?) {
        (self.texts, self.target, isCut, dropped) = (texts, target, false, 0)
    }

    /// The path of `target`. An asterisk is one segment of that name.
    package init(_ target: RequestTarget) {
        dropped = 0
        guard target.text.contains(UInt8(ascii: "%")), !target.isAsterisk else {
            (texts, self.target, isCut) = (target.isAsterisk ? ["*"] : target.pathSegments, nil, false)
            return
        }
        self.target = target.text
        guard target.hasEncodedQuestionMark else {
            (texts, isCut) = (target.pathSegments, false)
            return
        }
        for (index, text) in target.pathSegments.enumerated() {
            guard text.contains(UInt8(ascii: "?")), let end = text.utf8.firstIndex(of: UInt8(ascii: "?"))
            else {
                continue
            }
            (texts, isCut) = (target.pathSegments.prefix(index) + [String(text[..<end])], true)
            return
        }
        (texts, isCut) = (target.pathSegments, false)
    }

    private init(_ whole: RequestPath, from start: Int) {
        (texts, target, isCut) = (whole.texts, whole.target, whole.isCut)
        dropped = UInt32(start)
    }

    /// The path before the first `dropping`.
    var whole: RequestPath { RequestPath(self, from: 0) }

    /// The path after the first `count` segments.
    package func dropping(_ count: Int) -> RequestPath { RequestPath(self, from: start + count) }

    /// The number of segments of the whole path before this one.
    package var droppedCount: Int { Int(dropped) }

    private var start: Int { Int(dropped) }

    /// The decoded segments: `/pets/` has two with an empty last one, and an empty rest has none.
    package var decodedSegments: ArraySlice<String> { texts.dropFirst(start) }

    /// The decoded path, which begins with a slash; empty without a segment.
    package var decoded: String { decodedSegments.map { "/" + $0 }.joined() }

    /// `decoded` as the client sent it, with the text after an encoded `?`.
    package var encoded: String { sent.dropFirst(start).map { "/" + $0 }.joined() }

    /// The decoded segments for routes: `//pets/` is `/pets` (recorded).
    package var routeTexts: ArraySlice<String> {
        decodedSegments.contains { $0.isEmpty }
            ? decodedSegments.filter { !$0.isEmpty }[...] : decodedSegments
    }

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

extension String {
    /// Whether the text has this character of ASCII. Without an end at the first one the compiler looks at
    /// sixteen bytes at once.
    fileprivate func contains(_ character: UInt8) -> Bool {
        let bytes = utf8.span
        var found: UInt8 = 0
        for i in bytes.indices { found |= bytes[i] == character ? 1 : 0 }
        return found != 0
    }
}
