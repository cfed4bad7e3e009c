/// A violation in the service's own words. The front end refuses a value of the wrong type, and the operation
/// a value out of bounds.

extension Violation {
    /// The error for a request with this violation. `refusal` is the member's own message, if it has one.
    package func serviceError(refusal: String?) -> ServiceError {
        switch constraint {
        case .type(let expected):
            return .serialization("Invalid value at '\(dotted)': found \(found), expected \(expected)")
        case .timestamp:
            return .serialization("Invalid value at '\(dotted)': found \(found), expected a date-time")
        default:
            return .badRequest(refusal ?? "1 validation error detected: \(frameworkMessage)")
        }
    }

    private var frameworkMessage: String {
        if case .missingMember(let name) = constraint {
            let place = path.isEmpty ? name : "\(dotted).\(name)"
            return "Value null at '\(place)' failed to satisfy constraint: Member must not be null"
        }
        let value =
            "Value '\(found.hasPrefix("\"") ? String(found.dropFirst().dropLast()) : found)' at '\(dotted)'"
        return "\(value) failed to satisfy constraint: \(requirement)"
    }

    private var requirement: String {
        switch constraint {
        case .choice(let names):
            return "Member must satisfy enum value set: [\(names.joined(separator: ", "))]"
        case .length(let range, let actual):
            return actual < range.lowerBound
                ? "Member must have length greater than or equal to \(range.lowerBound)"
                : "Member must have length less than or equal to \(range.upperBound)"
        case .range(let range):
            return (Int(found) ?? 0) < range.lowerBound
                ? "Member must have value greater than or equal to \(range.lowerBound)"
                : "Member must have value less than or equal to \(range.upperBound)"
        case .rule(let message): return message
        case .missingMember, .type, .timestamp, .unknownMember, .repeatedMember, .protocolType:
            let mistake = mistake
            return DocumentProblem(
                found: mistake.found, expected: mistake.expected, suggestion: mistake.suggestion
            ).explanation
        }
    }

    private var dotted: String {
        path.map { step in
            switch step {
            case .member(let name): name
            case .element(let index): "\(index + 1).member"
            }
        }.joined(separator: ".")
    }
}
