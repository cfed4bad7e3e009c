/// The counters of a server: requests by operation, account and region, and their times. Counting takes one
/// lock that the other loops do not take: each thread has counters of its own, which are added up when
/// somebody asks.

internal import APIGatewayV2
internal import Glibc
internal import Synchronization

/// The counters of a server. They only grow, and go on through a reset.
final class Metrics: Sendable {
    /// How many accounts and regions are told apart. Requests of later ones are counted together, so that a
    /// client that makes up an account for each test takes no memory without end.
    static let scopesMax = 100

    /// Of one operation.
    struct Figures: Sendable {
        /// Requests by the status of their answers; 0 where no status was sent.
        private(set) var statuses: [(status: Int, count: Int)] = []
        /// Requests by the first bound that they were within, and behind the last bound the others.
        private(set) var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
        private(set) var time: Duration = .zero

        var count: Int { buckets.reduce(0, +) }

        fileprivate mutating func add(_ status: Int, _ duration: Duration) {
            add(1, of: status)
            buckets[Metrics.bounds.firstIndex { duration <= $0 } ?? Metrics.bounds.count] += 1
            time += duration
        }

        fileprivate mutating func add(_ other: Figures) {
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

    /// The bounds of the histogram: below a millisecond the service's own time, above it that of faults.
    static let bounds: [Duration] = [
        .microseconds(10), .microseconds(25), .microseconds(50), .microseconds(100), .microseconds(250),
        .milliseconds(1), .milliseconds(10), .milliseconds(100), .seconds(1), .seconds(10),
    ]

    /// The figures of one account and region, or of all that are not told apart.
    private struct Part: Sendable {
        let scope: Scope?
        var operations: [APIGatewayV2.Operation?: Figures] = [:]
    }

    /// One thread's counters.
    private struct Counters: Sendable {
        var parts: [Part] = []
        var indexes: [Scope?: Int] = [:]
        /// The scope of the last request and the index of its part: most requests have the same.
        var last: (scope: Scope, index: Int)?
    }

    /// One thread's counters, or more threads' where there are more threads than shares.
    private final class Share: Sendable {
        let counters = Mutex(Counters())
    }

    private static let shareCount = 16
    private let shares = (0..<shareCount).map { _ in Share() }
    /// The scopes that are told apart, in all shares.
    private let known = Mutex<Set<Scope>>([])

    /// Counts a request; an `operation` of nil is none of the service's.
    func count(_ operation: APIGatewayV2.Operation?, of scope: Scope, status: Int?, duration: Duration) {
        // A loop is one thread for life. The upper half of the product depends on all digits of the thread.
        let thread = UInt64(truncatingIfNeeded: pthread_self()) &* 0x9e37_79b9_7f4a_7c15
        shares[Int(thread >> 60)].counters.withLock { counters in
            let index: Int
            if let last = counters.last, last.scope == scope {
                index = last.index
            } else {
                index = part(of: scope, in: &counters)
                counters.last = (scope, index)
            }
            counters.parts[index].operations[operation, default: Figures()].add(status ?? 0, duration)
        }
    }

    /// The index of the scope's part, which is made where there is none.
    private func part(of scope: Scope, in counters: inout Counters) -> Int {
        if let index = counters.indexes[scope] { return index }
        let isKnown = known.withLock { known in
            known.contains(scope) || known.count < Metrics.scopesMax && known.insert(scope).inserted
        }
        let key = isKnown ? scope : nil
        if let index = counters.indexes[key] { return index }
        counters.parts.append(Part(scope: key))
        counters.indexes[key] = counters.parts.count - 1
        return counters.parts.count - 1
    }

    /// The figures of each account and region by the name of the operation; "" is none. A scope of nil is all
    /// that are not told apart.
    var scopes: [Scope?: [String: Figures]] {
        shares.reduce(into: [:]) { sum, share in
            for part in share.counters.withLock({ $0.parts }) {
                for (operation, figures) in part.operations {
                    sum[part.scope, default: [:]][operation?.name ?? "", default: Figures()].add(figures)
                }
            }
        }
    }
}

extension [String: Metrics.Figures] {
    /// Both, added up.
    func adding(_ others: Self) -> Self {
        merging(others) { mine, theirs in
            var sum = mine
            sum.add(theirs)
            return sum
        }
    }
}

/// Asks how many connections are open, once there is a server to ask.
package final class ConnectionGauge: Sendable {
    private let read = Mutex<@Sendable () -> Int>({ 0 })

    package init() {}

    /// `read` is called on the thread of a loop.
    package func set(_ read: @escaping @Sendable () -> Int) {
        self.read.withLock { $0 = read }
    }

    var count: Int {
        let read = read.withLock { $0 }
        return read()
    }
}
