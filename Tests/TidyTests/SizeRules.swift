/// How long files, functions and lines may be. Signature and closing brace count as lines of a function,
/// blank lines too.

enum SizeRules {
    static let fileLinesMax = 300
    static let testFileLinesMax = 600
    static let functionLinesMax = 50
    static let columnsMax = 110

    static func fileLength(_ source: SwiftSource) -> [Finding] {
        let max = source.isTest ? testFileLinesMax : fileLinesMax
        // The text ends with a line feed, so the last element is not a line.
        let count = source.lines.last == "" ? source.lines.count - 1 : source.lines.count
        return count > max
            ? [source.finding(at: count - 1, "a file of \(count) lines; at most \(max)")] : []
    }

    static func lineLength(_ source: SwiftSource) -> [Finding] {
        source.lines.enumerated().filter { $0.element.count > columnsMax }.map { index, line in
            source.finding(at: index, "a line of \(line.count) columns; at most \(columnsMax)")
        }
    }

    static func functionLength(_ source: SwiftSource) -> [Finding] {
        FunctionFinder(source).functions().filter { $0.lines > functionLinesMax }.map { function in
            source.finding(
                at: function.firstLine, "a function of \(function.lines) lines; at most \(functionLinesMax)")
        }
    }
}

/// Finds what has a body of statements: functions, initialisers, subscripts and computed properties.
struct FunctionFinder {
    struct Function: Equatable {
        let firstLine: Int
        let lines: Int
    }

    private struct Token {
        let text: Substring
        let line: Int
        let followsDot: Bool
    }

    private let tokens: [Token]

    /// Words that begin another declaration, so that a header before them had no body.
    private static let declarationWords: Set<Substring> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "class", "enum", "extension",
        "protocol",
        "typealias", "import",
    ]

    init(_ source: SwiftSource) {
        var tokens: [Token] = []
        for (line, words) in source.tokens.enumerated() {
            for word in words {
                let followsDot = tokens.last.map { $0.text == "." } ?? false
                tokens.append(Token(text: word, line: line, followsDot: followsDot))
            }
        }
        self.tokens = tokens
    }

    func functions() -> [Function] {
        tokens.indices.compactMap { index in
            guard let opening = openingBrace(ofDeclarationAt: index), let closing = closingBrace(of: opening)
            else {
                return nil
            }
            let first = tokens[index].line
            return Function(firstLine: first, lines: tokens[closing].line - first + 1)
        }
    }

    private func openingBrace(ofDeclarationAt index: Int) -> Int? {
        let word = tokens[index].text
        guard ["func", "init", "deinit", "subscript", "var"].contains(word), !tokens[index].followsDot else {
            return nil
        }
        var depth = 0
        for i in (index + 1)..<max(index + 1, tokens.count) {
            let token = tokens[i]
            switch token.text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return i
            case "}" where depth == 0: return nil
            // A stored property has a value, or ends with its line.
            case "=" where depth == 0 && word == "var": return nil
            case _ where depth == 0 && word == "var" && token.line > tokens[index].line: return nil
            case let next where depth == 0 && Self.declarationWords.contains(next) && !token.followsDot:
                return nil
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    private func closingBrace(of opening: Int) -> Int? {
        var depth = 0
        for i in opening..<tokens.count {
            if tokens[i].text == "{" { depth += 1 }
            if tokens[i].text == "}" { depth -= 1 }
            if depth == 0 { return i }
        }
        return nil
    }
}

extension Substring {
    /// Words (letters, digits, `_`, and a leading `@` or `#`), and every other visible character by itself.
    var tokens: [Substring] {
        var tokens: [Substring] = []
        var rest = self
        while let first = rest.first {
            guard !first.isWhitespace else {
                rest = rest.dropFirst()
                continue
            }
            let isMark = first == "@" || first == "#"
            let word = (isMark ? rest.dropFirst() : rest).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let end = word.isEmpty ? rest.index(after: rest.startIndex) : word.endIndex
            tokens.append(rest[..<end])
            rest = rest[end...]
        }
        return tokens
    }
}
