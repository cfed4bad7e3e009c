/// Which folders of a target may use which others. An arrow is a type, a function or a member that one folder
/// declares and another mentions. All arrows point to folders further up in the table, so that they make no
/// circle. `FolderTables` has the tables.

enum FolderRules {
    /// A folder of a target, and the folders whose types it may mention.
    struct Folder {
        let name: String
        let uses: Set<String>
    }

    /// Mentions that no arrow of the table allows, and files outside its folders.
    static func arrows(_ sources: [SwiftSource], target: String, folders: [Folder]) -> [Finding] {
        let own = sources.filter { $0.path.hasPrefix("Sources/\(target)/") }
        let uses = Dictionary(uniqueKeysWithValues: folders.map { ($0.name, $0.uses) })
        var owners: [Substring: String] = [:]
        for source in own {
            for name in source.declarations { owners[name] = source.folder }
        }
        let memberOwners = self.memberOwners(of: own, owners, among: sources)
        return own.flatMap { source -> [Finding] in
            guard let allowed = uses[source.folder] else {
                return [source.finding(at: 0, "a file in no folder of the layout")]
            }
            return source.mentions.compactMap { index, name, isMember in
                let owner = isMember ? memberOwners[name] : owners[name] ?? memberOwners[name]
                guard let owner, owner != source.folder, !allowed.contains(owner) else { return nil }
                return source.finding(at: index, "\(source.folder) may not use \(name) of \(owner)")
            }
        }
    }

    /// The folders of members that extensions add to types of other folders and targets. A name that some
    /// target has more than once could be any of its declarations, so it is left out.
    private static func memberOwners(
        of sources: [SwiftSource], _ owners: [Substring: String], among all: [SwiftSource]
    ) -> [Substring: String] {
        let names = all.filter { !$0.isTest }.flatMap(\.members).map(\.name)
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        var memberOwners: [Substring: String] = [:]
        for source in sources {
            for (name, extended) in source.members where counts[name] == 1 {
                guard let extended, owners[extended] != source.folder else { continue }
                memberOwners[name] = source.folder
            }
        }
        return memberOwners
    }
}

extension SwiftSource {
    /// The folders between the target and the file, joined by slashes; empty for a file beside them.
    var folder: String {
        path.split(separator: "/").dropFirst(2).dropLast().joined(separator: "/")
    }

    /// The types and functions at the top level of the file that other files can mention.
    var declarations: [Substring] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func"]
        return declared(kinds).filter { $0.depth == 0 && !$0.isHidden }.map(\.name)
    }

    /// The names below the top level, with the type that they extend if an extension shows them to other
    /// files.
    var members: [(name: Substring, extended: Substring?)] {
        declared(["func", "var", "let", "case"]).filter { $0.depth > 0 }
            .map { ($0.name, $0.depth == 1 && !$0.isHidden ? $0.extended : nil) }
    }

    private struct Declaration {
        let name: Substring
        let depth: Int
        let isHidden: Bool
        /// The type that it is an extension of; nil for a declaration elsewhere.
        let extended: Substring?
    }

    private func declared(_ kinds: Set<Substring>) -> [Declaration] {
        let hiding: Set<Substring> = ["private", "fileprivate"]
        var found: [Declaration] = []
        var depth = 0
        var extended: Substring?
        for words in tokens {
            let isHidden = !hiding.isDisjoint(with: words)
            if depth == 0, !words.isEmpty, words != ["}"] {
                extended = words.firstIndex(of: "extension").flatMap { start in
                    isHidden ? nil : words[(start + 1)...].first { $0 != "[" }
                }
            }
            if let kind = words.firstIndex(where: kinds.contains) {
                // One line declares several cases.
                let ends = words.indices.filter { $0 == kind || words[kind] == "case" && words[$0] == "," }
                found += ends.filter { $0 + 1 < words.count }.map {
                    Declaration(name: words[$0 + 1], depth: depth, isHidden: isHidden, extended: extended)
                }
            }
            for word in words { depth += word == "{" ? 1 : word == "}" ? -1 : 0 }
        }
        return found
    }

    /// Every word of the code with the index of its line, and whether a point stands before it.
    var mentions: [(index: Int, name: Substring, isMember: Bool)] {
        tokens.enumerated().flatMap { index, words in
            words.indices.map { (index, words[$0], $0 > 0 && words[$0 - 1] == ".") }
        }
    }
}
