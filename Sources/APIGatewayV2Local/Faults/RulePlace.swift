/// Walking over a rule's JSON: each value knows its path, and a value of the wrong form is noted where it
/// stands.

internal import APIGatewayV2
internal import JSON

/// A value in a document of rules and the path to it.
struct RulePlace {
    let node: JSONNode
    let path: [PathStep]

    /// The member's value, if this is an object that has it.
    subscript(name: String) -> RulePlace? {
        node[name].map { RulePlace(node: $0, path: path + [.member(name)]) }
    }

    /// The elements, if this is an array.
    var elements: [RulePlace] {
        node.elements.enumerated().map { RulePlace(node: $1, path: path + [.element($0)]) }
    }

    /// The members, if this is an object.
    var members: [(name: String, value: RulePlace)] {
        node.members.map { ($0.name, RulePlace(node: $0.value, path: path + [.member($0.name)])) }
    }
}

extension RuleProblems {
    /// Whether the value is an object. Members that are repeated, or that are none of `members`, are noted.
    mutating func isObject(_ place: RulePlace, members: [String]) -> Bool {
        guard place.node.kind == .object else {
            note(place, expected: "an object with \(members.joined(separator: ", "))")
            return false
        }
        for member in place.node.members where !members.contains(member.name) {
            note(
                RulePlace(node: member.value, path: place.path + [.member(member.name)]),
                offset: member.nameOffset, found: "an unknown member",
                expected: "one of \(members.joined(separator: ", "))",
                suggestion: nearestName(to: member.name, among: members))
        }
        noteDuplicate(in: place)
        return true
    }

    mutating func noteDuplicate(in place: RulePlace) {
        guard let member = place.node.duplicateMember else { return }
        note(
            RulePlace(node: member.value, path: place.path + [.member(member.name)]),
            offset: member.nameOffset,
            found: "this member a second time", expected: "it once")
    }

    mutating func string(_ place: RulePlace) -> String? {
        if place.node.string == nil { note(place, expected: "a string") }
        return place.node.string
    }

    mutating func integer(_ place: RulePlace, in range: ClosedRange<Int>) -> Int? {
        if place.node.integer == nil {
            note(place, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return place.node.integer
    }

    /// `"250ms"`, `"1.5s"`.
    mutating func duration(_ place: RulePlace) -> Duration? {
        let duration = place.node.string.flatMap(Duration.init(ruleText:))
        if duration == nil { note(place, expected: #"a time such as "1s" or "250ms""#) }
        return duration
    }

    /// Notes an integer that is out of bounds.
    mutating func check(_ value: Int, in range: ClosedRange<Int>, at path: [PathStep]) {
        guard !range.contains(value) else { return }
        note(path, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
}

/// A string in quotation marks, for 'found'.
func quoted(_ text: String) -> String {
    "\"\(text.count > 40 ? text.prefix(40) + "…" : text)\""
}
