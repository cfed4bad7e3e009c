/// The state of a VPC link, which lets calls through while it is AVAILABLE. A link without traffic for 60
/// days becomes INACTIVE, and calls fail until it is back (developer guide, "Working with VPC links for
/// HTTP APIs").

package import APIGatewayV2

/// Judges VPC links.
package enum PrivateLink {
    /// The answer to a call through a link that lets none through; nil where it does. `record` is the
    /// link's, nil where there is none.
    package static func refusal(of id: String, _ record: Record?) -> GatewayReply? {
        guard let record else {
            return GatewayReply(.unavailable, cause: "the VPC link \(id) does not exist")
        }
        let status = Members(.vpcLink, record)[VpcLink.vpcLinkStatus] ?? "AVAILABLE"
        if status == "AVAILABLE" { return nil }
        return GatewayReply(.unavailable, cause: "the VPC link \(id) is \(status)")
    }
}
