/// The routes of one deployed HTTP API, compiled into a trie over path segments. A request walks along its
/// own segments, for any number of routes. A full match goes before a greedy one, and that before `$default`
/// (developer guide, "Develop routes for HTTP APIs"). A named method goes before `ANY` (serverless 9840). Of
/// equal matches the one with more literal segments wins, as in AWS's Lambda test tool.

package import HTTPWire

/// A route that a request matches.
package struct RouteMatch: Sendable, Equatable {
    /// The index of the route in the list of the table.
    package let index: Int
    package let routeKey: String
    /// The values of variables, sorted by name as in recorded events.
    package let pathParameters: [PathParameter]
}

/// A variable of a route, and its value in a path.
package struct PathParameter: Sendable, Equatable {
    package let name: String
    package let value: String
    /// The value as the client sent it, for the URL of a backend.
    package let encodedValue: String

    package init(name: String, value: String, encodedValue: String) {
        self.name = name
        self.value = value
        self.encodedValue = encodedValue
    }
}

/// Finds the route for a method and a path. It is a class, because the journal keeps a reference for each
/// call, and counts the memory of each table once.
package final class RouteTable: Sendable {
    /// The routes that end at one node, by method. `ANY` stands for the methods without a route there.
    fileprivate struct Methods: Sendable {
        var named: [String: Int] = [:]
        var any: Int?

        /// The route, and its rank: 1 for a route of the method, 0 for `ANY`.
        func route(for method: HTTPMethod) -> (index: Int, rank: Int)? {
            named[method.rawValue].map { ($0, 1) } ?? any.map { ($0, 0) }
        }

        mutating func set(_ method: String, _ route: Int) {
            if method == "ANY" { any = route } else { named[method] = route }
        }
    }

    fileprivate struct Node: Sendable {
        var literals: [String: Int] = [:]
        var variable: Int?
        var ending = Methods()
        /// The routes with `{name+}` as the next and last segment.
        var greedy = Methods()
    }

    fileprivate struct Trie: Sendable {
        var nodes = [Node()]
        var defaultRoute: Int?
    }

    /// The patterns in the order of the list.
    package let patterns: [RoutePattern]
    private let trie: Trie

    /// The table of an HTTP API's route keys.
    package init(routeKeys: [String]) {
        patterns = routeKeys.map(RoutePattern.init)
        var trie = Trie()
        for (index, pattern) in patterns.enumerated() { trie.add(pattern, at: index) }
        self.trie = trie
    }

    /// The bytes of the table, estimated by its parts.
    package var byteCount: Int {
        patterns.reduce(trie.nodes.count * Self.nodeBytes) { sum, pattern in
            sum
                + pattern.segments.reduce(Self.patternBytes + pattern.key.utf8.count) {
                    $0 + Self.segmentBytes + $1.text.utf8.count
                }
        }
    }

    private static let nodeBytes = 256
    private static let patternBytes = 96
    private static let segmentBytes = 24

    /// The match of a request; nil if no route matches and there is no `$default`.
    package func match(_ method: HTTPMethod, _ path: RequestPath) -> RouteMatch? {
        let segments = path.routeSegments
        var walk = Walk(method: method, segments: segments.map(\.decoded))
        trie.visit(0, literals: 0, depth: 0, &walk)
        guard let index = walk.best?.route ?? trie.defaultRoute else { return nil }
        return RouteMatch(
            index: index, routeKey: patterns[index].key,
            pathParameters: patterns[index].parameters(of: segments))
    }

    /// The way of one request through the trie, and the best route so far.
    fileprivate struct Walk {
        let method: HTTPMethod
        let segments: [String]
        var best: (route: Int, rank: [Int])?

        /// Takes the route if its rank is higher. `rank` is compared from left to right, the route's own rank
        /// last.
        mutating func consider(_ route: (index: Int, rank: Int)?, _ rank: [Int]) {
            guard let route else { return }
            let rank = rank + [route.rank]
            if let best, !best.rank.lexicographicallyPrecedes(rank) { return }
            best = (route.index, rank)
        }
    }
}

extension RouteTable.Trie {
    fileprivate mutating func add(_ pattern: RoutePattern, at index: Int) {
        guard let method = pattern.method else {
            if pattern.isDefault { defaultRoute = index }
            return
        }
        var current = 0
        for segment in pattern.segments {
            switch segment {
            case .literal(let text): current = child(of: current, literal: text)
            case .variable: current = variableChild(of: current)
            case .greedy: return nodes[current].greedy.set(method, index)
            }
        }
        nodes[current].ending.set(method, index)
    }

    private mutating func child(of parent: Int, literal: String) -> Int {
        if let known = nodes[parent].literals[literal] { return known }
        nodes.append(RouteTable.Node())
        nodes[parent].literals[literal] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func variableChild(of parent: Int) -> Int {
        if let known = nodes[parent].variable { return known }
        nodes.append(RouteTable.Node())
        nodes[parent].variable = nodes.count - 1
        return nodes.count - 1
    }

    /// Visits each node on the way of the segments, literals first. The recursion is as deep as the longest
    /// route.
    fileprivate func visit(
        _ index: Int, literals: Int, depth: Int, _ walk: inout RouteTable.Walk
    ) {
        let node = nodes[index]
        guard depth < walk.segments.count else {
            return walk.consider(node.ending.route(for: walk.method), [1, literals, 0])
        }
        if let next = node.literals[walk.segments[depth]] {
            visit(next, literals: literals + 1, depth: depth + 1, &walk)
        }
        if let next = node.variable { visit(next, literals: literals, depth: depth + 1, &walk) }
        walk.consider(node.greedy.route(for: walk.method), [0, literals, depth])
    }
}
