/// The errors with which a rule can answer, by their names in `x-amzn-ErrorType`. Some are in the service's
/// model. AWS's front end sends the others before a request reaches an operation. Status and wire form are
/// fixed, and a rule chooses the message and the extra member.

internal import APIGatewayV2
internal import JSON

/// An error of the service, as a fault.
public enum FaultError: String, Sendable, Hashable, CaseIterable {
    /// Status 400.
    case badRequest = "BadRequestException"
    /// Status 403.
    case accessDenied = "AccessDeniedException"
    /// Status 404.
    case notFound = "NotFoundException"
    /// Status 409.
    case conflict = "ConflictException"
    /// Status 429.
    case tooManyRequests = "TooManyRequestsException"
    /// Status 429, from the front end: a quota rather than a rate.
    case limitExceeded = "LimitExceededException"
    /// Status 400, from the front end: a throttle that the status alone does not show.
    case throttling = "ThrottlingException"
    /// Status 500, from the front end.
    case internalServer = "InternalServerException"
    /// Status 500, from the front end.
    case internalFailure = "InternalFailure"
    /// Status 503, from the front end.
    case serviceUnavailable = "ServiceUnavailable"
    /// Status 503, from the front end: a throttle.
    case slowDown = "SlowDown"
    /// Status 400, from the front end: a body that is not JSON.
    case serialization = "SerializationException"
    /// Status 403, from the front end.
    case missingAuthenticationToken = "MissingAuthenticationTokenException"
    /// Status 403, from the front end: an unknown access key.
    case unrecognizedClient = "UnrecognizedClientException"
    /// Status 403, from the front end: a wrong secret.
    case invalidSignature = "InvalidSignatureException"
    /// Status 403, from the front end.
    case expiredToken = "ExpiredTokenException"
    /// Status 413, from the front end.
    case requestEntityTooLarge = "RequestEntityTooLargeException"
}

extension FaultError {
    /// The error for a rule that gives only a status.
    init?(status: Int) {
        guard let error = Self.allCases.first(where: { $0.status == status }) else { return nil }
        self = error
    }

    /// The name of the error's member besides its message; nil for none.
    var detailMember: String? {
        switch self {
        case .notFound: "resourceType"
        case .tooManyRequests: "limitType"
        default: nil
        }
    }

    /// The error as the service sends it. A nil `message` means the service's usual one.
    func response(message: String?, detail: String?) -> ServiceResponse {
        var members = JSONObject()
        members["message"] = .string(message ?? self.message)
        if let detailMember, let detail { members[detailMember] = .string(detail) }
        var response = ServiceResponse(error: rawValue, status: status, members: members)
        // Bodies of the front end do not end in a newline.
        if !isOfOperation { response.body.removeLast() }
        return response
    }

    /// Whether the error comes from an operation, and not from the front end.
    private var isOfOperation: Bool {
        switch self {
        case .badRequest, .accessDenied, .notFound, .conflict: true
        default: false
        }
    }

    /// The status. Of the front end's errors, 500 is recorded. AWS's "Common Errors" has ThrottlingException
    /// and the 503s. API Gateway's own gateway responses have the others.
    var status: Int {
        switch self {
        case .badRequest, .throttling, .serialization: 400
        case .accessDenied, .missingAuthenticationToken, .unrecognizedClient, .invalidSignature,
            .expiredToken:
            403
        case .notFound: 404
        case .conflict: 409
        case .requestEntityTooLarge: 413
        case .tooManyRequests, .limitExceeded: 429
        case .internalServer, .internalFailure: 500
        case .serviceUnavailable, .slowDown: 503
        }
    }

    /// The usual message, from a recording if there is one (docs/fidelity.md, "Errors"). The 409 is the
    /// service's answer to parallel writes, the 429 its throttle.
    private var message: String {
        switch self {
        case .badRequest: "Bad Request"
        case .accessDenied: "Access Denied"
        case .notFound: "Not Found"
        case .conflict:
            "Unable to complete operation due to concurrent modification. Please try again later."
        case .tooManyRequests: "Too Many Requests"
        case .limitExceeded: "Limit Exceeded"
        case .throttling: "Rate exceeded"
        case .internalServer: "Internal server error"
        case .internalFailure: "The request processing has failed because of an unknown error."
        case .serviceUnavailable: "Service Unavailable"
        case .slowDown: "Please reduce your request rate."
        case .serialization: "Invalid JSON"
        case .missingAuthenticationToken: "Missing Authentication Token"
        case .unrecognizedClient: "The security token included in the request is invalid."
        case .invalidSignature:
            "The request signature we calculated does not match the signature you provided. Check your AWS "
                + "Secret Access Key and signing method. Consult the service documentation for details."
        case .expiredToken: "The security token included in the request is expired"
        case .requestEntityTooLarge: "Request Too Long"
        }
    }
}
