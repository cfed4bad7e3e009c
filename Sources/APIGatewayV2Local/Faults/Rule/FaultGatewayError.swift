/// The errors with which a rule can answer a call of a deployed API. They are the gateway's own answers, and
/// its answers to failures of an integration. Status and body are those of the real gateway
/// (docs/fidelity-invoke.md, "Answers").

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire

/// An answer of the gateway itself, as a fault.
public enum FaultGatewayError: String, Sendable, Hashable, CaseIterable {
    /// Status 401.
    case unauthorized
    /// Status 403.
    case forbidden
    /// Status 429, the throttle of stage and route.
    case throttled
    /// Status 500.
    case internalError = "internal"
    /// Status 500: the function raised an error or crashed.
    case functionError = "function-error"
    /// Status 503: the integration did not answer within its timeout.
    case timeout
    /// Status 503: the backend cannot be reached.
    case unavailable
}

extension FaultGatewayError {
    /// The gateway's answer.
    var answer: GatewayAnswer {
        switch self {
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .throttled: .throttled
        case .internalError, .functionError: .internalServerError
        case .timeout, .unavailable: .unavailable
        }
    }

    /// Whether the error stands for a failed integration, and not for a refusal before it.
    var isOfIntegration: Bool {
        switch self {
        case .functionError, .timeout, .unavailable: true
        case .unauthorized, .forbidden, .throttled, .internalError: false
        }
    }

    /// The error of this status; nil if there is none.
    init?(status: Int) {
        switch status {
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 429: self = .throttled
        case 500: self = .internalError
        case 503: self = .unavailable
        default: return nil
        }
    }

    /// The error that is nearest to one of the control plane, for a rule of the wrong plane.
    init(nearestTo error: FaultError) {
        switch error.status {
        case 429: self = .throttled
        case 503: self = .unavailable
        case 401: self = .unauthorized
        case 403: self = .forbidden
        default: self = .internalError
        }
    }
}

extension FaultError {
    /// The error that is nearest to one of the gateway, for a rule of the wrong plane.
    init(nearestTo error: FaultGatewayError) {
        switch error {
        case .unauthorized, .forbidden: self = .accessDenied
        case .throttled: self = .tooManyRequests
        case .internalError, .functionError: self = .internalServer
        case .timeout, .unavailable: self = .serviceUnavailable
        }
    }
}
