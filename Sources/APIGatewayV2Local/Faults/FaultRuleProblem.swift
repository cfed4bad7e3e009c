/// What is wrong with fault rules, collected: each mistake with its place, what stands there, what was
/// expected and, for a name, the one that was probably meant.

internal import APIGatewayV2
internal import JSON

/// One mistake in a rule.
package struct FaultRuleProblem: Sendable, Hashable {
    /// The place as a JSON pointer, such as `/rules/0/when/first`; empty when the text is no JSON.
    package let pointer: String
    /// The line in the document; 0 when there is no document.
    package let line: Int
    /// The column in the document; 0 when there is no document.
    package let column: Int
    package let found: String
    package let expected: String
    /// The nearest right name.
    package let suggestion: String?

    init(pointer: String, position: TextPosition?, found: String, expected: String, suggestion: String? = nil)
    {
        self.pointer = pointer
        line = position?.line ?? 0
        column = position?.column ?? 0
        self.found = found
        self.expected = expected
        self.suggestion = suggestion
    }

    /// `file:line:column: path: found …, expected …`, without what there is not.
    package func text(file: String?) -> String {
        var places: [String] = []
        let position = line > 0 ? "\(line):\(column)" : nil
        let source = [file, position].compactMap { $0 }.joined(separator: ":")
        if !source.isEmpty { places.append(source) }
        if !pointer.isEmpty { places.append(pointer) }
        let meant = suggestion.map { "; did you mean \($0)?" } ?? ""
        return (places + ["found \(found), expected \(expected)\(meant)"]).joined(separator: ": ")
    }
}

/// Rules that were refused. Nothing was changed.
public struct FaultRuleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line a mistake, such as `faults.json:4:20: /rules/0/when/first: found 0, expected 1 to
    /// 1000000000`.
    public let lines: [String]
    package let problems: [FaultRuleProblem]

    init(_ problems: [FaultRuleProblem], file: String? = nil) {
        self.problems = problems
        lines = problems.map { $0.text(file: file) }
    }

    /// The lines, one below the other.
    public var description: String { lines.joined(separator: "\n") }
}

/// The mistakes of some rules, in the order in which they were noticed.
struct RuleProblems {
    private struct Note {
        let path: [PathStep]
        /// Nil for what a check of the value noticed: the document tells where that is.
        let offset: Int?
        let found: String
        let expected: String
        let suggestion: String?
    }

    private var notes: [Note] = []

    var isEmpty: Bool { notes.isEmpty }
    var count: Int { notes.count }

    /// A mistake in the form of a document.
    mutating func note(
        _ place: RulePlace, offset: Int? = nil, found: String? = nil, expected: String,
        suggestion: String? = nil
    ) {
        notes.append(
            Note(
                path: place.path, offset: offset ?? place.node.offset, found: found ?? place.node.excerpt,
                expected: expected, suggestion: suggestion))
    }

    /// A mistake in what a value means.
    mutating func note(_ path: [PathStep], found: String, expected: String, suggestion: String? = nil) {
        notes.append(Note(path: path, offset: nil, found: found, expected: expected, suggestion: suggestion))
    }

    /// The mistakes without positions, for values that no document held.
    var withoutPositions: [FaultRuleProblem] {
        notes.map {
            FaultRuleProblem(
                pointer: pointer(to: $0.path), position: nil, found: $0.found, expected: $0.expected,
                suggestion: $0.suggestion)
        }
    }

    /// The mistakes with their positions in `document`, in its order.
    func positioned(in document: JSONDocument) -> [FaultRuleProblem] {
        let placed = notes.map { (note: $0, offset: $0.offset ?? document.root.offset(of: $0.path)) }
        let sorted = placed.sorted { $0.offset < $1.offset }
        let positions = document.positions(ofBytes: sorted.map(\.offset))
        return zip(sorted, positions).map { place, position in
            FaultRuleProblem(
                pointer: pointer(to: place.note.path), position: position, found: place.note.found,
                expected: place.note.expected, suggestion: place.note.suggestion)
        }
    }
}

extension JSONNode {
    /// Where the value at the end of `path` begins, or the innermost one on the way that is there.
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
