/// PortalProductSharingPolicy: the other accounts that may use a portal product. A PortalProduct has at most
/// one, which is deleted with it. AWS: API reference, /v2/portalproducts/{portalProductId}/sharingpolicy.
/// Members and bounds from the service model. The policy is stored and has no effect, because accounts do not
/// see each other here.

import HTTPWire
import JSON

/// The members of a sharing policy that code reads.
package enum PortalProductSharingPolicy {
    static let policyDocument = Key<String>("policyDocument", in: .portalProductSharingPolicy)
    static let portalProductId = Key<String>("portalProductId", in: .portalProductSharingPolicy)
}

extension Resource {
    package static let portalProductSharingPolicy: Resource = Resource(
        id: .portalProductSharingPolicy,
        noun: "PortalProductSharingPolicy",
        parent: .portalProduct,
        path: "/v2/portalproducts/{portalProductId}/sharingpolicy",
        verbs: [.get, .delete],
        fields: [
            .string("policyDocument", 1...307_200, .required, .requiredOnUpdate),
            .string("portalProductId", 10...30, .readOnly),
        ],
        requestOnlyRules: [PortalProductSharingPolicy.documentRule],
        specialOperations: [
            Operation(
                "PutPortalProductSharingPolicy", .put, "/v2/portalproducts/{portalProductId}/sharingpolicy",
                status: 200, .perform(PortalProductSharingPolicy.put))
        ],
        notModelled: [
            "The policy is kept and has no effect: accounts do not see each other."
        ],
        unknownMessage: { identifier, _ in "Portal product \(identifier) has no sharing policy" })
}

extension PortalProductSharingPolicy {
    fileprivate static let documentRule = Rule(at: "policyDocument") { policy, _ in
        guard let text = policy[policyDocument] else { return nil }
        do throws(JSONError) {
            let document = try JSONDocument(parsing: Array(text.utf8))
            return document.root.kind == .object ? nil : "Invalid policy document: expected a JSON object"
        } catch {
            return "Invalid policy document: \(error)"
        }
    }

    /// Replaces the policy, or makes the first.
    fileprivate static let put: @Sendable (Call) throws(ServiceError) -> [UInt8] = {
        call throws(ServiceError) in
        let resource = Resource.portalProductSharingPolicy
        var members = try resource.input(of: call, isUpdate: false)
        let product = call.parameters.values[0]
        members[portalProductId] = product
        let new = members
        try call.store.write(in: call.scope) { tables throws(ServiceError) in
            let collection = CollectionKey(resource: resource.id, parent: product)
            if !tables.contains(product, in: collection) {
                _ = try resource.create(new, under: [product], in: &tables, call.context)
            } else {
                try resource.checkPresent(resource.slots.requiredOnUpdate, of: new)
                _ = try resource.update([product, product], with: new, in: &tables, call.context)
            }
        }
        return Array("{}".utf8)
    }
}
