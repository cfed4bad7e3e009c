/// The format of a stage's access log, compiled: an invocation and its outcome in, one line out. A variable
/// without a value prints `-` (recorded). Values are escaped for the format's kind of text, so that a request
/// cannot add lines or members.

package import HTTPWire

/// A format with `$context` variables, in JSON, XML, CLF or CSV.
package struct AccessLogFormat: Sendable {
    private enum Part: Sendable {
        case text(String)
        case variable(String)
    }

    /// The kind of text around the values.
    private enum Kind: Sendable {
        case json, xml, line
    }

    private let parts: [Part]
    private let kind: Kind

    package init(_ format: String) {
        var parts: [Part] = []
        var text = ""
        var rest = format[...]
        if rest.hasSuffix("\n") { rest = rest.dropLast() }
        switch rest.first(where: { $0 != " " }) {
        case "{": kind = .json
        case "<": kind = .xml
        default: kind = .line
        }
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[dollar...]
            guard let (name, length) = Self.variable(at: rest) else {
                text.append("$")
                rest = rest.dropFirst()
                continue
            }
            if !text.isEmpty { parts.append(.text(text)) }
            parts.append(.variable(name))
            text = ""
            rest = rest.dropFirst(length)
        }
        text += rest
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    /// The name of a variable, and its length. A full stop or dash after a name is text. Claims of Cognito
    /// have a colon in their names, such as `cognito:groups`.
    private static func variable(at text: Substring) -> (name: String, length: Int)? {
        let isBraced = text.hasPrefix("${")
        let opening = isBraced ? "${context." : "$context."
        guard text.hasPrefix(opening) else { return nil }
        let after = text.dropFirst(opening.count)
        let isClaim = after.hasPrefix("authorizer.claims.")
        let word = after.prefix { isAlphanumeric($0) || "_-.".contains($0) || isClaim && $0 == ":" }
        if isBraced {
            guard after.dropFirst(word.count).first == "}", !word.isEmpty else { return nil }
            return (String(word), opening.count + word.count + 1)
        }
        guard let end = word.lastIndex(where: isAlphanumeric) else { return nil }
        return (String(word[...end]), opening.count + word[...end].count)
    }

    private static func isAlphanumeric(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber)
    }

    /// The line without its line break.
    package func line(_ invocation: Invocation, _ outcome: InvocationOutcome) -> String {
        line(outcome, of: invocation.request, context: invocation.contextValue)
    }

    /// The line of a request whose own `$context` variables `context` gives.
    package func line(
        _ outcome: InvocationOutcome, of request: HTTPRequest, context: (String) -> String?
    ) -> String {
        var line = ""
        for part in parts {
            switch part {
            case .text(let text): line += text
            case .variable("error.messageString"):
                let message = outcome.contextValue("error.message", of: request)
                line += message.map { "\"" + escaped($0) + "\"" } ?? "-"
            case .variable(let name):
                let value =
                    outcome.contextValue(name, of: request) ?? context(name)
                line += value.map(escaped) ?? "-"
            }
        }
        return line
    }

    private func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars { text += escaped(scalar) }
        return text
    }

    private func escaped(_ scalar: Unicode.Scalar) -> String {
        switch (scalar, kind) {
        case ("\"", .json), ("\\", .json), ("\"", .line), ("\\", .line):
            return "\\" + String(Character(scalar))
        case ("&", .xml): return "&amp;"
        case ("<", .xml): return "&lt;"
        case (">", .xml): return "&gt;"
        case ("\"", .xml): return "&quot;"
        default: break
        }
        guard scalar.value < 0x20 || scalar.value == 0x7f else { return String(Character(scalar)) }
        let digits = String(scalar.value, radix: 16)
        let padded = String(repeating: "0", count: 4 - digits.count) + digits
        return kind == .xml ? "&#xFFFD;" : "\\u" + padded
    }
}
