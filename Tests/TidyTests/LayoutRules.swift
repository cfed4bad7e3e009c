/// Who may import whom, and what every file and type must say of itself.

enum LayoutRules {
    /// The arrows between the targets. A target that is not named here is not known to the architecture.
    static let imports: [Substring: Set<Substring>] = [
        "JSON": [],
        "YAML": ["CYaml", "JSON"],
        "VTL": ["CPCRE2", "JSON", "Synchronization"],
        "SQLite": ["CSQLite"],
        "HTTPWire": ["CNghttp2", "CWebSocket"],
        "SocketServer": [
            "HTTPWire", "CCurl", "CEpoll", "COpenSSL", "Dispatch", "Glibc", "SwiftOverlayShims",
            "Synchronization",
        ],
        "APIGatewayV2": ["HTTPWire", "JSON", "YAML", "Synchronization"],
        "APIGatewayV2Invoke": ["APIGatewayV2", "HTTPWire", "JSON", "VTL"],
        "APIGatewayV2Local": [
            "APIGatewayV2", "APIGatewayV2Invoke", "HTTPWire", "JSON", "SocketServer", "SQLite", "VTL", "YAML",
            "Dispatch", "Glibc", "Synchronization",
        ],
        "apigatewayv2-local": [
            "APIGatewayV2Local", "ArgumentParser", "Dispatch", "Glibc", "Logging", "Synchronization",
        ],
    ]

    static func importArrows(_ source: SwiftSource) -> [Finding] {
        guard !source.isTest else { return [] }
        guard let target = source.target, let allowed = imports[target] else {
            return [source.finding(at: 0, "a file in no target of the layout")]
        }
        return source.tokens.enumerated().compactMap { index, words in
            guard let module = importedModule(words), !allowed.contains(module) else { return nil }
            return source.finding(at: index, "\(target) may not import \(module)")
        }
    }

    /// The module that the line imports, whatever stands before `import` and whichever kind of declaration it
    /// names.
    private static func importedModule(_ words: [Substring]) -> Substring? {
        guard let place = words.firstIndex(of: "import") else { return nil }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
        ]
        return words[(place + 1)...].first { !kinds.contains($0) }
    }

    static func headerComment(_ source: SwiftSource) -> [Finding] {
        let header = source.lines.prefix { $0.hasPrefix("///") }
        if header.isEmpty { return [source.finding(at: 0, "no /// comment that says what the file is for")] }
        let isFollowedByBlank = header.count < source.lines.count && source.lines[header.count].isEmpty
        return isFollowedByBlank
            ? [] : [source.finding(at: header.count, "no blank line after the file's comment")]
    }

    static func typeComments(_ source: SwiftSource) -> [Finding] {
        let access: Set<Substring> = ["public", "package"]
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor"]
        return source.tokens.enumerated().compactMap { index, words in
            guard let first = words.first(where: { !$0.hasPrefix("@") }), access.contains(first),
                let kind = words.firstIndex(where: kinds.contains), kind + 1 < words.count,
                !words[..<kind].contains("func"), !words[..<kind].contains("var"),
                !words[..<kind].contains("let")
            else { return nil }
            let above = source.lines[..<index].last { !$0.drop(while: \.isWhitespace).hasPrefix("@") }
            guard above?.drop(while: \.isWhitespace).hasPrefix("///") != true else { return nil }
            return source.finding(at: index, "no /// comment above \(words[kind + 1])")
        }
    }

    static func typeNames(_ source: SwiftSource) -> [Finding] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        let endings = ["Manager", "Helper", "Helpers", "Util", "Utils"]
        return source.tokens.enumerated().flatMap { index, words in
            zip(words, words.dropFirst()).compactMap { kind, name in
                guard kinds.contains(kind), let ending = endings.first(where: { name.hasSuffix($0) }) else {
                    return nil
                }
                return source.finding(at: index, "\(name): a name that ends with \(ending) says nothing")
            }
        }
    }
}
