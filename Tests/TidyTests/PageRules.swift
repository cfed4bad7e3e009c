/// Pages of prose against the source tree: they name files that exist, and arrows that the checks know.

enum PageRules {
    /// An example of a name, and a project that is called so.
    private static let otherNames: Set<Substring> = ["Type+Aspect.swift", "GRDB.swift"]

    /// Swift's own names, which a page gives as what is not used.
    private static let swiftNames: Set<Substring> = ["Codable", "dispatchMain"]

    /// Swift files that `text` names and that are not among `sources`.
    static func unknownFiles(path: String, text: String, sources: [SwiftSource]) -> [Finding] {
        let names = otherNames.union(sources.map(\.fileName))
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
            index, line in
            line.matches(of: /[A-Za-z0-9_+]+\.swift/).compactMap { match in
                names.contains(match.output)
                    ? nil
                    : Finding(path: path, line: index + 1, message: "\(match.output) is no file of ours")
            }
        }
    }

    /// Paths, names of code and targets of make in backticks that the repository does not have. `paths` are
    /// those of all its files. A path may begin below any folder.
    static func unknownNames(
        path: String, text: String, sources: [SwiftSource], paths: [String], makefile: String
    ) -> [Finding] {
        let places = Set(paths.flatMap(placeNames))
        let known = swiftNames.union(sources.flatMap { $0.tokens.flatMap { $0 } })
            .union(words(of: makefile)).union(places.map { $0[...] })
        let goals = Set(makefile.matches(of: /(?m)^([a-z-]+):/).map(\.output.1))
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
            index, line in
            line.matches(of: /`([^`]+)`/).compactMap { match in
                let name = match.output.1
                // A variable of the environment is no name of Swift.
                let isKnown =
                    if places.contains(String(name)) || name.uppercased() == name {
                        true
                    } else if let goal = name.wholeMatch(of: /make ([a-z-]+)/)?.output.1 {
                        goals.contains(goal)
                    } else if name.wholeMatch(of: /[A-Za-z][\w.+-]*(\/[\w.+-]+)+\/?/) != nil {
                        places.contains(name.hasSuffix("/") ? String(name.dropLast()) : String(name))
                    } else if name.wholeMatch(of: /[A-Za-z]\w*(\.[a-z]\w*)?(\([\w:]*\))?/) != nil {
                        words(of: name).allSatisfy(known.contains)
                    } else {
                        true
                    }
                return isKnown
                    ? nil : Finding(path: path, line: index + 1, message: "\(name) is no name of ours")
            }
        }
    }

    /// `a/b/c` as `a`, `a/b`, `a/b/c`, `b`, `b/c` and `c`.
    private static func placeNames(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        return parts.indices.flatMap { start in
            (start..<parts.count).map { parts[start...$0].joined(separator: "/") }
        }
    }

    private static func words(of text: some StringProtocol) -> [Substring] {
        String(text).matches(of: /[A-Za-z]\w*/).map(\.output)
    }

    /// The first cells of the table behind the line `` `target`: ``, in their order.
    static func folders(of target: String, in text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: "`\(target)`:") else { return [] }
        return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.compactMap { line in
            line.firstMatch(of: /^\| `([^`]+)` \|/).map { String($0.output.1) }
        }
    }

    /// The rows `| `target` | module, module |` of a page.
    static func importTable(_ text: String) -> [Substring: Set<Substring>] {
        var table: [Substring: Set<Substring>] = [:]
        for match in text.matches(of: /\| `([A-Za-z0-9-]+)` \| ([A-Za-z0-9, ]+) \|/) {
            let modules = match.output.2.split(separator: ", ")
            table[match.output.1] = modules == ["nothing"] ? [] : Set(modules)
        }
        return table
    }
}
