/// A Swift file as the rules see it: its lines as written, and the same lines with only the code left, so
/// that no word in a comment or a string is taken for code. Knows nested comments, raw and multi-line
/// strings, interpolation and raw identifiers; it knows no `/regular expressions/`, which this project does
/// not use.

struct SwiftSource {
    /// From the root of the repository, with `/` between the parts.
    let path: String
    let lines: [Substring]
    /// The lines with comments, the text of strings and what stands between backticks replaced by blanks.
    let code: [Substring]
    /// The words and marks of each line of code.
    let tokens: [[Substring]]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var scanner = CodeScanner(text: [UInt8](text.utf8))
        code = String(decoding: scanner.blanked(), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        tokens = code.map(\.tokens)
    }

    var fileName: Substring { path.split(separator: "/").last ?? "" }
    var isTest: Bool { path.hasPrefix("Tests/") }

    /// The folder below Sources or Tests.
    var target: Substring? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests") ? parts[1] : nil
    }
}

/// Replaces everything that is not code by blanks and keeps the line breaks.
private struct CodeScanner {
    private enum Context {
        /// Code in an interpolation ends with the parenthesis that is one too many.
        case code(openParentheses: Int)
        case string(hashes: Int, isMultiline: Bool)
    }

    private let text: [UInt8]
    private var output: [UInt8] = []
    private var position = 0
    private var contexts: [Context] = [.code(openParentheses: 0)]

    init(text: [UInt8]) {
        self.text = text
    }

    mutating func blanked() -> [UInt8] {
        output.reserveCapacity(text.count)
        while position < text.count {
            switch contexts.last {
            case .code(let open)?: scanCode(openParentheses: open)
            case .string(let hashes, let isMultiline)?: scanString(hashes: hashes, isMultiline: isMultiline)
            case nil: contexts = [.code(openParentheses: 0)]
            }
        }
        return output
    }

    private mutating func scanCode(openParentheses: Int) {
        if starts(with: "//") {
            while position < text.count, text[position] != UInt8(ascii: "\n") { blank(1) }
        } else if starts(with: "/*") {
            blankComment()
        } else if starts(with: "`") {
            repeat { blank(1) } while position < text.count && !starts(with: "`") && !starts(with: "\n")
            if starts(with: "`") { blank(1) }
        } else if let (hashes, isMultiline) = openingOfString() {
            blank(hashes + (isMultiline ? 3 : 1))
            contexts.append(.string(hashes: hashes, isMultiline: isMultiline))
        } else {
            let isInterpolation = contexts.count > 1
            if isInterpolation, starts(with: ")"), openParentheses == 0 {
                contexts.removeLast()
                return blank(1)
            }
            let step = starts(with: "(") ? 1 : starts(with: ")") ? -1 : 0
            contexts[contexts.count - 1] = .code(openParentheses: openParentheses + step)
            output.append(text[position])
            position += 1
        }
    }

    private mutating func scanString(hashes: Int, isMultiline: Bool) {
        let fence = String(repeating: "#", count: hashes)
        if starts(with: (isMultiline ? "\"\"\"" : "\"") + fence) {
            contexts.removeLast()
            blank((isMultiline ? 3 : 1) + hashes)
        } else if starts(with: "\\" + fence + "(") {
            contexts.append(.code(openParentheses: 0))
            blank(hashes + 2)
        } else if starts(with: "\\" + fence) {
            blank(hashes + 2)
        } else {
            // A string that its line leaves open is the compiler's business.
            if !isMultiline, starts(with: "\n") { contexts.removeLast() }
            blank(1)
        }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            let step = starts(with: "/*") ? 1 : starts(with: "*/") ? -1 : 0
            depth += step
            blank(step == 0 ? 1 : 2)
        } while depth > 0 && position < text.count
    }

    private func openingOfString() -> (hashes: Int, isMultiline: Bool)? {
        var i = position
        while i < text.count, text[i] == UInt8(ascii: "#") { i += 1 }
        guard i < text.count, text[i] == UInt8(ascii: "\"") else { return nil }
        return (i - position, starts(with: "\"\"\"", at: i))
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where position < text.count {
            output.append(text[position] == UInt8(ascii: "\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
            position += 1
        }
    }

    private func starts(with word: String, at place: Int? = nil) -> Bool {
        text[(place ?? position)...].starts(with: word.utf8)
    }
}
