/// A fault rule: which requests it is about, when it fires on them, and what they are answered then. The same
/// rule is a Swift value, JSON in a file and JSON over the admin API. A rule that makes no sense is refused
/// with `DocumentError`, which has all mistakes at once. All forms pass the same checks.

internal import APIGatewayV2
package import JSON

/// A fault: the requests that it is about, when it fires on them, and its action.
public struct FaultRule: Sendable, Hashable {
    /// How the rule is called in logs and in the admin API. Without one it gets `rule-1`, `rule-2`… when it
    /// is added.
    public var name: String?
    /// Which requests the rule is about.
    public var match: FaultMatch
    /// On which of them it fires.
    public var when: FaultTrigger
    /// The action when it fires.
    public var then: FaultAction

    /// A rule for every request that `match` covers; without it, for every request.
    public init(
        name: String? = nil, match: FaultMatch = FaultMatch(), when: FaultTrigger = .always, then: FaultAction
    ) {
        self.name = name
        self.match = match
        self.when = when
        self.then = then
    }
}

extension FaultRule {
    static let members = ["name", "match", "when", "then"]
    /// The members that a report adds to its rule. They are passed over, so that a rule which was read from
    /// the admin API can be sent back.
    static let reportMembers = ["matched", "fired", "lastFirings"]

    /// Reads one rule. A missing or wrong member is noted, and a harmless value stands in for it.
    init(reading place: DocumentPlace, into problems: inout DocumentProblems) {
        self.init(then: .status(500))
        guard problems.isObject(place, members: Self.members, passingOver: Self.reportMembers) else {
            return
        }
        if let value = place["name"] { name = problems.string(value) }
        if let value = place["match"] { match = FaultMatch(reading: value, into: &problems) }
        if let value = place["when"] { when = FaultTrigger(reading: value, into: &problems) }
        if let value = place["then"] {
            then = FaultAction(reading: value, into: &problems)
        } else {
            problems.note(
                place, found: "an object without then", expected: "one with it, which says what the rule does"
            )
        }
    }

    /// The form that is read again as the same rule.
    package var json: JSON { .object(jsonObject) }

    var jsonObject: JSONObject {
        var object = JSONObject()
        object["name"] = name.map(JSON.string)
        object["match"] = match.json
        object["when"] = when.json
        object["then"] = then.json
        return object
    }
}

extension FaultRule {
    /// Notes what is wrong with the rule, which stands at `path`.
    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        if let name, !(1...FaultLimits.nameLengthMax).contains(name.count) || name.contains("/") {
            problems.note(
                path + [.member("name")], found: quoted(name),
                expected: "1 to \(FaultLimits.nameLengthMax) characters without a slash")
        }
        match.check(at: path + [.member("match")], into: &problems)
        when.check(at: path + [.member("when")], into: &problems)
        then.check(at: path + [.member("then")], into: &problems)
    }

    /// Notes names that are `taken` or that two of `rules` have. A name belongs to the account of the rule.
    static func checkNames(
        of rules: [(rule: FaultRule, path: [PathStep])], taken: Set<RuleKey>,
        into problems: inout DocumentProblems
    ) {
        var seen: [RuleKey: [PathStep]] = [:]
        for (rule, path) in rules {
            guard let key = rule.key else { continue }
            let path = path + [.member("name")]
            if let first = seen[key] {
                problems.note(
                    path, found: "the name \(quoted(key.name)) a second time",
                    expected: "it once (first at \(pointer(to: first)))")
            } else if taken.contains(key) {
                problems.note(
                    path, found: "the name \(quoted(key.name)) of a rule that is loaded",
                    expected: "another, or a PUT that replaces the rule")
            }
            seen[key] = seen[key] ?? path
        }
    }
}

/// How a rule is addressed: by its name, which it shares at most with rules of other accounts.
package struct RuleKey: Hashable, Sendable {
    /// Nil for a rule that belongs to no account.
    package let account: String?
    package let name: String

    package init(account: String?, name: String) {
        self.account = account
        self.name = name
    }
}

extension FaultRule {
    /// Nil without a name.
    var key: RuleKey? { name.map { RuleKey(account: match.account, name: $0) } }
}
