/// The reasons why routes do not match a request, the nearest first, one line for each route. The log and the
/// admin API show them. It looks at every route, so its time grows with their number.

internal import APIGatewayV2
package import HTTPWire

/// A route that does not match a request, and the first difference.
package struct RouteMiss: Sendable, Equatable {
    /// The first difference between a route and a request.
    package enum Reason: Sendable, Equatable {
        /// The path matches, and the method does not.
        case method(String)
        case segment(expected: String, found: String)
        /// The path ends before this segment of the route.
        case missing(String)
        /// The route ends before this segment of the path.
        case surplus(String)
        /// The route matches, and this one goes before it.
        case outranked(by: String)
    }

    package let routeKey: String
    package let reason: Reason
    /// 0 for a matching route, 1 for a route with only another method. It grows with the different segments.
    package let distance: Int

    /// The line of the miss, such as `GET /pets takes GET`.
    package var text: String {
        switch reason {
        case .method(let method): "\(routeKey) takes \(method)"
        case .segment(let expected, let found): "\(routeKey) has \(expected) in place of \(found)"
        case .missing(let segment): "\(routeKey) goes on with /\(segment)"
        case .surplus(let segment): "\(routeKey) ends before /\(segment)"
        case .outranked(let other): "\(routeKey) matches too, and \(other) stands before it"
        }
    }
}

extension RouteTable {
    /// One miss for each route but the chosen one, the nearest first. Equal ones keep the order of the
    /// routes.
    package func misses(_ method: HTTPMethod, _ path: RequestPath) -> [RouteMiss] {
        let taker = match(method, path)
        let segments = Array(path.routeTexts)
        let misses = patterns.indices.compactMap { index -> RouteMiss? in
            if index == taker?.index { return nil }
            if let miss = patterns[index].miss(method, segments) { return miss }
            return taker.map {
                RouteMiss(
                    routeKey: patterns[index].key, reason: .outranked(by: $0.routeKey), distance: 0)
            }
        }
        return misses.enumerated()
            .sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
            .map(\.element)
    }

    /// The line for the log: `no route of abc123 matches POST /pets: GET /pets is the nearest`.
    package func missText(_ method: HTTPMethod, _ path: RequestPath, of apiId: String) -> String {
        let shown = path.decoded.isEmpty ? "/" : path.decoded
        let text = "no route of \(apiId) matches \(method.rawValue) \(shown)"
        guard let nearest = misses(method, path).first else { return text + ": it has none" }
        return text + ": \(nearest.routeKey) is the nearest"
    }
}

extension RoutePattern {
    /// The miss of a route; nil for a match, which `$default` always is.
    fileprivate func miss(_ method: HTTPMethod, _ path: [String]) -> RouteMiss? {
        guard let own = self.method else { return nil }
        var (distance, reason): (Int, RouteMiss.Reason?) = (0, nil)
        for (index, segment) in segments.enumerated() {
            guard index < path.count else {
                distance += Weight.length
                reason = reason ?? .missing(segment.text)
                continue
            }
            guard case .literal(let text) = segment, text != path[index] else { continue }
            distance += nearestName(to: path[index], among: [text]) == nil ? Weight.other : Weight.similar
            reason = reason ?? .segment(expected: text, found: path[index])
        }
        var isGreedy = false
        if case .greedy = segments.last { isGreedy = true }
        if !isGreedy, path.count > segments.count {
            distance += Weight.length * (path.count - segments.count)
            reason = reason ?? .surplus(path[segments.count])
        }
        if own != "ANY", own != method.rawValue {
            distance += Weight.method
            reason = reason ?? .method(own)
        }
        return reason.map { RouteMiss(routeKey: key, reason: $0, distance: distance) }
    }

    private enum Weight {
        static let method = 1
        static let similar = 2
        static let length = 4
        static let other = 5
    }
}
