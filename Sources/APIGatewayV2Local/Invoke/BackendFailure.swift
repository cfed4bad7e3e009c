/// The failures of a backend's call whose cause a user can mend: an unknown name, and an answer beyond a
/// bound. The text for the log names the option.

internal import APIGatewayV2Invoke
internal import SocketServer

extension BackendOutcome {
    /// The outcome of `request`. `isMapped` tells that the user has named its server.
    init(_ result: OutgoingCall.Outcome, of request: OutgoingRequest, isMapped: Bool) {
        switch result {
        case .failure(.unknownName(let reason)) where !isMapped:
            let host = UpstreamTarget(url: request.url)?.authority ?? "HOST"
            self = .unreachable(
                "no address: \(reason): --upstream \(host)=http://localhost:8080 names a server in its place")
        case .failure(.bodyTooLarge(let max)):
            self = .heldBack(
                "the backend's body is longer than \(max) bytes: --limit backend-body-bytes-max=… allows more"
            )
        case .failure(.headTooLarge(let max)):
            self = .heldBack(
                "the backend's head is longer than \(max) bytes: --limit field-section-bytes-max=… allows "
                    + "more")
        case .success, .failure: self.init(result)
        }
    }
}
