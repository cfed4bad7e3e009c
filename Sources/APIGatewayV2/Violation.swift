/// One way in which a document does not fit a resource's table, with its place. What a fixture's author and
/// what a client reads are two wordings of the same value.

/// A step from a document's root towards a value.
package enum PathStep: Sendable, Equatable {
    case member(String)
    case element(Int)
}

/// A value that breaks a constraint.
package struct Violation: Sendable, Equatable {
    /// What was broken.
    package enum Constraint: Sendable, Equatable {
        /// The value should have been `expected`, such as `a string`.
        case type(expected: String)
        case choice([String])
        /// Characters of a string.
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
    /// Byte offset in the document.
    package let offset: Int
    /// The value there, shortened.
    package let found: String
    package let constraint: Constraint
}

/// A place in a document as a JSON pointer (RFC 6901), but for the root, which is shown as `/`.
package func pointer(to path: [PathStep]) -> String {
    guard !path.isEmpty else { return "/" }
    return path.map { step in
        switch step {
        case .member(let name): "/" + escaped(name)
        case .element(let index): "/\(index)"
        }
    }.joined()
}

private func escaped(_ name: String) -> String {
    name.reduce(into: "") { text, character in
        switch character {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.append(character)
        }
    }
}

extension Violation {
    /// `found …, expected …`, for whoever wrote the document.
    package var explanation: String {
        switch constraint {
        case .type(let expected):
            return "found \(found), expected \(expected)"
        case .choice(let names):
            return "found \(found), expected one of \(names.joined(separator: ", "))"
                + suggestion(among: names)
        case .length(let range, let actual):
            return
                "found a string of \(actual) characters, expected \(range.lowerBound) to \(range.upperBound)"
        case .range(let range):
            return "found \(found), expected \(range.lowerBound) to \(range.upperBound)"
        case .timestamp:
            return "found \(found), expected a date-time such as 2030-01-01T00:00:00Z"
        case .unknownMember(let members):
            return "found an unknown member, expected one of \(members.joined(separator: ", "))"
                + suggestion(among: members)
        case .repeatedMember:
            return "found this member a second time, expected it once"
        case .missingMember(let name):
            return "found no member \(name), expected it"
        case .protocolType(let only):
            return "found a member that only \(only.rawValue) APIs have, expected none in this API"
        case .rule(let message):
            return "found \(found), expected otherwise: \(message)"
        }
    }

    private func suggestion(among names: [String]) -> String {
        let wrong: String
        switch (constraint, path.last) {
        case (.unknownMember, .member(let name)): wrong = name
        default: wrong = found.filter { $0 != "\"" }
        }
        guard let nearest = nearestName(to: wrong, among: names) else { return "" }
        return "; did you mean \(nearest)?"
    }
}
