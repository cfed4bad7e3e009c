/// The reason why a text is not a YAML document that this program accepts, and its place. One error ends the
/// reading.

/// The error of `YAMLParser`.
package struct YAMLError: Error, Equatable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// The column in characters, from 1.
    package let column: Int
    /// The problem, as a phrase without a full stop.
    package let problem: String

    package init(line: Int, column: Int, problem: String) {
        self.line = line
        self.column = column
        self.problem = problem
    }

    package var description: String { "line \(line), column \(column): \(problem)" }
}
