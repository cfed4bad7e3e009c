/// The loaded rules, sorted by the operations that they can match. Within an operation they are sorted by one
/// value that they need, such as an API. A request without a possible rule therefore costs a few look-ups,
/// for any number of rules.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// A rule in use: its compiled forms and its counts. It lives while the rule is loaded, through changes of
/// other rules.
final class LoadedRule: Sendable {
    let rule: FaultRule
    let key: RuleKey
    let match: CompiledMatch
    /// Whether a request to an operation can match, by the operation's place in the catalogue.
    let operations: [Bool]
    /// The answer that replaces the service's; nil if the service answers.
    let response: ServiceResponse?
    /// The answer to a call of a deployed API; nil if the API answers, and for rules of the control plane.
    let gatewayReply: GatewayReply?
    let delivery: Delivery
    /// Whether the service performs the operation: not if the rule answers, or if no answer is sent.
    let asksService: Bool
    /// Whether this rule ends the search for rules.
    let isLast: Bool
    let state: RuleState

    var name: String { key.name }

    /// `rule` must have been checked. `name` is its name, and `state` has its counts.
    init(_ rule: FaultRule, named name: String, state: RuleState) {
        var rule = rule
        rule.name = name
        self.rule = rule
        self.state = state
        key = RuleKey(account: rule.match.account, name: name)
        let match = CompiledMatch(rule.match, isOfRule: true)
        self.match = match
        let isOfInvocations = rule.isOfInvocations
        operations = Catalogue.service.operations.map {
            rule.isEnabled && !isOfInvocations && match.canMatch($0)
        }
        response = isOfInvocations ? nil : rule.then.answer?.serviceResponse
        gatewayReply = isOfInvocations ? rule.then.answer?.gatewayReply(ofRule: name) : nil
        delivery = rule.then.connection?.delivery ?? .whole
        asksService =
            rule.then.answer == nil && rule.then.delivery != .drop
            && rule.then.connection?.sendsAnswer ?? true
        isLast = rule.then != FaultAction(delay: rule.then.delay)
    }

    /// The same rule with new counts.
    func renewed() -> LoadedRule { LoadedRule(rule, named: name, state: state.renewed()) }

    /// The same rule with the same counts, on or off.
    func switched(_ isOn: Bool) -> LoadedRule {
        var rule = rule
        rule.isEnabled = isOn
        return LoadedRule(rule, named: name, state: state)
    }

    func report() -> FaultReport { state.report(on: rule) }
}

/// The decision of the rules on one request.
struct FaultDecision {
    /// The rule that ended the search; nil if all rules that fired only delay.
    var last: LoadedRule?
    /// The sum of all delays.
    var delay: Duration = .zero
    /// The name of the rule that ended the search, else of the last that delayed.
    var name = ""
}

/// The values to remember with a firing, besides the request.
struct FaultOccasion {
    let connection: ConnectionID
    /// The identifier in the answer. Its text is made only when it is needed.
    let id: Identifier
    /// The time since 1970.
    let time: Duration

    /// The identifier of a request of either plane.
    enum Identifier {
        case control(RequestID)
        case invocation(String)
    }

    fileprivate var requestID: String {
        switch id {
        case .control(let id): id.requestID
        case .invocation(let text): text
        }
    }
}

/// The rules in their order. A change makes a new plan.
final class FaultPlan: Sendable {
    /// A rule and its place in the order.
    private struct Entry: Sendable {
        let place: Int
        let rule: LoadedRule
    }

    /// The rules that can match a request to one operation, in their order.
    private struct Candidates: Sendable {
        private var general: [Entry] = []
        /// The rules that need one value of the request, by that value.
        private var keyed: [CompiledMatch.Key: [Entry]] = [:]
        /// The kinds of keys in `keyed`. Values of other kinds are not looked up.
        private var kinds: Kinds = []
        private var parameterNames: [String] = []

        func with(_ entry: Entry) -> Candidates {
            var candidates = self
            candidates.append(entry)
            return candidates
        }

        mutating func append(_ entry: Entry) {
            guard let key = entry.rule.match.key else { return general.append(entry) }
            keyed[key, default: []].append(entry)
            kinds.insert(Kinds(key))
            if case .parameter(let name, _) = key, !parameterNames.contains(name) {
                parameterNames.append(name)
            }
        }

        /// The rules that can match the request, in their order.
        func entries(for facts: inout RequestFacts) -> [Entry] {
            if kinds.isEmpty { return general }
            var found: [Entry] = []
            if kinds.contains(.apis), let api = facts.invoked?.api { found += keyed[.api(api)] ?? [] }
            if kinds.contains(.parameters), let parameters = facts.routed?.parameters {
                for name in parameterNames {
                    guard let value = parameters[name] else { continue }
                    found += keyed[.parameter(name: name, value: value)] ?? []
                }
            }
            if kinds.contains(.accessKeys), let key = facts.accessKeyID {
                found += keyed[.accessKey(key)] ?? []
            }
            if kinds.contains(.accounts) { found += keyed[.account(facts.scope.account)] ?? [] }
            if kinds.contains(.attempts) { found += keyed[.attempt(facts.attempt)] ?? [] }
            if kinds.contains(.regions) { found += keyed[.region(facts.scope.region)] ?? [] }
            if kinds.contains(.versions) { found += keyed[.httpVersion(facts.request.version)] ?? [] }
            if found.isEmpty { return general }
            return (general + found).sorted { $0.place < $1.place }
        }
    }

    private struct Kinds: OptionSet, Sendable {
        let rawValue: UInt8

        static let parameters = Kinds(rawValue: 1)
        static let accessKeys = Kinds(rawValue: 2)
        static let accounts = Kinds(rawValue: 4)
        static let attempts = Kinds(rawValue: 8)
        static let regions = Kinds(rawValue: 16)
        static let versions = Kinds(rawValue: 32)
        static let apis = Kinds(rawValue: 64)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ key: CompiledMatch.Key) {
            switch key {
            case .api: self = .apis
            case .parameter: self = .parameters
            case .accessKey: self = .accessKeys
            case .account: self = .accounts
            case .attempt: self = .attempts
            case .region: self = .regions
            case .httpVersion: self = .versions
            }
        }
    }

    let rules: [LoadedRule]
    /// The rules of the start or of the last reload, to which a reset returns.
    let started: [LoadedRule]
    private let candidates: [APIGatewayV2.Operation: Candidates]
    /// Whether a rule is about messages to clients of WebSocket APIs.
    let hasOutbound: Bool
    /// The rules for requests without an operation.
    private let outside: Candidates
    /// The rules for calls of deployed APIs; nil if there are none.
    private let invocations: Candidates?
    /// Whether a rule may have to give a token back, because a later rate refuses the request.
    private let hasSeveralRates: Bool

    init(_ rules: [LoadedRule], started: [LoadedRule]) {
        self.rules = rules
        self.started = started
        let entries = rules.enumerated().map { Entry(place: $0, rule: $1) }
        candidates = Self.candidates(entries)
        hasOutbound = rules.contains { $0.rule.match.direction == .outbound }
        var outside = Candidates()
        var invocations: Candidates?
        for entry in entries where entry.rule.rule.isEnabled {
            if entry.rule.rule.isOfInvocations {
                invocations = (invocations ?? Candidates()).with(entry)
            } else if entry.rule.match.canMatchNoOperation {
                outside.append(entry)
            }
        }
        (self.outside, self.invocations) = (outside, invocations)
        hasSeveralRates = rules.count { $0.isRate && $0.rule.isEnabled } > 1
    }

    /// The candidates of each operation that has any. Most operations share one value.
    private static func candidates(_ entries: [Entry]) -> [APIGatewayV2.Operation: Candidates] {
        var candidates: [APIGatewayV2.Operation: Candidates] = [:]
        var made: [[Int]: Candidates] = [:]
        for (index, operation) in Catalogue.service.operations.enumerated() {
            var places: [Int] = []
            for entry in entries where entry.rule.operations[index] { places.append(entry.place) }
            if places.isEmpty { continue }
            if made[places] == nil {
                var new = Candidates()
                for place in places { new.append(entries[place]) }
                made[places] = new
            }
            candidates[operation] = made[places]
        }
        return candidates
    }

    /// Tries the rules in their order, until one ends the search. Returns nil if none fires.
    func decision(
        on facts: inout RequestFacts, _ occasion: FaultOccasion, at clock: EmulatorClock
    ) -> FaultDecision? {
        let candidates = facts.routed.map { self.candidates[$0.operation] } ?? outside
        guard let candidates else { return nil }
        return decision(of: candidates, on: &facts, occasion, at: clock)
    }

    /// The same for a call of a deployed API. `facts` are made only if there is a rule for such calls.
    func decision(
        onInvocation facts: () -> RequestFacts, _ occasion: FaultOccasion, at clock: EmulatorClock
    ) -> FaultDecision? {
        guard let invocations else { return nil }
        var facts = facts()
        return decision(of: invocations, on: &facts, occasion, at: clock)
    }

    private func decision(
        of candidates: Candidates, on facts: inout RequestFacts, _ occasion: FaultOccasion,
        at clock: EmulatorClock
    ) -> FaultDecision? {
        var decision: FaultDecision?
        var admitted: [(rule: LoadedRule, bucket: BucketKey)] = []
        let entries = candidates.entries(for: &facts)
        // A span, because the array's iterator retains each rule: the atomic counts would slow down the loops
        // of all processors.
        let span = entries.span
        for index in span.indices {
            guard span[index].rule.match.matches(&facts) else { continue }
            let rule = span[index].rule
            switch rule.state.outcome(of: rule.rule.when, on: &facts, from: occasion.connection, at: clock) {
            case .passes: continue
            case .admits(let bucket): if hasSeveralRates { admitted.append((rule, bucket)) }
            case .fires:
                let delay = fire(rule, on: &facts, occasion)
                decision = FaultDecision(
                    last: rule.isLast ? rule : nil, delay: (decision?.delay ?? .zero) + delay, name: rule.name
                )
                guard rule.isLast else { continue }
                // A refused request takes no token of any rate.
                if rule.isRate { for (rule, bucket) in admitted { rule.state.giveBack(bucket) } }
                return decision
            }
        }
        return decision
    }

    /// Counts and remembers a firing. Returns its delay.
    private func fire(
        _ rule: LoadedRule, on facts: inout RequestFacts, _ occasion: FaultOccasion
    ) -> Duration {
        let number = rule.state.nextFiring()
        let delay = rule.rule.then.delay?.time(ofFiring: number) ?? .zero
        rule.state.remember(
            FaultFiring(
                time: occasion.time, requestID: occasion.requestID,
                method: facts.request.method.rawValue, target: redactedTarget(facts.request.target.text),
                operation: facts.routed?.operation.name, account: facts.scope.account,
                region: facts.scope.region, attempt: facts.attempt, delay: delay,
                invoked: facts.invoked))
        return delay
    }
}

extension LoadedRule {
    fileprivate var isRate: Bool {
        if case .rate = rule.when { true } else { false }
    }
}
