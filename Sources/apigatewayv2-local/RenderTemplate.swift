/// `template`: renders a mapping template of a file, and serves nothing.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Exit status 0 and the output on stdout, without a line feed of its own, or 2 and the mistake on stderr.
struct RenderTemplate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Render a mapping template, and serve nothing.", discussion: HelpText.template)

    @Argument(help: ArgumentHelp("The file of the template.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "The payload: $input.body, $input.json(…), $input.path(…).", valueName: "file|JSON"))
    var input: String?

    @Option(help: ArgumentHelp("The members of $context.", valueName: "file|JSON"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "Objects path, querystring and header for $input.params(…).", valueName: "file|JSON"))
    var parameters: String?

    @Option(help: ArgumentHelp("The members of $stageVariables.", valueName: "file|JSON"))
    var stageVariables: String?

    func run() throws {
        do throws(DocumentError) {
            let template = try MappingTemplateFile(path: file)
            let output = try template.render(
                input: input, context: context, parameters: parameters, stageVariables: stageVariables)
            SystemCalls.write(Array(output.utf8), to: 1)
        } catch {
            throw MistakesFound(lines: error.lines)
        }
    }
}
