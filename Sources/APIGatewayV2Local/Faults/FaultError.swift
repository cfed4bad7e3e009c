/// The errors that a rule can answer with, by their names: those of the service's model, and those that the
/// front end of AWS sends before an operation is reached. Status and wire form are fixed; only what the
/// message and the extra member say is the rule's to choose.

internal import APIGatewayV2
internal import JSON

/// An error of the service, as a fault.
public struct FaultError: Sendable, Hashable {
    /// The name that travels in `x-amzn-ErrorType`.
    public enum Name: String, Sendable, Hashable, CaseIterable {
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

    /// Which error.
    public var name: Name
    /// The message; nil sends the service's usual one.
    public var message: String?
    /// `resourceType` of a NotFoundException, `limitType` of a TooManyRequestsException; the others have
    /// none.
    public var detail: String?

    /// An error with a message and, where its shape has one, an extra member.
    public init(_ name: Name, message: String? = nil, detail: String? = nil) {
        self.name = name
        self.message = message
        self.detail = detail
    }

    /// 400.
    public static let badRequest = FaultError(.badRequest)
    /// 403.
    public static let accessDenied = FaultError(.accessDenied)
    /// 404.
    public static let notFound = FaultError(.notFound)
    /// 409.
    public static let conflict = FaultError(.conflict)
    /// 429, as the service throttles.
    public static let tooManyRequests = FaultError(.tooManyRequests)
    /// 400, as services throttle that tell it by the name alone.
    public static let throttling = FaultError(.throttling)
    /// 500.
    public static let internalServer = FaultError(.internalServer)
    /// 503.
    public static let serviceUnavailable = FaultError(.serviceUnavailable)
}

extension FaultError {
    /// The error that a status alone stands for.
    init?(status: Int) {
        guard let name = Name.allCases.first(where: { $0.status == status }) else { return nil }
        self.init(name)
    }

    /// The name of the extra member on the wire.
    var detailMember: String? {
        switch name {
        case .notFound: "resourceType"
        case .tooManyRequests: "limitType"
        default: nil
        }
    }

    var response: ServiceResponse {
        var members = JSONObject()
        members["message"] = .string(message ?? name.message)
        if let detailMember, let detail { members[detailMember] = .string(detail) }
        var response = ServiceResponse(error: name.rawValue, status: name.status, members: members)
        // The front end's refusals, throttles among them, do not end in a newline.
        if !name.isOfOperation { response.body.removeLast() }
        return response
    }
}

extension FaultError.Name {
    /// What comes from behind the front end.
    fileprivate var isOfOperation: Bool {
        switch self {
        case .badRequest, .accessDenied, .notFound, .conflict: true
        default: false
        }
    }

    /// Of the front end's: recorded for 500; those of AWS's "Common Errors" for ThrottlingException and the
    /// 503s; API Gateway's own gateway responses for the rest.
    fileprivate var status: Int {
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

    /// Texts as recorded where they are (docs/fidelity.md, "Errors"): the 409 is the service's answer to
    /// parallel writes, the 429 its throttle.
    fileprivate var message: String {
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
