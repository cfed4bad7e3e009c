/// Bounds in Sources: each is an option of `--limit`, or its comment says why it is fixed.

enum BoundRules {
    /// The last names of the key paths in the tables of options, such as `connectionsMax`.
    static func options(_ sources: [SwiftSource]) -> Set<String> {
        var names: Set<String> = []
        for source in sources where source.fileName.hasPrefix("LimitOption+") {
            for line in source.lines {
                for match in line.matches(of: #/\.(\w+), /#) where line.contains("(\\.") {
                    names.insert(String(match.output.1))
                }
            }
        }
        return names
    }

    /// Constants that end in Max or Min, and variables of a file of limits, which have neither an option nor
    /// the word `Fixed` in their comment. A constant has no option, whatever its name.
    static func unexplained(_ source: SwiftSource, options: Set<String>) -> [Finding] {
        guard source.path.hasPrefix("Sources/") else { return [] }
        var findings: [Finding] = []
        for (index, line) in source.lines.enumerated() {
            guard let name = bound(declaredIn: line, isOfLimits: source.fileName.hasSuffix("Limits.swift")),
                !options.contains(name) || line.contains("static "),
                !comment(above: index, source).contains("Fixed")
            else { continue }
            findings.append(
                source.finding(at: index, "\(name) has no --limit, and no comment says why it is Fixed"))
        }
        return findings
    }

    /// The name of a stored bound that outlives a call; nil if the line declares none.
    private static func bound(declaredIn line: Substring, isOfLimits: Bool) -> String? {
        let form = #/^[a-z ]*?(?:let|var) (\w+(?:Max|Min))( =|: [\w<>]+ =|: [\w<>]+ \{)/#
        guard let match = line.firstMatch(of: form) else { return nil }
        let isConstant = line.contains("static ") || line.hasPrefix("let ") || line.hasPrefix("private let ")
        let isVariable = isOfLimits && match.output.2.hasSuffix("=")
        return isConstant || isVariable ? String(match.output.1) : nil
    }

    private static func comment(above index: Int, _ source: SwiftSource) -> String {
        source.lines[..<index].reversed().prefix { $0.drop { $0 == " " }.hasPrefix("//") }
            .joined(separator: " ")
    }
}
