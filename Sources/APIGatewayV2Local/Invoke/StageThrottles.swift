/// Rate limits of deployed APIs on the emulator's clock, by the time that never goes back. Each account and
/// region has a token bucket, and so has each route whose stage sets a limit. Source: developer guide,
/// "Throttle requests to your HTTP APIs".

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import Synchronization

/// The buckets of all stages.
final class StageThrottles: Sendable {
    private struct Key: Hashable {
        let scope: Scope
        /// Empty for the account's own bucket.
        let apiId: String
        let stage: String
        let routeKey: String

        /// Leaves out what few keys differ in alone. The hash is most of the cost of a bucket.
        func hash(into hasher: inout Hasher) {
            hasher.combine(scope.account)
            hasher.combine(apiId)
            hasher.combine(routeKey)
        }
    }

    private struct Bucket {
        let settings: ThrottleSettings
        var tokens: TokenBucket
    }

    private let buckets = Mutex(RecentDictionary<Key, Bucket>())
    private let bucketsMax: Int
    /// The limits of an account in a region.
    private let account: ThrottleSettings
    /// New connections of an account in a region.
    private let connections: ThrottleSettings

    /// At `throttlesMax` all buckets are forgotten, and so are full again.
    init(_ limits: InvocationLimits) {
        bucketsMax = limits.throttlesMax
        account = ThrottleSettings(
            rateLimit: Double(limits.requestsPerSecond), burstLimit: limits.requestsBurst)
        connections = ThrottleSettings(
            rateLimit: Double(limits.connectionsPerSecond), burstLimit: limits.connectionsPerSecond)
    }

    /// Whether one more connection may begin at `now`.
    func admitsConnection(of scope: Scope, at now: Duration) -> Bool {
        buckets.withLock { buckets in
            if buckets.count >= bucketsMax { buckets = RecentDictionary() }
            let key = Key(scope: scope, apiId: "", stage: "", routeKey: "$connect")
            return take(key, connections, at: now, &buckets)
        }
    }

    /// Whether a request to a route may pass at `now`. One that may not takes no token of any bucket.
    func admits(_ routeKey: String, of stage: DeployedStage, at now: Duration) -> Bool {
        let own = stage.settings.routeThrottles[routeKey] ?? stage.settings.defaultThrottle
        return buckets.withLock { buckets in
            if buckets.count >= bucketsMax { buckets = RecentDictionary() }
            let shared = Key(scope: stage.scope, apiId: "", stage: "", routeKey: "")
            guard own.isSet else { return take(shared, account, at: now, &buckets) }
            let route = Key(
                scope: stage.scope, apiId: stage.api.apiId, stage: stage.settings.name, routeKey: routeKey)
            guard take(route, own, at: now, &buckets) else { return false }
            if take(shared, account, at: now, &buckets) { return true }
            if let place = buckets.place(of: route) { buckets.values[place].tokens.giveBack() }
            return false
        }
    }

    private func take(
        _ key: Key, _ settings: ThrottleSettings, at now: Duration,
        _ buckets: inout RecentDictionary<Key, Bucket>
    ) -> Bool {
        let rate = settings.rateLimit ?? account.rateLimit ?? 0
        let burst = settings.burstLimit ?? account.burstLimit ?? 0
        // A limit of zero lets nobody pass.
        guard rate > 0, burst > 0 else { return false }
        let known = buckets.place(of: key)
        if let known, buckets.values[known].settings == settings {
            return buckets.values[known].tokens.admit(at: now)
        }
        let bucket = Bucket(
            settings: settings,
            tokens: TokenBucket(RequestRate(perSecond: rate), capacity: burst, at: now))
        let place = known ?? buckets.add(bucket, for: key)
        buckets.values[place] = bucket
        return buckets.values[place].tokens.admit(at: now)
    }
}
