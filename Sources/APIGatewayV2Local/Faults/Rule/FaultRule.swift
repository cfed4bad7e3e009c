/// A fault rule: the requests that it matches, the time to fire, and the action. The same rule is a Swift
/// value, JSON in a file and JSON in the admin API. All forms pass the same checks. A rule with mistakes is
/// refused with a `DocumentError`, which has all of them.

internal import APIGatewayV2
package import JSON

/// A fault: the requests that it matches, the trigger, and the action.
public struct FaultRule: Sendable, Hashable {
    /// The name of the rule in logs and in the admin API. Without one it gets `rule-1`, `rule-2`… when it is
    /// added.
    public var name: String?
    /// The conditions on requests.
    public var match: FaultMatch
    /// The choice of matching requests on which the rule fires.
    public var when: FaultTrigger
    /// The action when it fires.
    public var then: FaultAction
    /// Whether the rule is on. A rule that is off matches no request, and keeps its place and its counts.
    public var isEnabled: Bool

    /// A rule for every request that `match` covers; without it, for every request.
    public init(
        name: String? = nil, match: FaultMatch = FaultMatch(), when: FaultTrigger = .always,
        then: FaultAction,
        isEnabled: Bool = true
    ) {
        self.name = name
        self.match = match
        self.when = when
        self.then = then
        self.isEnabled = isEnabled
    }
}

extension FaultRule {
    static let members = ["name", "enabled", "match", "when", "then"]
    /// The members that a report adds to its rule. Reading ignores them, so that a rule from the admin API
    /// can be sent back.
    static let reportMembers = ["matched", "fired", "lastFirings"]

    /// Reads one rule. Notes a missing or wrong member, and puts a harmless value in its place.
    init(reading place: DocumentPlace, into problems: inout DocumentProblems) {
        self.init(then: .status(500))
        guard problems.isObject(place, members: Self.members, passingOver: Self.reportMembers) else {
            return
        }
        if let value = place["name"] { name = problems.string(value) }
        if let value = place["enabled"], let isOn = problems.bool(value) { isEnabled = isOn }
        if let value = place["match"] { match = FaultMatch(reading: value, into: &problems) }
        let plane = match.plane ?? .control
        if let value = place["when"] { when = FaultTrigger(reading: value, of: plane, into: &problems) }
        if let value = place["then"] {
            then = FaultAction(reading: value, of: plane, into: &problems)
        } else {
            problems.note(
                place, found: "an object without then", expected: "one with it, which says what the rule does"
            )
        }
    }

    /// The JSON that is read again as the same rule.
    package var json: JSON { .object(jsonObject) }

    var jsonObject: JSONObject {
        var object = JSONObject()
        object["name"] = name.map(JSON.string)
        if !isEnabled { object["enabled"] = .bool(false) }
        object["match"] = match.json
        object["when"] = when.json
        object["then"] = then.json
        return object
    }
}

extension FaultRule {
    /// Notes the mistakes of the rule, which is at `path`.
    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        if let name, !(1...FaultLimits.nameLengthMax).contains(name.count) || name.contains("/") {
            problems.note(
                path + [.member("name")], found: quoted(name),
                expected: "1 to \(FaultLimits.nameLengthMax) characters without a slash")
        }
        match.check(for: .rule, at: path + [.member("match")], into: &problems)
        when.check(at: path + [.member("when")], into: &problems)
        then.check(at: path + [.member("then")], into: &problems)
        checkPlane(at: path, into: &problems)
        checkEvents(at: path, into: &problems)
    }

    /// Notes names that are in `taken` or that two of `rules` have. Rules of different accounts may share a
    /// name.
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

/// The address of a rule: its name and account.
package struct RuleKey: Hashable, Sendable {
    /// The account of the rule; nil for a rule without one.
    package let account: String?
    package let name: String

    package init(account: String?, name: String) {
        self.account = account
        self.name = name
    }
}

extension FaultRule {
    /// The key of the rule; nil without a name.
    var key: RuleKey? { name.map { RuleKey(account: match.account, name: $0) } }
}
