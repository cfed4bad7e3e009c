/// Colours for a terminal, and text without what a terminal would obey. A request's target may hold any
/// character, and an escape sequence in it could else move the cursor or change the title of the window.

/// The way in which lines are written for people.
package struct TerminalStyle: Sendable {
    private let isColoured: Bool

    package init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// Codes of Select Graphic Rendition (ECMA-48 section 8.3.117).
    enum Colour: String {
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
        case bold = "1"
    }

    func paint(_ text: String, _ colour: Colour?) -> String {
        guard isColoured, let colour, !text.isEmpty else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    /// The colour of a status: red for errors and for no answer, yellow for redirections.
    static func colour(ofStatus status: Int?) -> Colour {
        switch status ?? 0 {
        case 200..<300: .green
        case 300..<400: .yellow
        default: .red
        }
    }

    /// `text` with control characters as `\u{1B}`, and line breaks too.
    static func visible(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { !isControl($0) }
        guard !isPlain else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format characters reverse the direction of text.
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
