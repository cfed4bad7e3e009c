/// Which folders of a target may use which others. An arrow is a type or function that one folder declares
/// and another mentions. All arrows point to folders further up in the table, so that they make no circle.

enum FolderRules {
    /// A folder of a target, and the folders whose types it may mention.
    struct Folder {
        let name: String
        let uses: Set<String>
    }

    static let target = "APIGatewayV2Local"

    /// From the folders that know of no other to the one that knows them all.
    static let folders = [
        Folder(name: "Documents", uses: []),
        Folder(name: "Clock", uses: []),
        Folder(name: "Request", uses: []),
        Folder(name: "Metrics", uses: []),
        Folder(name: "Operations", uses: []),
        Folder(name: "Fixtures", uses: ["Documents"]),
        Folder(name: "Faults/Rule", uses: ["Documents"]),
        Folder(name: "Faults/Engine", uses: ["Documents", "Clock", "Request", "Faults/Rule"]),
        Folder(
            name: "Journal", uses: ["Documents", "Clock", "Request", "Faults/Rule", "Faults/Engine"]),
        Folder(
            name: "Emulator",
            uses: ["Documents", "Clock", "Request", "Metrics", "Faults/Rule", "Faults/Engine", "Journal"]),
        Folder(name: "Reload", uses: ["Documents", "Fixtures", "Faults/Rule", "Emulator"]),
        Folder(
            name: "Admin",
            uses: [
                "Documents", "Clock", "Request", "Metrics", "Faults/Rule", "Faults/Engine", "Journal",
                "Emulator", "Reload",
            ]),
        Folder(
            name: "Pipeline",
            uses: [
                "Clock", "Request", "Metrics", "Faults/Rule", "Faults/Engine", "Journal", "Emulator",
                "Reload", "Admin",
            ]),
        Folder(
            name: "Server",
            uses: [
                "Documents", "Clock", "Request", "Fixtures", "Faults/Rule", "Faults/Engine", "Journal",
                "Emulator", "Reload", "Admin", "Pipeline",
            ]),
    ]

    /// Mentions that no arrow of the table allows, and files outside its folders.
    static func arrows(
        _ sources: [SwiftSource], target: String = target, folders: [Folder] = folders
    ) -> [Finding] {
        let sources = sources.filter { $0.path.hasPrefix("Sources/\(target)/") }
        let uses = Dictionary(uniqueKeysWithValues: folders.map { ($0.name, $0.uses) })
        var owners: [Substring: String] = [:]
        for source in sources {
            for name in source.declarations { owners[name] = source.folder }
        }
        return sources.flatMap { source -> [Finding] in
            guard let allowed = uses[source.folder] else {
                return [source.finding(at: 0, "a file in no folder of the layout")]
            }
            return source.mentions.compactMap { index, name in
                guard let owner = owners[name], owner != source.folder, !allowed.contains(owner) else {
                    return nil
                }
                return source.finding(at: index, "\(source.folder) may not use \(name) of \(owner)")
            }
        }
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
        let hidden: Set<Substring> = ["private", "fileprivate"]
        var names: [Substring] = []
        var depth = 0
        for words in tokens {
            if depth == 0, hidden.isDisjoint(with: words),
                let kind = words.firstIndex(where: kinds.contains), kind + 1 < words.count
            {
                names.append(words[kind + 1])
            }
            for word in words { depth += word == "{" ? 1 : word == "}" ? -1 : 0 }
        }
        return names
    }

    /// Every word of the code with the index of its line, but for members, which a point stands before.
    var mentions: [(index: Int, name: Substring)] {
        tokens.enumerated().flatMap { index, words in
            words.indices.filter { $0 == 0 || words[$0 - 1] != "." }.map { (index, words[$0]) }
        }
    }
}
