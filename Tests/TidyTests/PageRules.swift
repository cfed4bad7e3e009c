/// Pages of prose against the source tree: they name files that exist, and arrows that the checks know.

enum PageRules {
    /// An example of a name, and a project that is called so.
    private static let otherNames: Set<Substring> = ["Type+Aspect.swift", "GRDB.swift"]

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
