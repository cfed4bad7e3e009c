/// The errors that a rule can answer with, by their names in the service's model. Status and wire form are
/// the service's own; only what the message and the extra member say is the rule's to choose.

internal import APIGatewayV2
internal import JSON

/// An error of the service, as a fault.
public struct FaultError: Sendable, Hashable {
    /// The shape's name in the service's model.
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
}

extension FaultError {
    /// The error that a status alone stands for.
    init?(status: Int) {
        guard let name = Name.allCases.first(where: { FaultError($0).serviceError.status == status }) else {
            return nil
        }
        self.init(name)
    }

    /// The name of the extra member on the wire.
    var detailMember: String? {
        switch name {
        case .notFound: "resourceType"
        case .tooManyRequests: "limitType"
        case .badRequest, .accessDenied, .conflict: nil
        }
    }

    /// Texts as recorded where they are (docs/fidelity.md, "Errors"): the 409 is the service's answer to
    /// parallel writes, the 429 its throttle.
    private var serviceError: ServiceError {
        switch name {
        case .badRequest: .badRequest(message ?? "Bad Request")
        case .accessDenied: .accessDenied(message ?? "Access Denied")
        case .notFound: .notFound(message ?? "Not Found", resourceType: detail)
        case .conflict:
            .conflict(
                message
                    ?? "Unable to complete operation due to concurrent modification. Please try again later.")
        case .tooManyRequests: .tooManyRequests(message ?? "Too Many Requests", limitType: detail)
        }
    }

    var response: ServiceResponse {
        var response = ServiceResponse(serviceError)
        // A throttle is the front end's refusal, and those do not end in a newline.
        if name == .tooManyRequests, response.body.last == UInt8(ascii: "\n") { response.body.removeLast() }
        return response
    }
}
