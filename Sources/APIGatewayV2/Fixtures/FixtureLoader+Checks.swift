/// The end of loading: the checks between all resources, and the breaches with their places in the files. A
/// file is parsed again for that, because only a mistake needs its places.

import JSON

extension FixtureLoader {
    /// Runs the checks between all loaded resources, and returns the fixtures.
    package mutating func finish() -> LoadedFixtures {
        let state = records.state
        var checks = FixtureChecks(records, state: state, catalogue: catalogue)
        let breaches = checks.breaches()
        let byFile = Dictionary(grouping: breaches, by: \.origin.file)
        for (file, breaches) in byFile.sorted(by: { $0.key < $1.key }) {
            report(breaches, of: files[Int(file)])
        }
        return LoadedFixtures(state: state, problems: problems, accessKeyAccounts: accessKeyAccounts)
    }

    private mutating func report(
        _ breaches: [FixtureChecks.Breach], of file: (name: String, bytes: [UInt8]?)
    ) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: file.bytes ?? [])
        } catch {
            preconditionFailure("\(file.name) was read once and cannot be read again: \(error).")
        }
        for breach in breaches {
            let node = document.root.node(at: Int(breach.origin.node))
            let path = document.root.path(to: node.index)
            note(breach, in: node, at: path)
        }
        problems += pending.positioned(in: document, file: file.name, order: .asNoted)
        pending = DocumentProblems()
    }

    private mutating func note(_ breach: FixtureChecks.Breach, in node: JSONNode, at path: [PathStep]) {
        var (place, offset, found) = (path, node.offset, breach.noun)
        if let name = breach.member {
            found = "an object without \(name)"
            if let member = node.members.first(where: { $0.isNamedOnWire(name) }) {
                place.append(.member(member.name))
                (offset, found) = (member.value.offset, member.value.excerpt)
                if let key = member.value.members.first(where: { $0.name == breach.name }) {
                    place.append(.member(key.name))
                    (offset, found) = (key.nameOffset, "\"\(key.name)\"")
                }
            }
        }
        pending.note(
            place, offset: offset, found: found, expected: breach.expected, isRule: breach.isRule,
            suggestion: breach.suggestion)
    }
}
