/// A bound of `ServerLimits` that a user may set by its name in `--limit NAME=VALUE`: its range, and its
/// value as text.

internal import APIGatewayV2

/// One bound that a user may set.
package struct LimitOption: Sendable {
    /// Whether the value is a count or a time, the member of `ServerLimits` that holds it, and its range.
    package enum Kind: Sendable {
        case count(any WritableKeyPath<ServerLimits, Int> & Sendable, ClosedRange<Int>)
        case time(any WritableKeyPath<ServerLimits, Duration> & Sendable, ClosedRange<Duration>)
    }

    package let name: String
    /// One line of help: the quantity that is bounded and the effect of one more.
    package let meaning: String
    package let kind: Kind

    /// The default, in the form that `--limit` takes.
    package var defaultText: String { text(in: ServerLimits()) }

    /// The right names for an unknown one in words, for "expected …": probable names, and the place of all.
    static func expectedName(for unknown: String) -> String {
        let names = all.map(\.name)
        let near = nearestName(to: unknown, among: names).map { [$0] } ?? namesAlike(unknown, among: names)
        let place = "of the \(names.count) that `apigatewayv2-local --help` lists"
        return near.isEmpty ? "one \(place)" : "\(near.joined(separator: ", ")) or another \(place)"
    }

    /// The names that have the most words of `unknown`, or words near them, in their order.
    private static func namesAlike(_ unknown: String, among names: [String]) -> [String] {
        let wanted = unknown.split(separator: "-").map(String.init)
        let counts = names.map { name in
            name.split(separator: "-").count { nearestName(to: String($0), among: wanted) != nil }
        }
        guard let most = counts.max(), most > 0 else { return [] }
        return Array(zip(names, counts).filter { $0.1 == most }.map(\.0).prefix(namesMax))
    }

    /// How many names of the same likeness a message has. Fixed, because a message is for reading.
    private static let namesMax = 5

    /// The value in `limits`, in the form that `--limit` takes.
    package func text(in limits: ServerLimits) -> String {
        switch kind {
        case .count(let path, _): String(limits[keyPath: path])
        case .time(let path, _): limits[keyPath: path].ruleText
        }
    }

    /// The range of values in words, for "expected …".
    package var expected: String {
        switch kind {
        case .count(_, let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .time(_, let range): "a time from \(range.lowerBound.ruleText) to \(range.upperBound.ruleText)"
        }
    }

    /// Sets the bound in `limits` to `text`. Returns false, and changes nothing, if `text` is not a value in
    /// range.
    func set(in limits: inout ServerLimits, to text: String) -> Bool {
        switch kind {
        case .count(let path, let range):
            guard let count = Int(text), range.contains(count) else { return false }
            limits[keyPath: path] = count
        case .time(let path, let range):
            guard let time = Duration(ruleText: text), range.contains(time) else { return false }
            limits[keyPath: path] = time
        }
        return true
    }
}
