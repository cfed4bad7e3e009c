/// A regular expression for several threads: patterns of JSON schemas and of integration responses. Its match
/// has the bound of template methods, past which the text does not match.

internal import Synchronization

/// One compiled pattern.
package final class TextPattern: Sendable {
    package let text: String
    /// The library keeps the places of the last match in the expression.
    private let expression: Mutex<RegularExpression>

    /// Throws for a text that is no regular expression. `shown` is the text as its author wrote it, if it
    /// differs. `stepsMax` bounds the steps of one match.
    package init(_ text: String, shown: String? = nil, stepsMax: Int) throws(MethodFailure) {
        self.text = shown ?? text
        expression = Mutex(try RegularExpression(text, stepsMax: stepsMax))
    }

    /// Whether some part of `subject` matches.
    package func isFound(in subject: String) -> Bool { matches(subject, isWhole: false) }

    /// Whether the whole of `subject` matches.
    package func matches(whole subject: String) -> Bool { matches(subject, isWhole: true) }

    private func matches(_ subject: String, isWhole: Bool) -> Bool {
        let bytes = Array(subject.utf8)
        return expression.withLock { expression in
            do throws(MethodFailure) {
                return try expression.groups(in: bytes, from: 0, isWhole: isWhole) != nil
            } catch {
                return false
            }
        }
    }
}
