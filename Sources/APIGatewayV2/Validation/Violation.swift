/// One breach of a resource's table by a document, with its place. Authors of fixtures and clients of the
/// service get different words for the same breach.

/// A value that breaks a constraint.
package struct Violation: Sendable, Equatable {
    /// The broken constraint.
    package enum Constraint: Sendable, Equatable {
        /// The value should have been `expected`, such as `a string`.
        case type(expected: String)
        case choice([String])
        /// The number of characters of a string.
        case length(ClosedRange<Int>, actual: Int)
        case range(ClosedRange<Int>)
        case timestamp
        /// The member is not one of `members`.
        case unknownMember(among: [String])
        case repeatedMember
        case missingMember(String)
        /// The member belongs to APIs of the other kind.
        case protocolType(only: ProtocolType)
        /// A rule of the resource, in the service's words.
        case rule(String)
    }

    package let path: [PathStep]
    /// The byte offset in the document.
    package let offset: Int
    /// The value there, in a short form.
    package let found: String
    package let constraint: Constraint
}

extension Violation {
    /// The violation for the author of a fixture: the value, the constraint or broken rule in words, and the
    /// nearest right name.
    package var mistake: (found: String, expected: String, suggestion: String?) {
        switch constraint {
        case .type(let expected):
            return (found, expected, nil)
        case .choice(let names):
            return (found, "one of \(names.joined(separator: ", "))", nearest(among: names))
        case .length(let range, let actual):
            return ("a string of \(actual) characters", "\(range.lowerBound) to \(range.upperBound)", nil)
        case .range(let range):
            return (found, "\(range.lowerBound) to \(range.upperBound)", nil)
        case .timestamp:
            return (found, "a date-time such as 2030-01-01T00:00:00Z", nil)
        case .unknownMember(let members):
            return (
                "an unknown member", "one of \(members.joined(separator: ", "))", nearest(among: members)
            )
        case .repeatedMember:
            return ("this member a second time", "it once", nil)
        case .missingMember(let name):
            return ("an object without \(name)", "one with it", nil)
        case .protocolType(let only):
            return ("a member that only \(only.rawValue) APIs have", "none in this API", nil)
        case .rule(let message):
            return (found, message, nil)
        }
    }

    /// Whether the constraint is a rule of the resource.
    fileprivate var isRule: Bool {
        if case .rule = constraint { true } else { false }
    }

    private func nearest(among names: [String]) -> String? {
        switch (constraint, path.last) {
        case (.unknownMember, .member(let name)): nearestName(to: name, among: names)
        default: nearestName(to: found.filter { $0 != "\"" }, among: names)
        }
    }
}

extension DocumentProblems {
    /// Notes a violation of a resource's table.
    package mutating func note(_ violation: Violation) {
        let mistake = violation.mistake
        note(
            violation.path, offset: violation.offset, found: mistake.found, expected: mistake.expected,
            isRule: violation.isRule, suggestion: mistake.suggestion)
    }
}
