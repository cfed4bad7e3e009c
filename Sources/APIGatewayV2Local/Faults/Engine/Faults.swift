/// The rules of a running server. A request sees all of a change or nothing of it, and a refused change
/// changes nothing. The lock is held only to read or replace one reference.

internal import APIGatewayV2
internal import Synchronization

/// The fault rules of a `LocalServer`, in the order in which they are tried.
public final class Faults: Sendable {
    private let plan: Mutex<FaultPlan>
    private let limits: FaultLimits
    /// Whether a rule is about messages to clients. Without one, a message asks no lock.
    private let hasOutbound: Atomic<Bool>

    /// The rules of the start are `rules`, to which `reset` returns.
    package init(_ rules: [FaultRule] = [], limits: FaultLimits = FaultLimits()) throws(DocumentError) {
        self.limits = limits
        let started = try Self.loaded(rules, after: [], limits)
        let plan = FaultPlan(started, started: started)
        hasOutbound = Atomic(plan.hasOutbound)
        self.plan = Mutex(plan)
    }

    /// All rules, each with its name.
    public var all: [FaultRule] {
        current.rules.map(\.rule)
    }

    /// The rules that belong to `account`.
    public func all(of account: String) -> [FaultRule] {
        all.filter { $0.match.account == account }
    }

    /// The rule called `name` that belongs to `account`, or to no account if that is nil.
    public func rule(named name: String, account: String? = nil) -> FaultRule? {
        loaded(RuleKey(account: account, name: name))?.rule
    }

    /// The counts of a rule since it was loaded.
    public func report(on name: String, account: String? = nil) -> FaultReport? {
        loaded(RuleKey(account: account, name: name))?.report()
    }

    /// The counts of all rules, or of the rules of an account.
    public func reports(account: String? = nil) -> [FaultReport] {
        current.rules.filter { account == nil || $0.key.account == account }.map { $0.report() }
    }

    /// Adds a rule after the others. Returns it with its name.
    @discardableResult
    public func add(_ rule: FaultRule) throws(DocumentError) -> FaultRule {
        try edit { rules throws(DocumentError) in
            let added = try Self.loaded([rule], after: rules, limits)
            return (rules + added, added[0].rule)
        }
    }

    /// Adds rules after the others, all or none. Returns them with their names.
    @discardableResult
    public func add(_ rules: [FaultRule]) throws(DocumentError) -> [FaultRule] {
        try edit { loaded throws(DocumentError) in
            let added = try Self.loaded(rules, after: loaded, limits)
            return (loaded + added, added.map(\.rule))
        }
    }

    /// Replaces the rule of the same name and account, with new counts. Without such a rule, adds it after
    /// the others. Returns whether there was one.
    @discardableResult
    public func replace(_ rule: FaultRule) throws(DocumentError) -> Bool {
        try edit { rules throws(DocumentError) in
            guard let key = rule.key, let index = rules.firstIndex(where: { $0.key == key }) else {
                return (rules + (try Self.loaded([rule], after: rules, limits)), false)
            }
            var rules = rules
            rules.remove(at: index)
            rules.insert(contentsOf: try Self.loaded([rule], after: rules, limits), at: index)
            return (rules, true)
        }
    }

    /// Turns a rule on or off: the one called `name` that belongs to `account`, or to no account if that is
    /// nil. The rule keeps its place and its counts. Returns it; nil if there is none.
    @discardableResult
    public func setEnabled(_ isOn: Bool, named name: String, account: String? = nil) -> FaultRule? {
        edit { rules in
            let key = RuleKey(account: account, name: name)
            guard let index = rules.firstIndex(where: { $0.key == key }) else { return (rules, nil) }
            var rules = rules
            rules[index] = rules[index].switched(isOn)
            return (rules, rules[index].rule)
        }
    }

    /// Removes the rule called `name` that belongs to `account`, or to no account if that is nil. Returns
    /// whether there was one.
    @discardableResult
    public func remove(named name: String, account: String? = nil) -> Bool {
        let key = RuleKey(account: account, name: name)
        return edit { rules in
            let rest = rules.filter { $0.key != key }
            return (rest, rest.count < rules.count)
        }
    }

    /// Removes all rules.
    public func removeAll() {
        edit { _ in ([], ()) }
    }

    /// Removes the rules that belong to an account.
    public func removeAll(of account: String) {
        edit { rules in (rules.filter { $0.key.account != account }, ()) }
    }

    /// Returns to the rules of the start or of the last reload, with new counts.
    package func reset() {
        change { plan in (FaultPlan(plan.started.map { $0.renewed() }, started: plan.started), ()) }
    }

    /// Returns to the rules of the start that belong to an account, with new counts. The account gets all its
    /// tokens of shared rules back. Shared rules do not change otherwise, and other accounts keep theirs.
    package func reset(account: String) {
        change { plan in
            var rules = plan.rules.filter { $0.key.account != account }
            for rule in rules where rule.key.account == nil { rule.state.refill(account: account) }
            // Each rule goes after its former predecessor of the start, if that is still loaded.
            var place = 0
            for rule in plan.started {
                if rule.key.account == account {
                    rules.insert(rule.renewed(), at: place)
                    place += 1
                } else if let index = rules[place...].firstIndex(where: { $0.key == rule.key }) {
                    place = index + 1
                }
            }
            return (FaultPlan(rules, started: plan.started), ())
        }
    }

    /// Replaces the rules of the start by `rules`, to which `reset` returns from now on. With `keepingAdded`
    /// the added rules follow them, with their counts, unless a new rule has their name. Returns the numbers
    /// of added rules that stayed and that went.
    package func reload(
        _ rules: [FaultRule], keepingAdded: Bool
    ) throws(DocumentError) -> (kept: Int, dropped: Int) {
        try change { plan throws(DocumentError) in
            let former = Set(plan.started.map(\.key))
            let added = plan.rules.filter { !former.contains($0.key) }
            let names = Set(rules.compactMap(\.key))
            let kept = keepingAdded ? added.filter { !names.contains($0.key) } : []
            let started = try Self.loaded(rules, after: kept, limits)
            let dropped = keepingAdded ? added.count - kept.count : 0
            return (FaultPlan(started + kept, started: started), (kept.count, dropped))
        }
    }

    /// The decision of the rules on a request; nil if no rule fires.
    func decision(
        on facts: @autoclosure () -> RequestFacts, _ occasion: @autoclosure () -> FaultOccasion,
        at clock: EmulatorClock
    ) -> FaultDecision? {
        let plan = current
        if plan.rules.isEmpty { return nil }
        var facts = facts()
        return plan.decision(on: &facts, occasion(), at: clock)
    }

    /// The decision of the rules on a call of a deployed API; nil if no rule fires.
    func decision(
        onInvocation facts: () -> RequestFacts, _ occasion: @autoclosure () -> FaultOccasion,
        at clock: EmulatorClock
    ) -> FaultDecision? {
        let plan = current
        if plan.rules.isEmpty { return nil }
        return plan.decision(onInvocation: facts, occasion(), at: clock)
    }

    /// Whether a rule is about messages to clients of WebSocket APIs.
    var coversOutbound: Bool { hasOutbound.load(ordering: .acquiring) }

    private func loaded(_ key: RuleKey) -> LoadedRule? {
        current.rules.first { $0.key == key }
    }

    private var current: FaultPlan { plan.withLock { $0 } }

    /// Changes the loaded rules. The rules of the start stay.
    private func edit<Result, Failure: Error>(
        _ edit: ([LoadedRule]) throws(Failure) -> (rules: [LoadedRule], result: Result)
    ) throws(Failure) -> Result {
        try change { plan throws(Failure) in
            let (rules, result) = try edit(plan.rules)
            return (FaultPlan(rules, started: plan.started), result)
        }
    }

    /// Makes the next plan outside the lock. If another change came first, it repeats its own on top of that.
    /// The loop ends, because each repetition means that another change was made.
    private func change<Result, Failure: Error>(
        _ next: (FaultPlan) throws(Failure) -> (plan: FaultPlan, result: Result)
    ) throws(Failure) -> Result {
        while true {
            let before = current
            let (after, result) = try next(before)
            let isDone = plan.withLock { plan in
                guard plan === before else { return false }
                plan = after
                hasOutbound.store(after.hasOutbound, ordering: .releasing)
                return true
            }
            if isDone { return result }
        }
    }
}

extension Faults {
    /// Checks `rules`, and gives names to those without one. Their names differ from each other and from
    /// those in `loaded`.
    private static func loaded(
        _ rules: [FaultRule], after loaded: [LoadedRule], _ limits: FaultLimits
    ) throws(DocumentError) -> [LoadedRule] {
        var problems = DocumentProblems()
        let placed = rules.enumerated().map { index, rule in
            (rule: rule, path: rules.count == 1 ? [] : [PathStep.element(index)])
        }
        for (rule, path) in placed { rule.check(at: path, into: &problems) }
        var keys = Set(loaded.map(\.key))
        FaultRule.checkNames(of: placed, taken: keys, into: &problems)
        if loaded.count + rules.count > limits.rulesMax {
            problems.note(
                [], found: "\(loaded.count + rules.count) rules in all",
                expected: "at most \(limits.rulesMax)")
        }
        try problems.check()
        keys.formUnion(rules.compactMap(\.key))
        var numbers: [String?: Int] = [:]
        return rules.map { rule in
            if let name = rule.name { return LoadedRule(rule, named: name, state: RuleState(limits)) }
            let account = rule.match.account
            var name = ""
            repeat {
                numbers[account, default: 0] += 1
                name = "rule-\(numbers[account, default: 0])"
            } while !keys.insert(RuleKey(account: account, name: name)).inserted
            return LoadedRule(rule, named: name, state: RuleState(limits))
        }
    }
}
