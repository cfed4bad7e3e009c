/// The fixtures, rules and key sets of a server's start, read again by each reload. All mistakes of all files
/// are reported together.

package import APIGatewayV2
internal import APIGatewayV2Invoke

/// The paths of fixtures, the sources of rules in the order of the rules, the key sets and the targets.
package struct StartFiles: Sendable {
    private let fixtures: [String]
    private let faults: [FaultSource]
    private let keySets: [KeySetFile]
    private let targets: String?
    /// The account and region of fixtures without their own.
    private let scope: Scope

    package init(
        fixtures: [String] = [], faults: [FaultSource] = [], keySets: [KeySetFile] = [],
        targets: String? = nil, scope: Scope
    ) {
        self.fixtures = fixtures
        self.faults = faults
        self.keySets = keySets
        self.targets = targets
        self.scope = scope
    }

    /// The paths of the files that are no fixtures.
    private var otherFiles: [String] {
        faults.compactMap { source in
            if case .file(let path) = source { path } else { nil }
        } + keySets.map(\.path) + (targets.map { [$0] } ?? [])
    }

    /// The paths that the user has named.
    var paths: [String] { fixtures + otherFiles }

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
        let keys = readKeySets(&problems)
        let targets = readTargets(&problems)
        guard problems.isEmpty else { throw DocumentError(problems) }
        return EmulatorStart(
            resources: loaded.state, accessKeyAccounts: loaded.accessKeyAccounts, rules: rules,
            keySets: keys, targets: targets)
    }

    private func readKeySets(_ problems: inout [DocumentProblem]) -> [String: JWKS] {
        var keys: [String: JWKS] = [:]
        for file in keySets {
            do throws(DocumentError) {
                keys[file.issuer] = try file.read()
            } catch {
                problems += error.problems
            }
        }
        return keys
    }

    private func readTargets(_ problems: inout [DocumentProblem]) -> TargetSettings {
        guard let targets else { return TargetSettings() }
        do throws(DocumentError) {
            return try TargetSettings(file: targets)
        } catch {
            problems += error.problems
            return TargetSettings()
        }
    }

    /// The stamps of the files now.
    func stamps() -> FileStamps {
        let found = FixtureFiles(paths: fixtures)
        return FileStamps(of: found.files.map(\.path) + otherFiles, problems: found.problems.map(\.line))
    }

    /// The folders at and below the paths of fixtures.
    func folders() -> [String] {
        FixtureFiles(paths: fixtures).folders
    }
}
