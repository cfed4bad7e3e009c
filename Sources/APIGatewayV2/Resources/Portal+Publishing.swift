/// Publishing, disabling and previewing a portal. Each begins a change that ends some time later. A second
/// one during the first is refused.

import HTTPWire
import JSON

extension Portal {
    static let specialOperations = [
        Operation(
            "PublishPortal", .post, "/v2/portals/{portalId}/publish", status: 202, .perform(publish)),
        Operation(
            "DisablePortal", .delete, "/v2/portals/{portalId}/publish", status: 204, .perform(disable)),
        Operation(
            "PreviewPortal", .post, "/v2/portals/{portalId}/preview", status: 202, .perform(makePreview)),
    ]

    private static let publish: @Sendable (Call) throws(ServiceError) -> [UInt8] = {
        call throws(ServiceError) in
        let description = try call.members([.string("description", 0...1024)])["description"]
        try start(.portalPublication, call) { portal, end throws(ServiceError) in
            try checkIdle(portal)
            portal[publishStatus] = "PUBLISH_IN_PROGRESS"
            return [
                "lastPublished": end, "lastPublishedDescription": description ?? .null,
                "publishStatus": "PUBLISHED",
            ]
        }
        return Array("{}".utf8)
    }

    private static let disable: @Sendable (Call) throws(ServiceError) -> [UInt8] = {
        call throws(ServiceError) in
        try start(.portalDisabling, call) { portal, _ throws(ServiceError) in
            try checkIdle(portal)
            if portal[publishStatus] == "DISABLED" { return nil }
            portal[publishStatus] = "DISABLE_IN_PROGRESS"
            return ["publishStatus": "DISABLED"]
        }
        return []
    }

    private static let makePreview: @Sendable (Call) throws(ServiceError) -> [UInt8] = {
        call throws(ServiceError) in
        let identifier = call.parameters.values[0]
        let token = call.context.random.identifier(length: 10)
        let url = "https://p-\(identifier)-\(token).apigw-portal.\(call.scope.region).on.aws"
        try start(.portalPreview, call) { portal, _ throws(ServiceError) in
            guard portal[preview]?["previewStatus"] != "PREVIEW_IN_PROGRESS" else {
                throw .conflict("A preview of portal \(identifier) is in progress")
            }
            portal[preview] = ["previewStatus": "PREVIEW_IN_PROGRESS"]
            return ["preview": ["previewStatus": "PREVIEW_READY", "previewUrl": .string(url)]]
        }
        return Array("{}".utf8)
    }

    private static func checkIdle(_ portal: Members) throws(ServiceError) {
        guard portal[publishStatus]?.hasSuffix("_IN_PROGRESS") != true else {
            throw .conflict("A publication of the portal is in progress or being disabled")
        }
    }

    /// Begins a change. `body` gets the time of its end, changes the portal's present state, and returns its
    /// later state or nil.
    private static func start(
        _ step: LifecycleStep, _ call: Call,
        _ body: (inout Members, _ end: JSON) throws(ServiceError) -> JSONObject?
    ) throws(ServiceError) {
        let due = call.context.now + call.context.delays[step]
        let end = JSON.string(Timestamp(secondsSince1970: Int(due.components.seconds)).text)
        let identifier = call.parameters.values[0]
        try call.store.write(in: call.scope) { tables throws(ServiceError) in
            var members: JSONObject?
            try Resource.portal.changeUnchecked([identifier], in: &tables, call.context) {
                portal throws(ServiceError) in
                members = try body(&portal, end)
            }
            guard let members else { return }
            tables.schedule(
                Transition(due: due, .becomes(members)), for: identifier,
                in: CollectionKey(resource: .portal, parent: ""))
        }
    }
}
