/// The rules of a server, changed while it runs. All changes are whole: a request sees the rules before or
/// after, and what is refused changes nothing. The lock is held to read or replace one reference.

internal import APIGatewayV2
internal import HTTPWire
internal import Synchronization

/// The fault rules of a `LocalServer`, in the order in which they are tried.
public final class Faults: Sendable {
    private let started: [LoadedRule]
    private let plan: Mutex<FaultPlan>

    /// Begins with `rules`, to which `reset` returns.
    package init(_ rules: [FaultRule] = []) throws(FaultRuleError) {
        started = try Self.loaded(rules, after: [])
        plan = Mutex(FaultPlan(started))
    }

    /// The rules, all with their names.
    public var all: [FaultRule] {
        current.rules.map(\.rule)
    }

    /// The rule called `name`.
    public func rule(named name: String) -> FaultRule? {
        current.rules.first { $0.name == name }?.rule
    }

    /// Adds a rule after the others. Gives it back with its name.
    @discardableResult
    public func add(_ rule: FaultRule) throws(FaultRuleError) -> FaultRule {
        try change { rules throws(FaultRuleError) in
            let added = try Self.loaded([rule], after: rules)
            return (rules + added, added[0].rule)
        }
    }

    /// Adds rules after the others, all or none. Gives them back with their names.
    @discardableResult
    public func add(_ rules: [FaultRule]) throws(FaultRuleError) -> [FaultRule] {
        try change { loaded throws(FaultRuleError) in
            let added = try Self.loaded(rules, after: loaded)
            return (loaded + added, added.map(\.rule))
        }
    }

    /// Puts a rule in the place of the one with its name, counting anew; after the others if there is none.
    /// Says whether there was one.
    @discardableResult
    public func replace(_ rule: FaultRule) throws(FaultRuleError) -> Bool {
        try change { rules throws(FaultRuleError) in
            guard let name = rule.name, let index = rules.firstIndex(where: { $0.name == name }) else {
                return (rules + (try Self.loaded([rule], after: rules)), false)
            }
            var rules = rules
            rules.remove(at: index)
            rules.insert(contentsOf: try Self.loaded([rule], after: rules), at: index)
            return (rules, true)
        }
    }

    /// Removes the rule called `name`. Says whether there was one.
    @discardableResult
    public func remove(named name: String) -> Bool {
        change { rules in
            let rest = rules.filter { $0.name != name }
            return (rest, rest.count < rules.count)
        }
    }

    /// Removes all rules.
    public func removeAll() {
        change { _ in ([], ()) }
    }

    /// Back to the rules of the start, counting anew.
    package func reset() {
        change { _ in (started.map { LoadedRule($0.rule, named: $0.name) }, ()) }
    }

    /// The first rule that fires on the request; `now` is asked for only by rules that go by time.
    func firing(
        on request: HTTPRequest, _ routed: RoutedOperation?, in scope: Scope, now: () -> Duration
    ) -> LoadedRule? {
        current.firing(on: request, routed, in: scope, now: now)
    }

    private var current: FaultPlan { plan.withLock { $0 } }

    /// Makes the next plan outside the lock. If another change came in between, this one is made again on top
    /// of it; each round means that another change was done, so it ends.
    private func change<Result, Failure: Error>(
        _ edit: ([LoadedRule]) throws(Failure) -> (rules: [LoadedRule], result: Result)
    ) throws(Failure) -> Result {
        while true {
            let before = current
            let (rules, result) = try edit(before.rules)
            let after = FaultPlan(rules)
            let isDone = plan.withLock { plan in
                guard plan === before else { return false }
                plan = after
                return true
            }
            if isDone { return result }
        }
    }
}

extension Faults {
    /// Checks `rules` and gives them names that neither they nor those in `loaded` have.
    private static func loaded(
        _ rules: [FaultRule], after loaded: [LoadedRule]
    ) throws(FaultRuleError) -> [LoadedRule] {
        var problems = RuleProblems()
        let placed = rules.enumerated().map { index, rule in
            (rule: rule, path: rules.count == 1 ? [] : [PathStep.element(index)])
        }
        for (rule, path) in placed { rule.check(at: path, into: &problems) }
        var names = Set(loaded.map(\.name))
        FaultRule.checkNames(of: placed, taken: names, into: &problems)
        if loaded.count + rules.count > FaultLimits.rulesMax {
            problems.note(
                [], found: "\(loaded.count + rules.count) rules in all",
                expected: "at most \(FaultLimits.rulesMax)")
        }
        guard problems.isEmpty else { throw FaultRuleError(problems.withoutPositions) }
        names.formUnion(rules.compactMap(\.name))
        var number = 0
        return rules.map { rule in
            if let name = rule.name { return LoadedRule(rule, named: name) }
            repeat { number += 1 } while names.contains("rule-\(number)")
            return LoadedRule(rule, named: "rule-\(number)")
        }
    }
}
