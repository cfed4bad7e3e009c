/// The first question to a request: does it call a deployed API, or the service's own operations? The host
/// and the path tell (docs/invoke.md, "Addresses").

internal import APIGatewayV2Invoke
internal import HTTPWire

/// Tells invocations from requests of the control plane.
struct InvocationFront: Sendable {
    private let directory: StageDirectory

    init(_ directory: StageDirectory) {
        self.directory = directory
    }

    /// The address of the API or domain that the request calls; nil for a request of the control plane. Most
    /// requests are told by the first bytes of their path and host.
    func address(of request: HTTPRequest) -> RequestAddress? {
        let segments = request.target.pathSegments
        // Nearly all requests of the control plane end here.
        if segments.first == "v2", request.hasLocalAuthority { return nil }
        if segments.first == "_aws" || segments.first == "restapis" {
            let address = RequestAddress(request)
            if address.namesAPI { return address }
        }
        let form = segments.first == "ws" ? RequestAddress(webSocketPathOf: request) : nil
        if request.hasLocalAuthority { return form }
        let address = RequestAddress(request)
        switch address {
        case .host, .path: return address
        case .domain(let host): return directory.hasDomain(host) ? address : form
        }
    }
}
