/// The query of an admin request, checked as strictly as a document. An unknown, repeated or senseless
/// parameter is refused, because a test could pass by mistake if its filter were ignored.

internal import APIGatewayV2
internal import HTTPWire

/// The parameters of one request, and their mistakes.
struct AdminQuery {
    private let items: [RequestTarget.QueryItem]
    var problems = DocumentProblems()

    /// Reads the query of `target`. Notes a mistake for each parameter that is not in `names`.
    init(_ target: RequestTarget, names: [String]) {
        items = target.queryItems
        var seen: Set<String> = []
        for item in items {
            let path = [PathStep.member(item.name)]
            if !names.contains(item.name) {
                problems.note(
                    path, found: "an unknown parameter",
                    expected: names.isEmpty ? "none" : "one of \(names.joined(separator: ", "))",
                    suggestion: nearestName(to: item.name, among: names))
            } else if !seen.insert(item.name).inserted {
                problems.note(path, found: "this parameter a second time", expected: "it once")
            }
        }
    }

    func text(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// One of the words of an enumeration.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) -> Choice?
    where Choice.RawValue == String {
        guard let text = text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        problems.note(
            [.member(name)], found: quoted(text), expected: "one of \(words.joined(separator: ", "))",
            suggestion: nearestName(to: text, among: words))
        return nil
    }

    mutating func integer(_ name: String, expected: String) -> Int? {
        guard let text = text(name) else { return nil }
        let value = text.first == "+" ? nil : Int(text)
        if value == nil { problems.note([.member(name)], found: quoted(text), expected: expected) }
        return value
    }

    /// A time such as `20s`, at most `max`; nil if it is missing or wrong.
    mutating func duration(_ name: String, atMost max: Duration) -> Duration? {
        guard let text = text(name) else { return nil }
        let value = Duration(ruleText: text)
        if let value, (.zero...max).contains(value) { return value }
        problems.note(
            [.member(name)], found: quoted(text),
            expected: "a time such as 500ms, at most \(max.ruleText)")
        return nil
    }

    /// The account that limits the request; nil for all accounts.
    mutating func account() -> String? {
        guard let text = text("account") else { return nil }
        guard isAccount(text) else {
            problems.note([.member("account")], found: quoted(text), expected: "an account of 12 digits")
            return nil
        }
        return text
    }

    /// Throws the noted mistakes, if there are any.
    func check() throws(DocumentError) {
        try problems.check()
    }
}

extension AdminQuery {
    /// The account of a request with no other parameter.
    static func account(of target: RequestTarget) throws(DocumentError) -> String? {
        var query = AdminQuery(target, names: ["account"])
        let account = query.account()
        try query.check()
        return account
    }
}
