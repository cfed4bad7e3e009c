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
        if segments.first == "_aws" || segments.first == "restapis" {
            let address = RequestAddress(request)
            if address.namesAPI { return address }
        }
        guard let authority = request.authority, !Self.isLocal(authority) else { return nil }
        let address = RequestAddress(request)
        switch address {
        case .host, .path: return address
        case .domain(let host): return directory.hasDomain(host) ? address : nil
        }
    }

    /// Whether the authority names this machine as no custom domain can: `localhost`, or an address.
    private static func isLocal(_ authority: String) -> Bool {
        let bytes = authority.utf8
        guard let first = bytes.first else { return true }
        if first == UInt8(ascii: "[") { return true }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            return bytes.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: ":")
            }
        }
        return authority == "localhost" || authority.hasPrefix("localhost:")
    }
}
