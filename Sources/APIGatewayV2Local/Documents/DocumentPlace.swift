/// Reads a JSON document value by value. A place is a value with its path. Each reading function notes a
/// value of the wrong form.

internal import APIGatewayV2
internal import JSON

/// A value in a document and the path to it.
struct DocumentPlace {
    let node: JSONNode
    let path: [PathStep]

    /// The member's value; nil if it is missing or the value is no object.
    subscript(name: String) -> DocumentPlace? {
        node[name].map { DocumentPlace(node: $0, path: path + [.member(name)]) }
    }

    /// The elements; none if the value is no array.
    var elements: [DocumentPlace] {
        node.elements.enumerated().map { DocumentPlace(node: $1, path: path + [.element($0)]) }
    }

    /// The members; none if the value is no object.
    var members: [(name: String, value: DocumentPlace)] {
        node.members.map { ($0.name, DocumentPlace(node: $0.value, path: path + [.member($0.name)])) }
    }
}

extension DocumentProblems {
    /// Notes a mistake in the value at `place`, or at another `offset`. Without `found` the message shows the
    /// value.
    mutating func note(
        _ place: DocumentPlace, offset: Int? = nil, found: String? = nil, expected: String,
        suggestion: String? = nil
    ) {
        note(
            place.path, offset: offset ?? place.node.offset, found: found ?? place.node.excerpt,
            expected: expected, suggestion: suggestion)
    }

    /// Whether the value is an object. Notes members that are repeated or not in `members`. `alternatives`
    /// names other allowed forms of the value. The function ignores members in `passingOver`.
    mutating func isObject(
        _ place: DocumentPlace, members: [String], or alternatives: [String] = [], passingOver: [String] = []
    ) -> Bool {
        guard place.node.kind == .object else {
            let object = "an object with \(members.joined(separator: ", "))"
            note(place, expected: (alternatives + [object]).joined(separator: ", "))
            return false
        }
        for member in place.node.members where !members.contains(member.name) {
            if passingOver.contains(member.name) { continue }
            note(
                DocumentPlace(node: member.value, path: place.path + [.member(member.name)]),
                offset: member.nameOffset, found: "an unknown member",
                expected: "one of \(members.joined(separator: ", "))",
                suggestion: nearestName(to: member.name, among: members))
        }
        noteDuplicate(in: place)
        return true
    }

    mutating func noteDuplicate(in place: DocumentPlace) {
        guard let member = place.node.duplicateMember else { return }
        note(
            DocumentPlace(node: member.value, path: place.path + [.member(member.name)]),
            offset: member.nameOffset,
            found: "this member a second time", expected: "it once")
    }

    mutating func string(_ place: DocumentPlace) -> String? {
        if place.node.string == nil { note(place, expected: "a string") }
        return place.node.string
    }

    mutating func bool(_ place: DocumentPlace) -> Bool? {
        if place.node.bool == nil { note(place, expected: "true or false") }
        return place.node.bool
    }

    mutating func integer(_ place: DocumentPlace, in range: ClosedRange<Int>) -> Int? {
        if place.node.integer == nil {
            note(place, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return place.node.integer
    }

    /// `"250ms"`, `"1.5s"`.
    mutating func duration(_ place: DocumentPlace) -> Duration? {
        let duration = place.node.string.flatMap(Duration.init(ruleText:))
        if duration == nil { note(place, expected: #"a time such as "1s" or "250ms""#) }
        return duration
    }

    /// The members of an object of strings by their names.
    mutating func strings(_ place: DocumentPlace, expected: String) -> [String: String] {
        if place.node.kind != .object { note(place, expected: "an object of \(expected)") }
        noteDuplicate(in: place)
        var strings: [String: String] = [:]
        for member in place.members { strings[member.name] = string(member.value) ?? "" }
        return strings
    }

    /// The case of an enumeration, by its name.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ place: DocumentPlace) -> Choice?
    where Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        if let text = place.node.string, let choice = Choice(rawValue: text) { return choice }
        note(
            place, expected: "one of \(names.joined(separator: ", "))",
            suggestion: place.node.string.flatMap { nearestName(to: $0, among: names) })
        return nil
    }

    /// The time in the member `name` of an object.
    mutating func duration(_ name: String, of place: DocumentPlace) -> Duration? {
        guard let value = place[name] else {
            note(place, found: "an object without \(name)", expected: "one with it")
            return nil
        }
        return duration(value)
    }

    /// `["2s", "5s"]`.
    mutating func durations(_ place: DocumentPlace) -> (Duration, Duration)? {
        let elements = place.elements
        guard elements.count == 2 else {
            note(place, expected: #"two times such as ["2s", "5s"]"#)
            return nil
        }
        guard let first = duration(elements[0]), let second = duration(elements[1]) else { return nil }
        return (first, second)
    }

    /// Notes a time outside `range`.
    mutating func check(_ time: Duration, in range: ClosedRange<Duration>, at path: [PathStep]) {
        guard !range.contains(time) else { return }
        note(
            path, found: time < .zero ? "\(time)" : time.ruleText,
            expected: "\(range.lowerBound.ruleText) to \(range.upperBound.ruleText)")
    }

    /// Notes an integer outside `range`.
    mutating func check(_ value: Int, in range: ClosedRange<Int>, at path: [PathStep]) {
        guard !range.contains(value) else { return }
        note(path, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
}

/// A string in quotation marks, for 'found'.
func quoted(_ text: String) -> String {
    "\"\(text.count > 40 ? text.prefix(40) + "…" : text)\""
}
