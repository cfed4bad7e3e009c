/// What a server counts of its requests: by operation and status, and how long they took. Counting takes one
/// lock that the other loops do not take: each thread has counters of its own, which are added up when
/// somebody asks.

internal import APIGatewayV2
internal import Glibc
internal import Synchronization

/// The counters of a server. They only grow, and go on through a reset.
final class Metrics: Sendable {
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

    /// One thread's counters, or more threads' where there are more threads than shares.
    private final class Share: Sendable {
        let operations = Mutex<[APIGatewayV2.Operation?: Figures]>([:])
    }

    private static let shareCount = 16
    private let shares = (0..<shareCount).map { _ in Share() }

    /// Counts a request; an `operation` of nil is none of the service's.
    func count(_ operation: APIGatewayV2.Operation?, status: Int?, duration: Duration) {
        // A loop is one thread for life. The upper half of the product depends on all digits of the thread.
        let thread = UInt64(truncatingIfNeeded: pthread_self()) &* 0x9e37_79b9_7f4a_7c15
        shares[Int(thread >> 60)].operations.withLock {
            $0[operation, default: Figures()].add(status ?? 0, duration)
        }
    }

    /// By the name of the operation; "" is none.
    var operations: [String: Figures] {
        shares.reduce(into: [:]) { sum, share in
            for (operation, figures) in share.operations.withLock({ $0 }) {
                sum[operation?.name ?? "", default: Figures()].add(figures)
            }
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
