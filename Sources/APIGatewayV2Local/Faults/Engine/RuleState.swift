/// The state of a loaded rule: its counts of matches and firings, its last firings, and its token buckets.
/// Counting is exact for any number of threads: a `first: 2` fires twice.

internal import APIGatewayV2
internal import HTTPWire
internal import Synchronization

/// The key of a token bucket within its rule. Scopes never share a bucket.
struct BucketKey: Hashable, Sendable {
    let scope: Scope
    /// The value of the rule's `per`; empty if the request has none.
    var part = ""
}

/// The counts of one rule.
final class RuleState: Sendable {
    /// The decision of a rule on a request.
    enum Outcome: Equatable {
        case fires
        case passes
        /// The request passes, and has taken a token from this bucket.
        case admits(BucketKey)
    }

    fileprivate struct Progress {
        /// The count of matching requests.
        var matched = 0
        var fired = 0
        var buckets: [BucketKey: TokenBucket] = [:]
        var firings = RecentFirings()
    }

    private let progress = Mutex(Progress())
    private let limits: FaultLimits

    init(_ limits: FaultLimits) {
        self.limits = limits
    }

    /// New counts within the same bounds.
    func renewed() -> RuleState { RuleState(limits) }

    /// Counts one matching request. Returns whether `trigger` fires on it.
    func outcome(
        of trigger: FaultTrigger, on facts: inout RequestFacts, from connection: ConnectionID,
        at clock: EmulatorClock
    ) -> Outcome {
        switch trigger {
        case .always: return nextMatch { _ in true }
        case .first(let count): return nextMatch { $0 <= count }
        case .after(let count): return nextMatch { $0 > count }
        case .every(let count): return nextMatch { $0.isMultiple(of: count) }
        case .probability(let probability, let seed):
            return nextMatch { Chance(seed: seed, stream: .firing).number($0) < probability }
        case .between(let range):
            let elapsed = clock.elapsed
            return nextMatch { _ in range.contains(elapsed) }
        case .rate(let rate, let burst, let per):
            let key = BucketKey(scope: facts.scope, part: facts.part(per, connection))
            let now = clock.emulatedTime()
            return progress.withLock {
                $0.matched += 1
                return $0.admit(key, rate, burst: burst, at: now, bucketsMax: limits.bucketsPerRuleMax)
                    ? .admits(key) : .fires
            }
        }
    }

    /// Gives back the token of a request that another rule refused.
    func giveBack(_ key: BucketKey) {
        progress.withLock { $0.buckets[key]?.giveBack() }
    }

    /// Counts a firing and returns its number, from 1.
    func nextFiring() -> Int {
        progress.withLock {
            $0.fired += 1
            return $0.fired
        }
    }

    /// Remembers a firing, in place of the oldest if there is no room.
    func remember(_ firing: FaultFiring) {
        progress.withLock { $0.firings.append(firing) }
    }

    /// Removes the buckets of one account. New buckets are full.
    func refill(account: String) {
        progress.withLock { progress in
            progress.buckets = progress.buckets.filter { $0.key.scope.account != account }
        }
    }

    func report(on rule: FaultRule) -> FaultReport {
        progress.withLock {
            FaultReport(
                rule: rule, matchedCount: $0.matched, firedCount: $0.fired, lastFirings: $0.firings.inOrder)
        }
    }

    /// Counts a match, and calls `fires` with its number, from 1.
    private func nextMatch(_ fires: (Int) -> Bool) -> Outcome {
        let number = progress.withLock {
            $0.matched += 1
            return $0.matched
        }
        return fires(number) ? .fires : .passes
    }
}

extension RuleState.Progress {
    fileprivate mutating func admit(
        _ key: BucketKey, _ rate: RequestRate, burst: Int, at now: Duration, bucketsMax: Int
    ) -> Bool {
        if buckets[key] == nil, buckets.count >= bucketsMax { forgetOne(at: now, bucketsMax: bucketsMax) }
        return buckets[key, default: TokenBucket(rate, capacity: burst, at: now)].admit(at: now)
    }

    /// Drops all full buckets, which equal new ones. If there is none, drops the fullest.
    private mutating func forgetOne(at now: Duration, bucketsMax: Int) {
        buckets = buckets.filter { entry in
            var bucket = entry.value
            return !bucket.isFull(at: now)
        }
        guard buckets.count >= bucketsMax else { return }
        if let fullest = buckets.max(by: { $0.value.fullness < $1.value.fullness }) {
            buckets[fullest.key] = nil
        }
    }
}

extension RequestFacts {
    fileprivate mutating func part(_ key: FaultTrigger.RateKey, _ connection: ConnectionID) -> String {
        switch key {
        case .account: ""
        case .connection: String(connection.rawValue)
        case .accessKeyId: accessKeyID ?? ""
        case .apiId: invoked?.api ?? routed?.parameters["apiId"] ?? ""
        case .operation: routed?.operation.name ?? ""
        case .stage: invoked.map { "\($0.api)/\($0.stage)" } ?? ""
        case .route: invoked.map { "\($0.api)/\($0.stage)/\($0.route ?? "")" } ?? ""
        }
    }
}
