/// The loaded rules, sorted out for the hot path: for each operation those that can match a request to it,
/// and among them by the API they name. A request that no rule can be about costs two look-ups, however many
/// rules there are.

internal import APIGatewayV2
internal import HTTPWire

/// A rule in use: its compiled forms, and what it has counted. Lives as long as the rule is loaded, through
/// changes of other rules.
final class LoadedRule: Sendable {
    let rule: FaultRule
    let name: String
    let match: CompiledMatch
    let answer: FaultAnswer
    private let state = TriggerState()

    /// `rule` has been checked and is called `name`.
    init(_ rule: FaultRule, named name: String) {
        var rule = rule
        rule.name = name
        self.rule = rule
        self.name = name
        match = CompiledMatch(rule.match)
        answer = FaultAnswer(rule.then)
    }

    /// Whether the rule is about the request and fires on it. Counts the request if it is about it.
    func fires(on facts: inout RequestFacts, now: () -> Duration) -> Bool {
        match.matches(&facts) && state.fires(rule.when, on: facts, now: now)
    }
}

/// An unchanging order of rules. Changes make another plan.
final class FaultPlan: Sendable {
    /// The rules that can match a request to one operation, in their order.
    private struct Candidates: Sendable {
        /// Those that are about any API.
        var general: [LoadedRule] = []
        /// For each API that a rule names, those about it and the general ones.
        var byApi: [String: [LoadedRule]] = [:]

        mutating func append(_ rule: LoadedRule) {
            if let api = rule.match.apiId {
                byApi[api, default: general].append(rule)
            } else {
                general.append(rule)
                for api in byApi.keys { byApi[api]?.append(rule) }
            }
        }

        func rules(for routed: RoutedOperation) -> [LoadedRule] {
            guard !byApi.isEmpty, let api = routed.parameters["apiId"] else { return general }
            return byApi[api] ?? general
        }
    }

    let rules: [LoadedRule]
    private let candidates: [String: Candidates]
    /// Those for requests that are no operation.
    private let outside: [LoadedRule]

    init(_ rules: [LoadedRule]) {
        self.rules = rules
        var candidates: [String: Candidates] = [:]
        for operation in Catalogue.service.operations {
            for rule in rules where rule.match.canMatch(operation) {
                candidates[operation.name, default: Candidates()].append(rule)
            }
        }
        self.candidates = candidates
        outside = rules.filter(\.match.canMatchNoOperation)
    }

    /// The first rule that fires on the request.
    func firing(
        on request: HTTPRequest, _ routed: RoutedOperation?, in scope: Scope, now: () -> Duration
    ) -> LoadedRule? {
        if rules.isEmpty { return nil }
        let candidates = routed.map { self.candidates[$0.operation.name]?.rules(for: $0) ?? [] } ?? outside
        if candidates.isEmpty { return nil }
        var facts = RequestFacts(request, routed, in: scope)
        return candidates.first { $0.fires(on: &facts, now: now) }
    }
}
