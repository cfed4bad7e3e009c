/// `validate`: checks fixtures, rules and targets as `serve` does before it listens, and serves nothing.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Exit status 0, a count on stdout and warnings on stderr, or 2 and every mistake on stderr.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check fixtures, fault rules and targets, and serve nothing.", discussion: HelpText.validate
    )

    @Argument(help: ArgumentHelp("Folders and files of fixtures.", valueName: "path"))
    var paths: [String] = []

    @Option(
        help: ArgumentHelp("A file of fault rules; may be repeated.", valueName: "file"),
        transform: Setting.text)
    var faults: [String] = []

    @Option(
        help: ArgumentHelp("A file of functions and backends.", valueName: "file"), transform: Setting.text)
    var targets: String?

    func validate() throws {
        guard !paths.isEmpty || !faults.isEmpty || targets != nil else {
            throw ValidationError("Missing expected argument '<path> ...'")
        }
    }

    func run() throws {
        var mistakes: [String] = []
        var warnings: [String] = []
        var found: [String] = []
        if !paths.isEmpty {
            let check = LocalServer.checkFixtures(paths)
            mistakes += check.problems
            warnings = check.warnings
            found += check.counts.filter { $0.count > 0 }.map { counted($0.count, $0.noun) }
        }
        var ruleCount = 0
        for file in faults {
            do throws(DocumentError) {
                ruleCount += try FaultRule.rules(file: file).count
            } catch {
                mistakes += error.lines
            }
        }
        var functionCount = 0
        if let targets {
            do throws(DocumentError) {
                functionCount = try TargetSettings(file: targets).functions.count
            } catch {
                mistakes += error.lines
            }
        }
        guard mistakes.isEmpty else { throw MistakesFound(lines: mistakes) }
        if !faults.isEmpty { found.append(counted(ruleCount, "fault rule")) }
        if targets != nil { found.append(counted(functionCount, "function")) }
        for warning in warnings { Output.error("warning: \(warning)") }
        let noted = warnings.isEmpty ? "" : " and \(counted(warnings.count, "warning"))"
        Output.line(
            "no mistakes\(noted) in " + (found.isEmpty ? "nothing" : found.joined(separator: ", ")))
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
