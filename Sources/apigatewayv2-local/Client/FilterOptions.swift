/// The filters of the journal as options. The server checks them, so that the words of a refusal are the same
/// everywhere.

internal import ArgumentParser

/// Conditions on requests. All that are given must hold.
struct FilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A pattern for the operation, such as 'Get*'.", valueName: "pattern"))
    var operation: String?

    @Option(help: ArgumentHelp("The answer's status.", valueName: "number"))
    var status: String?

    @Option(help: ArgumentHelp("Only this account.", valueName: "12 digits"))
    var account: String?

    @Option(help: ArgumentHelp("control or invoke. (default: both)", valueName: "plane"))
    var plane: String?

    @Option(help: ArgumentHelp("A pattern for the rule that fired; '*' is any rule.", valueName: "pattern"))
    var fault: String?

    @Option(
        help: ArgumentHelp("A further filter of docs/journal.md; may be repeated.", valueName: "name=value"),
        transform: Self.condition)
    var `where`: [Condition] = []

    /// A parameter of the query.
    struct Condition {
        let name: String
        let value: String
    }

    @Sendable private static func condition(_ text: String) throws -> Condition {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw SettingError(expected: "NAME=VALUE, such as apiId=a1b2c3d4e5")
        }
        return Condition(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }

    var query: [(name: String, value: String)] {
        let named = [
            ("operation", operation), ("status", status), ("account", account), ("plane", plane),
            ("fault", fault),
        ]
        return named.compactMap { name, value in value.map { (name, $0) } }
            + self.where.map { ($0.name, $0.value) }
    }
}
