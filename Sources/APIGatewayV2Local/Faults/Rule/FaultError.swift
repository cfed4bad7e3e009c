/// The errors that a rule can answer with, by the names that travel in `x-amzn-ErrorType`. The service's
/// model has some; the front end of AWS sends the others before an operation is reached. Status and wire form
/// are fixed; a rule chooses the message and the extra member.

internal import APIGatewayV2
internal import JSON

/// An error of the service, as a fault.
public enum FaultError: String, Sendable, Hashable, CaseIterable {
    /// 400.
    case badRequest = "BadRequestException"
    /// 403.
    case accessDenied = "AccessDeniedException"
    /// 404.
    case notFound = "NotFoundException"
    /// 409.
    case conflict = "ConflictException"
    /// 429.
    case tooManyRequests = "TooManyRequestsException"
    /// 429, the front end's: a quota rather than a rate.
    case limitExceeded = "LimitExceededException"
    /// 400, the front end's: a throttle that a status alone does not show.
    case throttling = "ThrottlingException"
    /// 500, the front end's.
    case internalServer = "InternalServerException"
    /// 500, the front end's.
    case internalFailure = "InternalFailure"
    /// 503, the front end's.
    case serviceUnavailable = "ServiceUnavailable"
    /// 503, the front end's: a throttle.
    case slowDown = "SlowDown"
    /// 400, the front end's: a body that is no JSON.
    case serialization = "SerializationException"
    /// 403, the front end's.
    case missingAuthenticationToken = "MissingAuthenticationTokenException"
    /// 403, the front end's: an access key that is not known.
    case unrecognizedClient = "UnrecognizedClientException"
    /// 403, the front end's: a wrong secret.
    case invalidSignature = "InvalidSignatureException"
    /// 403, the front end's.
    case expiredToken = "ExpiredTokenException"
    /// 413, the front end's.
    case requestEntityTooLarge = "RequestEntityTooLargeException"
}

extension FaultError {
    /// The error that a status alone stands for.
    init?(status: Int) {
        guard let error = Self.allCases.first(where: { $0.status == status }) else { return nil }
        self = error
    }

    /// The name on the wire of the member that the error has besides its message; nil for none.
    var detailMember: String? {
        switch self {
        case .notFound: "resourceType"
        case .tooManyRequests: "limitType"
        default: nil
        }
    }

    /// The error as the service sends it. A nil `message` is the service's usual one.
    func response(message: String?, detail: String?) -> ServiceResponse {
        var members = JSONObject()
        members["message"] = .string(message ?? self.message)
        if let detailMember, let detail { members[detailMember] = .string(detail) }
        var response = ServiceResponse(error: rawValue, status: status, members: members)
        // The front end's refusals, throttles among them, do not end in a newline.
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

    /// The status. Of the front end's errors, 500 is recorded; ThrottlingException and the 503s are those of
    /// AWS's "Common Errors". The others are those of API Gateway's own gateway responses.
    private var status: Int {
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

    /// The usual message, as recorded where there is a recording (docs/fidelity.md, "Errors"). The 409 is the
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
