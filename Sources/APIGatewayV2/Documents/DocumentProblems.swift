/// The mistakes of one document, collected while it is read and checked. The positions are found at the end,
/// in one scan of the text.

package import JSON

/// The mistakes, in the order of their notes.
package struct DocumentProblems: Sendable {
    fileprivate struct Note {
        let path: [PathStep]
        /// The offset of the mistake in the text; nil for the offset of the value at `path`.
        let offset: Int?
        let found: String
        let expected: String
        let isRule: Bool
        let suggestion: String?
    }

    /// The order of the problems that `positioned` returns.
    package enum Order: Sendable {
        case asNoted
        case asInDocument
    }

    private var notes: [Note] = []

    package init() {}

    package var isEmpty: Bool { notes.isEmpty }
    package var count: Int { notes.count }

    /// Notes a mistake in the value at `path`, or at another `offset` in the text, such as that of a name.
    /// If `isRule`, `expected` is the rule that the value breaks.
    package mutating func note(
        _ path: [PathStep], offset: Int? = nil, found: String, expected: String, isRule: Bool = false,
        suggestion: String? = nil
    ) {
        notes.append(
            Note(
                path: path, offset: offset, found: found, expected: expected, isRule: isRule,
                suggestion: suggestion))
    }

    /// Notes a mistake in `node`, which is the value at `path`. Without `found` the message shows the value.
    package mutating func note(
        _ node: JSONNode, at path: [PathStep], found: String? = nil, expected: String
    ) {
        note(path, offset: node.offset, found: found ?? node.excerpt, expected: expected)
    }

    /// The problems of a value without a text.
    package var withoutPositions: [DocumentProblem] {
        notes.map { $0.problem(at: nil, file: nil) }
    }

    /// The problems with their positions in `document`.
    package func positioned(
        in document: JSONDocument, file: String? = nil, order: Order = .asInDocument
    ) -> [DocumentProblem] {
        var placed = notes.map { (note: $0, offset: $0.offset ?? document.root.offset(of: $0.path)) }
        if order == .asInDocument { placed.sort { $0.offset < $1.offset } }
        let positions = document.positions(ofBytes: placed.map(\.offset))
        return zip(placed, positions).map { $0.note.problem(at: $1, file: file) }
    }
}

extension DocumentProblems.Note {
    fileprivate func problem(at position: TextPosition?, file: String?) -> DocumentProblem {
        DocumentProblem(
            file: file, position: position, pointer: pointer(to: path), found: found, expected: expected,
            isRule: isRule, suggestion: suggestion)
    }
}

extension JSONNode {
    /// The offset of the value at `path`, or of the last existing value on the way.
    fileprivate func offset(of path: [PathStep]) -> Int {
        var node = self
        for step in path {
            switch step {
            case .member(let name):
                guard let value = node[name] else { return node.offset }
                node = value
            case .element(let index):
                guard let element = node.elements.dropFirst(index).first(where: { _ in true }) else {
                    return node.offset
                }
                node = element
            }
        }
        return node.offset
    }
}
