/// The reason why a text is not JSON: the place, the text found there, and the text expected. One error ends
/// the reading, because everything after it would be a guess.

/// The error of `JSONDocument.init(parsing:)`. `found` and `expected` are phrases for 'found …, expected …'.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// The offset in bytes from the start of the text. `TextPosition` turns it into a line and a column.
    package let offset: Int
    package let found: String
    package let expected: String

    package init(offset: Int, found: String, expected: String) {
        self.offset = offset
        self.found = found
        self.expected = expected
    }

    package var description: String { "found \(found), expected \(expected)" }
}
