/// The counters of invocations: by account, API, stage and route, with their times and the failures of
/// integrations. Each thread has its own counters under its own lock. A reader adds them up.

internal import APIGatewayV2
internal import Synchronization

/// The part of a deployed API that counts by itself. Its texts are empty for a request that reached none.
struct InvocationKey: Hashable, Sendable {
    let scope: Scope?
    let api: String
    let stage: String
    let route: String

    /// The part that differs most often comes first.
    static func == (first: InvocationKey, second: InvocationKey) -> Bool {
        first.route == second.route && first.api == second.api && first.stage == second.stage
            && first.scope?.account == second.scope?.account && first.scope?.region == second.scope?.region
    }

    /// Leaves out what few keys differ in alone. The hash is most of the cost of a count.
    func hash(into hasher: inout Hasher) {
        hasher.combine(api)
        hasher.combine(route)
    }

    /// All parts past the bound together.
    static let other = InvocationKey(scope: nil, api: "other", stage: "", route: "")
}

/// The counters of invocations. They never shrink, and a reset does not change them.
final class InvocationMetrics: Sendable {
    /// The figures of one route.
    struct Figures: Sendable {
        fileprivate(set) var requests = Metrics.Figures()
        /// Calls with an integration that failed.
        fileprivate(set) var integrationErrors = 0
    }

    private let shares = ThreadShares(RecentDictionary<InvocationKey, Figures>())
    /// The routes with figures of their own, in all shares.
    private let known = Mutex<Set<InvocationKey>>([])

    /// Counts an invocation. `status` is nil if none was sent. At `routesMax` routes with figures of their
    /// own, calls of later ones count together, so that clients cannot use up memory.
    func count(
        _ key: InvocationKey, status: Int?, duration: Duration, hasIntegrationError: Bool, routesMax: Int
    ) {
        let place = ThreadShares<RecentDictionary<InvocationKey, Figures>>.ownPlace
        let isCounted = shares.all[place].counters.withLock { figures in
            guard let place = figures.place(of: key) else { return false }
            figures.values[place].add(status, duration, hasIntegrationError)
            return true
        }
        if isCounted { return }
        let isKnown = known.withLock { known in
            known.contains(key) || known.count < routesMax && known.insert(key).inserted
        }
        shares.all[place].counters.withLock { figures in
            let key = isKnown ? key : .other
            let place = figures.place(of: key) ?? figures.add(Figures(), for: key)
            figures.values[place].add(status, duration, hasIntegrationError)
        }
    }

    /// The figures of all routes.
    var routes: [InvocationKey: Figures] {
        shares.all.reduce(into: [:]) { sum, share in
            let figures = share.counters.withLock { $0 }
            for (key, figures) in zip(figures.keys, figures.values) {
                sum[key, default: Figures()].add(figures)
            }
        }
    }
}

extension InvocationMetrics.Figures {
    fileprivate mutating func add(_ status: Int?, _ duration: Duration, _ hasIntegrationError: Bool) {
        requests.add(status ?? 0, duration)
        if hasIntegrationError { integrationErrors += 1 }
    }

    fileprivate mutating func add(_ other: InvocationMetrics.Figures) {
        requests.add(other.requests)
        integrationErrors += other.integrationErrors
    }
}
