/// `operations`: prints the operations of the service.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Values of `--format`.
enum ListFormat: String, CaseIterable, Sendable {
    case text, json, markdown
}

/// Prints the server's own tables.
struct ListOperations: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operations",
        abstract: "List the service's operations.",
        discussion: """
            The json and markdown formats have the members of each resource too: kinds, enumerations, \
            bounds, and which of them are required or read-only. docs/operations.md is what markdown prints.
            """)

    @Option(
        help: ArgumentHelp("How to print. (default: text)", valueName: "text|json|markdown"),
        transform: Setting.choice())
    var format: ListFormat?

    func run() {
        switch format ?? .text {
        case .text: Output.line(OperationList.text)
        case .json: Output.line(OperationList.json)
        case .markdown: Output.line(OperationList.markdown)
        }
    }
}
