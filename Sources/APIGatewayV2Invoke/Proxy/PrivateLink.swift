/// The state of a VPC link. Calls pass while it is AVAILABLE. Without traffic for 60 days a link becomes
/// INACTIVE, and calls fail until it is back (developer guide, "Working with VPC links for HTTP APIs").

package import APIGatewayV2

/// The check of VPC links.
package enum PrivateLink {
    /// The answer to a call through a link that is not AVAILABLE; nil if it is. `record` is the link's
    /// record; nil if there is none.
    package static func refusal(of id: String, _ record: Record?) -> GatewayReply? {
        guard let record else {
            return GatewayReply(.unavailable, cause: "the VPC link \(id) does not exist")
        }
        let status = Members(.vpcLink, record)[VpcLink.vpcLinkStatus] ?? "AVAILABLE"
        if status == "AVAILABLE" { return nil }
        return GatewayReply(.unavailable, cause: "the VPC link \(id) is \(status)")
    }
}
