/// The error of a refused document, query or option, with all of its problems.

package import APIGatewayV2
package import JSON
internal import SocketServer

/// The mistakes of a refused text or value. Nothing was changed.
public struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line a mistake, such as `faults.json:4:20: /rules/0/when/first: found 0, expected 1 to
    /// 1000000000`.
    public let lines: [String]
    package let problems: [DocumentProblem]

    package init(_ problems: [DocumentProblem]) {
        self.problems = problems
        lines = problems.map(\.line)
    }

    /// One mistake whose line is known: of a text in another language.
    package init(line: String) {
        problems = []
        lines = [line]
    }

    /// One mistake in a text that is not a document.
    package init(found: String, expected: String, suggestion: String? = nil) {
        self.init([DocumentProblem(found: found, expected: expected, suggestion: suggestion)])
    }

    /// The lines, one below the other.
    public var description: String { lines.joined(separator: "\n") }
}

extension DocumentProblems {
    /// Throws the problems with their positions in `document`, if there are any.
    package func check(in document: JSONDocument, file: String? = nil) throws(DocumentError) {
        guard isEmpty else { throw DocumentError(positioned(in: document, file: file)) }
    }

    /// Throws the problems without positions, if there are any.
    package func check() throws(DocumentError) {
        guard isEmpty else { throw DocumentError(withoutPositions) }
    }
}

extension JSONDocument {
    /// Reads a JSON text. `file` is its path, for the message.
    package init(reading bytes: [UInt8], file: String? = nil) throws(DocumentError) {
        do throws(JSONError) {
            try self.init(parsing: bytes)
        } catch {
            throw DocumentError([DocumentProblem(error, in: bytes, file: file)])
        }
    }
}

extension FileSystem {
    /// The bytes of a document that somebody wrote. `name` is the file's in the message; nil for its path.
    static func document(
        _ path: String, as name: String? = nil, expected: String, bytesMax: Int = fileBytesMax
    ) throws(DocumentError) -> [UInt8] {
        do throws(SystemError) {
            return try read(path, bytesMax: bytesMax)
        } catch {
            throw DocumentError([
                DocumentProblem(file: name ?? path, found: reason(error), expected: expected)
            ])
        }
    }
}

extension DocumentProblem {
    /// The problem of a rule, an order, a query or a file, for an answer of the admin API.
    var json: JSON {
        var object = JSONObject()
        object["file"] = file.map(JSON.string)
        object["path"] = .string(pointer)
        write(position, to: &object)
        object["found"] = .string(found)
        object["expected"] = .string(expected)
        object["suggestion"] = suggestion.map(JSON.string)
        return .object(object)
    }

    /// The problem of a state document, for an answer of the admin API: one sentence with all parts.
    var messageJSON: JSON {
        var object = JSONObject()
        if !pointer.isEmpty { object["path"] = .string(pointer) }
        write(position, to: &object)
        object["message"] = .string(explanation)
        return .object(object)
    }

    private func write(_ position: TextPosition?, to object: inout JSONObject) {
        object["line"] = position.map { .integer($0.line) }
        object["column"] = position.map { .integer($0.column) }
    }
}
