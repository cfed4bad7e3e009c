/// Comments and pages as prose: a sentence has a named thing as its subject, and is short enough for one
/// reading. People judge the other rules of "Comments" in CONTRIBUTING.md.

enum ProseRules {
    private static let wordsMax = 25
    /// Beginnings that let a clause, or nobody, stand for a thing with a name.
    private static let openings = ["What", "Whose", "Whoever", "None of", "Those"]

    /// One paragraph or list item, without comment marks, and the index of its first line.
    private struct Paragraph {
        let index: Int
        let isDocumentation: Bool
        var text: String
    }

    static func comments(_ source: SwiftSource) -> [Finding] {
        guard source.path.hasPrefix("Sources/") else { return [] }
        return paragraphs(in: source).flatMap { paragraph in
            sentences(in: paragraph.text).compactMap { sentence in
                problem(with: sentence, isBounded: paragraph.isDocumentation).map {
                    source.finding(at: paragraph.index, $0)
                }
            }
        }
    }

    /// The sentences of a Markdown page outside its code and tables.
    static func page(path: String, text: String) -> [Finding] {
        var (isCode, isList) = (false, false)
        var paragraphs: [Paragraph] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") { isCode.toggle() }
            let isText = !isCode && !line.hasPrefix("```") && !line.hasPrefix("|") && !line.hasPrefix("#")
            let words = line.split(separator: " ").joined(separator: " ")
            guard isText, !words.isEmpty else {
                isList = false
                continue
            }
            let isItem = words.wholeMatch(of: /([-*]|\d+\.) .*/) != nil
            if isItem || !isList {
                let item = isItem ? String(words.drop { $0 != " " }.dropFirst()) : words
                paragraphs.append(Paragraph(index: index, isDocumentation: true, text: item))
            } else {
                paragraphs[paragraphs.count - 1].text += " " + words
            }
            isList = true
        }
        return paragraphs.flatMap { paragraph in
            sentences(in: paragraph.text).compactMap { problem(with: $0, isBounded: true) }.map {
                Finding(path: path, line: paragraph.index + 1, message: $0)
            }
        }
    }

    private static func paragraphs(in source: SwiftSource) -> [Paragraph] {
        var found: [Paragraph] = []
        var isOpen = false
        for (index, line) in source.lines.enumerated() {
            let trimmed = line.drop { $0 == " " }
            let isDocumentation = trimmed.hasPrefix("///")
            guard trimmed.hasPrefix("//"), !trimmed.hasPrefix("// MARK:") else {
                isOpen = false
                continue
            }
            let text = trimmed.drop { $0 == "/" }.dropFirst()
            // Four blanks make an example of code.
            guard !text.hasPrefix("    "), !text.allSatisfy({ $0 == " " }) else {
                isOpen = false
                continue
            }
            let isItem = text.hasPrefix("- ")
            if !isOpen || isItem || found.last?.isDocumentation != isDocumentation {
                found.append(
                    Paragraph(
                        index: index, isDocumentation: isDocumentation,
                        text: String(isItem ? text.dropFirst(2) : text)))
            } else {
                found[found.count - 1].text += " " + text
            }
            isOpen = true
        }
        return found
    }

    /// Ends a sentence at a mark that a blank follows, outside of backticks.
    private static func sentences(in text: String) -> [String] {
        var result: [String] = []
        var sentence = ""
        var isCode = false
        for character in text {
            if character == "`" { isCode.toggle() }
            if character == " ", !isCode, let last = sentence.last(where: { !")\"*_".contains($0) }),
                ".?!".contains(last), !sentence.hasSuffix("e.g."), !sentence.hasSuffix("i.e.")
            {
                result.append(sentence)
                sentence = ""
            } else if character != " " || !isCode {
                sentence.append(character)
            }
        }
        return sentence.isEmpty ? result : result + [sentence]
    }

    private static func problem(with sentence: String, isBounded: Bool) -> String? {
        let count = sentence.split(separator: " ").count
        if isBounded, count > wordsMax {
            return "\(count) words, more than \(wordsMax): \(sentence.prefix(60))…"
        }
        let opening = openings.first { sentence == $0 || sentence.hasPrefix($0 + " ") }
        return opening.map { "begins with \($0): name the thing: \(sentence.prefix(60))…" }
    }
}
