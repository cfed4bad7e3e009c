/// The table of routes against a naive reading of the same rules, over random routes and paths of a few
/// words, so that most of them meet.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import Testing

struct RouteTableRandomTests {
    @Test(arguments: 0..<200)
    func `the trie finds the route that a look at every route finds`(seed: UInt64) throws {
        let random = RandomSource(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        let keys = Set(
            (0..<12).map { _ in
                var segments = (0..<Int(random.next() % 4)).map { _ in pick(["a", "b", "{v}"]) }
                if random.next() % 4 == 0 { segments.append("{p+}") }
                return pick(["GET", "POST", "ANY"]) + " /" + segments.joined(separator: "/")
            })
        let table = RouteTable(routeKeys: keys.sorted())

        for _ in 0..<40 {
            let segments = (0..<Int(random.next() % 5)).map { _ in pick(["a", "b", "c"]) }
            let method = HTTPMethod(rawValue: pick(["GET", "POST", "PUT"]))
            let path = try path("/" + segments.joined(separator: "/"))

            let found = table.match(method, path)

            let ranks = table.patterns.compactMap { rank(of: $0, method, segments) }
            let best = ranks.max { left, right in left.lexicographicallyPrecedes(right) }
            let mine = found.flatMap { rank(of: table.patterns[$0.index], method, segments) }
            #expect(mine == best, "\(method.rawValue) \(segments) in \(keys.sorted()), seed \(seed)")
        }
    }

    /// Nil for a route that does not take the request. Compared from left to right: a full match, literal
    /// segments, segments before the greedy one, a method of its own.
    private func rank(of pattern: RoutePattern, _ method: HTTPMethod, _ path: [String]) -> [Int]? {
        guard pattern.method == "ANY" || pattern.method == method.rawValue else { return nil }
        var literals = 0
        for (index, segment) in pattern.segments.enumerated() {
            guard index < path.count else { return nil }
            switch segment {
            case .greedy: return [0, literals, index, pattern.method == "ANY" ? 0 : 1]
            case .literal(let text):
                if text != path[index] { return nil }
                literals += 1
            case .variable: continue
            }
        }
        guard path.count == pattern.segments.count else { return nil }
        return [1, literals, 0, pattern.method == "ANY" ? 0 : 1]
    }
}
