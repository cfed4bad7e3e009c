/// The errors of the service's model (botocore's `apigatewayv2` service-2.json), and the front end's error
/// for an unreadable body. The model has five names, each with one status and one wire form. Only
/// `x-amzn-ErrorType` has the name, and only the body the message.

/// The refusal of an operation.
package enum ServiceError: Error, Equatable, Sendable {
    case badRequest(String)
    case accessDenied(String)
    case notFound(String, resourceType: String? = nil)
    case conflict(String)
    case tooManyRequests(String, limitType: String? = nil)
    /// A body that is not JSON, or a value of the wrong type. The model lacks this error; it is recorded on
    /// the v1 control plane, which has the same host and front end.
    case serialization(String)

    /// The error for a missing member, in the validation framework's words.
    static func missing(_ member: String) -> ServiceError {
        .badRequest(
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: "
                + "Member must not be null")
    }

    /// The name of the shape in the model.
    package var name: String {
        switch self {
        case .badRequest: "BadRequestException"
        case .accessDenied: "AccessDeniedException"
        case .notFound: "NotFoundException"
        case .conflict: "ConflictException"
        case .tooManyRequests: "TooManyRequestsException"
        case .serialization: "SerializationException"
        }
    }

    package var status: Int {
        switch self {
        case .badRequest, .serialization: 400
        case .accessDenied: 403
        case .notFound: 404
        case .conflict: 409
        case .tooManyRequests: 429
        }
    }

    package var message: String {
        switch self {
        case .badRequest(let message), .accessDenied(let message), .conflict(let message),
            .serialization(let message):
            message
        case .notFound(let message, _), .tooManyRequests(let message, _): message
        }
    }

    /// The further member of some shapes besides the message: its name on the wire and its value; nil for
    /// none.
    var extraMember: (name: String, value: String)? {
        switch self {
        case .badRequest, .accessDenied, .conflict, .serialization: nil
        case .notFound(_, let resourceType): resourceType.map { ("resourceType", $0) }
        case .tooManyRequests(_, let limitType): limitType.map { ("limitType", $0) }
        }
    }
}
