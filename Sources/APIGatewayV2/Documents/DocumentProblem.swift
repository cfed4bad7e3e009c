/// One mistake in a document, and the line that reports it: place, value found, value expected and the
/// nearest right name. Fixtures, quotas, fault rules, clock orders, queries and options share this type.

package import JSON

/// A wrong value in a document, query or option.
package struct DocumentProblem: Error, Hashable, Sendable {
    /// The path of the file; nil for a text without a file.
    package var file: String?
    /// The line and column; nil for a mistake in the name of the file, or in a value without a text.
    package let position: TextPosition?
    /// The place in the document as a JSON pointer, such as `/rules/0/when/first`. Empty if the text is not
    /// JSON, or the mistake is in the name of the file.
    package let pointer: String
    package let found: String
    /// The expected value, or the broken rule in the words of the service.
    package let expected: String
    /// Whether `expected` is a rule. Such a value may be right in another document.
    package let isRule: Bool
    /// The nearest right name; nil if none is near.
    package let suggestion: String?

    package init(
        file: String? = nil, position: TextPosition? = nil, pointer: String = "", found: String,
        expected: String, isRule: Bool = false, suggestion: String? = nil
    ) {
        self.file = file
        self.position = position
        self.pointer = pointer
        self.found = found
        self.expected = expected
        self.isRule = isRule
        self.suggestion = suggestion
    }

    /// The problem of a text that is not JSON. `bytes` are the whole text.
    package init(_ error: JSONError, in bytes: [UInt8], file: String? = nil) {
        self.init(
            file: file, position: TextPosition(ofByte: error.offset, in: bytes), found: error.found,
            expected: error.expected)
    }

    /// `found …, expected …; did you mean …?` or `found …, which breaks a rule: …`
    package var explanation: String {
        "found \(found), \(isRule ? "which breaks a rule:" : "expected") \(expected)"
            + (suggestion.map { "; did you mean \($0)?" } ?? "")
    }

    /// `file:line:column: pointer: found …, expected …`, without missing parts.
    package var line: String {
        let source = [file, position.map { "\($0.line):\($0.column)" }].compactMap { $0 }
        let parts = [source.joined(separator: ":"), pointer, explanation]
        return parts.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
