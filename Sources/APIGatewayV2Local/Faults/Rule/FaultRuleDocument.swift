/// JSON text to rules: an array of them, `{"rules": […]}`, or one rule. A document with mistakes gives no
/// rules, but all mistakes, each with its place.

internal import APIGatewayV2
package import JSON
internal import SocketServer

extension FaultRule {
    /// The rules in a JSON text of the form of `--faults` files.
    public static func rules(json text: String) throws(DocumentError) -> [FaultRule] {
        try rules(reading: Array(text.utf8))
    }

    /// The rules in a file. An unreadable file is an error of the same form.
    public static func rules(file path: String) throws(DocumentError) -> [FaultRule] {
        try rules(reading: FileSystem.document(path, expected: "a file of fault rules"), file: path)
    }

    /// `taken` are the keys of loaded rules, and `file` is the name in messages. If there is an `account`,
    /// all rules belong to it.
    package static func rules(
        reading bytes: [UInt8], taken: Set<RuleKey> = [], account: String? = nil, file: String? = nil
    ) throws(DocumentError) -> [FaultRule] {
        let document = try JSONDocument(reading: bytes, file: file)
        var problems = DocumentProblems()
        let places = Self.places(in: DocumentPlace(node: document.root, path: []), problems: &problems)
        let rules = places.map { place in
            (rule: FaultRule(reading: place, account: account, into: &problems), path: place.path)
        }
        for (rule, path) in rules { rule.check(at: path, into: &problems) }
        checkNames(of: rules, taken: taken, into: &problems)
        try problems.check(in: document, file: file)
        return rules.map(\.rule)
    }

    /// Reads one rule, which belongs to `account` even without saying so.
    private init(reading place: DocumentPlace, account: String?, into problems: inout DocumentProblems) {
        self.init(reading: place, into: &problems)
        guard let account else { return }
        if let given = match.account, given != account, let place = place["match"]?["account"] {
            problems.note(place, expected: "\(quoted(account)), as the query says")
        }
        match.account = account
    }

    /// The one rule in a JSON text. Its name is `name`, even if the text has none.
    package static func rule(
        reading bytes: [UInt8], named name: String, account: String? = nil
    ) throws(DocumentError) -> FaultRule {
        let document = try JSONDocument(reading: bytes)
        var problems = DocumentProblems()
        let place = DocumentPlace(node: document.root, path: [])
        var rule = FaultRule(reading: place, account: account, into: &problems)
        if let given = rule.name, given != name, let place = place["name"] {
            problems.note(place, expected: "\(quoted(name)), as the path says")
        }
        rule.name = name
        rule.check(at: [], into: &problems)
        try problems.check(in: document)
        return rule
    }

    /// The value in a document that turns a rule on or off: `{"enabled": false}`.
    static func isEnabled(reading bytes: [UInt8]) throws(DocumentError) -> Bool {
        let document = try JSONDocument(reading: bytes)
        var problems = DocumentProblems()
        let place = DocumentPlace(node: document.root, path: [])
        var isOn: Bool?
        if problems.isObject(place, members: ["enabled"]) {
            if let value = place["enabled"] {
                isOn = problems.bool(value)
            } else {
                problems.note(place, found: "an object without enabled", expected: "true or false in it")
            }
        }
        try problems.check(in: document)
        return isOn ?? true
    }

    private static func places(in root: DocumentPlace, problems: inout DocumentProblems) -> [DocumentPlace] {
        if root.node.kind == .array { return root.elements }
        guard let rules = root["rules"] else {
            // An object without a member of a rule most likely has a misspelt `rules`.
            if root.node.kind == .object, !root.members.contains(where: { members.contains($0.name) }) {
                _ = problems.isObject(root, members: ["rules"] + members)
                if root.node.count == 0 {
                    problems.note(root, found: "an empty object", expected: "a rule or rules")
                }
                return []
            }
            return [root]
        }
        _ = problems.isObject(root, members: ["rules"])
        guard rules.node.kind == .array else {
            problems.note(rules, expected: "an array of rules")
            return []
        }
        return rules.elements
    }

    /// The document `{"rules": […]}`, which can be read again.
    package static func json(_ rules: [FaultRule]) -> JSON {
        .object(["rules": .array(rules.map(\.json))])
    }
}

extension FaultMatch {
    /// The match in a JSON text, in the form of a rule's `match`.
    init(reading bytes: [UInt8]) throws(DocumentError) {
        let document = try JSONDocument(reading: bytes)
        var problems = DocumentProblems()
        self.init(reading: DocumentPlace(node: document.root, path: []), into: &problems)
        check(for: .rule, at: [], into: &problems)
        try problems.check(in: document)
    }
}
