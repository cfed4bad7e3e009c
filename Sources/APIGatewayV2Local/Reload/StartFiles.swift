/// The fixtures and rules that a server is started with: read at the start, and again by each reload. All
/// mistakes of all files are told at once.

package import APIGatewayV2

/// Paths of fixtures, and sources of rules in the order in which the rules are tried.
package struct StartFiles: Sendable {
    private let fixtures: [String]
    private let faults: [FaultSource]
    /// The account and region of fixtures that name none.
    private let scope: Scope

    package init(fixtures: [String] = [], faults: [FaultSource] = [], scope: Scope) {
        self.fixtures = fixtures
        self.faults = faults
        self.scope = scope
    }

    /// The paths of the files of rules.
    private var ruleFiles: [String] {
        faults.compactMap { source in
            if case .file(let path) = source { path } else { nil }
        }
    }

    /// The paths that the user has named.
    var paths: [String] { fixtures + ruleFiles }

    /// Reads all files. Waits for the disk.
    package func read() throws(DocumentError) -> EmulatorStart {
        var loader = FixtureLoader(defaultScope: scope)
        loader.load(paths: fixtures)
        let loaded = loader.finish()
        var problems = loaded.problems
        var rules: [FaultRule] = []
        for source in faults {
            switch source {
            case .rule(let rule): rules.append(rule)
            case .file(let path):
                do throws(DocumentError) {
                    rules += try FaultRule.rules(file: path)
                } catch {
                    problems += error.problems
                }
            }
        }
        guard problems.isEmpty else { throw DocumentError(problems) }
        return EmulatorStart(
            resources: loaded.state, accessKeyAccounts: loaded.accessKeyAccounts, rules: rules)
    }

    /// The files as they are now, without their contents.
    func stamps() -> FileStamps {
        let found = FixtureFiles(paths: fixtures)
        return FileStamps(of: found.files.map(\.path) + ruleFiles, problems: found.problems.map(\.line))
    }

    /// The folders below the paths of fixtures, these themselves included.
    func folders() -> [String] {
        FixtureFiles(paths: fixtures).folders
    }
}
