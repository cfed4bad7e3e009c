/// What is wrong with a fixture, as one line that says where and what to do.

package import JSON

/// One mistake in one fixture file.
package struct FixtureProblem: Error, Equatable, Sendable {
    /// As the user named it, or below the folder that the user named.
    package let file: String
    /// Nil when the mistake is the file's name or place.
    package let position: TextPosition?
    /// The place in the document as a JSON pointer; empty when the text is no JSON.
    package let pointer: String
    /// `found …, expected …`.
    package let explanation: String

    package init(file: String, position: TextPosition? = nil, pointer: String = "", explanation: String) {
        self.file = file
        self.position = position
        self.pointer = pointer
        self.explanation = explanation
    }

    /// `file:line:column: path: found …, expected …`.
    package var line: String {
        let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
        return pointer.isEmpty ? "\(place): \(explanation)" : "\(place): \(pointer): \(explanation)"
    }
}
