/// The counters of a server: requests by operation, account and region, and their times. Each thread has its
/// own counters under its own lock. A reader adds them up.

internal import APIGatewayV2
internal import SocketServer
internal import Synchronization

/// The counters of a server. They never shrink, and a reset does not change them.
package final class Metrics: Sendable {
    /// The counters of calls of deployed APIs.
    let invocations = InvocationMetrics()

    /// The figures of one operation.
    struct Figures: Sendable {
        /// Requests by the status of their answers; 0 if no status was sent.
        private(set) var statuses: [(status: Int, count: Int)] = []
        /// Requests by the first bound of the histogram that they do not exceed. The last element counts the
        /// others.
        private(set) var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
        private(set) var time: Duration = .zero

        var count: Int { buckets.reduce(0, +) }

        mutating func add(_ status: Int, _ duration: Duration) {
            add(1, of: status)
            buckets[Metrics.bounds.firstIndex { duration <= $0 } ?? Metrics.bounds.count] += 1
            time += duration
        }

        mutating func add(_ other: Figures) {
            for (status, count) in other.statuses { add(count, of: status) }
            for index in buckets.indices { buckets[index] += other.buckets[index] }
            time += other.time
        }

        private mutating func add(_ count: Int, of status: Int) {
            if let index = statuses.firstIndex(where: { $0.status == status }) {
                statuses[index].count += count
            } else {
                statuses.append((status, count))
            }
        }
    }

    /// The bounds of the histogram. Below a millisecond they measure the service, above it the delays of
    /// faults.
    static let bounds: [Duration] = [
        .microseconds(10), .microseconds(25), .microseconds(50), .microseconds(100), .microseconds(250),
        .milliseconds(1), .milliseconds(10), .milliseconds(100), .seconds(1), .seconds(10),
    ]

    /// The figures of one account and region, or of all later ones together.
    private struct Part: Sendable {
        let scope: Scope?
        var operations: [APIGatewayV2.Operation?: Figures] = [:]
    }

    /// One thread's counters.
    private struct Counters: Sendable {
        var parts: [Part] = []
        var indexes: [Scope?: Int] = [:]
        /// The scope of the last request and the index of its part, because most requests have the same
        /// scope.
        var last: (scope: Scope, index: Int)?

        /// The index of the scope's part; nil if this thread has not met it.
        mutating func index(of scope: Scope) -> Int? {
            if let last, last.scope == scope { return last.index }
            guard let index = indexes[scope] else { return nil }
            last = (scope, index)
            return index
        }

        /// The same for a scope that this thread meets first. Without `isKnown` it has the part of all later
        /// ones.
        mutating func makeIndex(of scope: Scope, isKnown: Bool) -> Int {
            let key = isKnown ? scope : nil
            let index = indexes[key] ?? parts.count
            if index == parts.count {
                parts.append(Part(scope: key))
                indexes[key] = index
            }
            last = (scope, index)
            return index
        }
    }

    /// The number of accounts and regions with figures of their own, unless told otherwise.
    package static let standardScopes = 100

    private let shares = ThreadShares(Counters())
    private let scopesMax: Int
    /// The scopes with figures of their own, in all shares.
    private let known = Mutex<Set<Scope>>([])

    /// `scopesMax` is the number of accounts and regions with figures of their own. Requests of later ones
    /// count together, so that clients cannot use up memory.
    init(scopesMax: Int) {
        self.scopesMax = scopesMax
    }

    /// Counts a request. `operation` is nil for a request without an operation.
    func count(_ operation: APIGatewayV2.Operation?, of scope: Scope, status: Int?, duration: Duration) {
        let place = ThreadShares<Counters>.ownPlace
        let isCounted = shares.all[place].counters.withLock { counters in
            guard let index = counters.index(of: scope) else { return false }
            counters.parts[index].operations[operation, default: Figures()].add(status ?? 0, duration)
            return true
        }
        if isCounted { return }
        let isKnown = known.withLock { known in
            known.contains(scope) || known.count < scopesMax && known.insert(scope).inserted
        }
        shares.all[place].counters.withLock { counters in
            let index = counters.makeIndex(of: scope, isKnown: isKnown)
            counters.parts[index].operations[operation, default: Figures()].add(status ?? 0, duration)
        }
    }

    /// The figures of each account and region by the operation's name, "" for none. The scope nil has all
    /// later ones together.
    var scopes: [Scope?: [String: Figures]] {
        shares.all.reduce(into: [:]) { sum, share in
            for part in share.counters.withLock({ $0.parts }) {
                for (operation, figures) in part.operations {
                    sum[part.scope, default: [:]][operation?.name ?? "", default: Figures()].add(figures)
                }
            }
        }
    }
}

extension [String: Metrics.Figures] {
    /// The sum of both.
    func adding(_ others: Self) -> Self {
        merging(others) { mine, theirs in
            var sum = mine
            sum.add(theirs)
            return sum
        }
    }
}

/// A reading of the number of open connections, set after the server's start.
package final class ConnectionGauge: Sendable {
    private let read = LateFunction<@Sendable () -> Int>({ 0 })

    package init() {}

    /// Sets the function that gives the number. It is called on the thread of a loop.
    package func set(_ read: @escaping @Sendable () -> Int) {
        self.read.set(read)
    }

    var count: Int { read.current() }
}
