/// The errors of the service's model (botocore's `apigatewayv2` service-2.json): five names, each with
/// one status and one wire form, and the one that the front end sends for a body it cannot read. The name
/// travels in `x-amzn-ErrorType` alone, the message in the body.

/// What an operation can refuse with.
package enum ServiceError: Error, Equatable, Sendable {
    case badRequest(String)
    case accessDenied(String)
    case notFound(String, resourceType: String? = nil)
    case conflict(String)
    case tooManyRequests(String, limitType: String? = nil)
    /// A body that is no JSON, or a value of another type than its member's. Not in the model; recorded
    /// on the v1 control plane, which shares host and front end.
    case serialization(String)

    /// A required member that is absent, in the validation framework's words.
    static func missing(_ member: String) -> ServiceError {
        .badRequest(
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: "
                + "Member must not be null")
    }

    /// The shape's name in the model.
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

    /// The member that some shapes have besides the message: its name on the wire and its value.
    var extraMember: (name: String, value: String)? {
        switch self {
        case .badRequest, .accessDenied, .conflict, .serialization: nil
        case .notFound(_, let resourceType): resourceType.map { ("resourceType", $0) }
        case .tooManyRequests(_, let limitType): limitType.map { ("limitType", $0) }
        }
    }
}
