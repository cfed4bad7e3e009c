/// Tags: names and values in a resource's member `tags`, read and changed by its ARN. AWS: API reference,
/// /v2/tags/{resource-arn}. Bounds from the tag restrictions of the developer guide. Lengths of values, ARNs
/// and messages from docs/fidelity-domains.md, "Tags".

import HTTPWire
import JSON

/// The three operations, and the rules of a tag.
package enum Tags {
    /// Tags of a resource. Fixed by the service.
    package static let countMax = 50
    package static let keyLengths = 1...128
    /// The service model's name for the shape begins at 1, but the service was seen to accept an empty value.
    static let valueLengths = 0...1600
    /// The prefix of AWS's own keys.
    static let reservedPrefix = "aws:"

    /// The member with the tags, of every resource that has them.
    static let member = "tags"

    static let field = Field.map(member, of: .string(valueLengths))

    static let operations = [
        Operation("GetTags", .get, path, status: 200, .perform(get)),
        Operation("TagResource", .post, path, status: 201, .perform(tag)),
        Operation("UntagResource", .delete, path, status: 204, .perform(untag)),
    ]

    /// The tags of a new resource. Only requests are checked, because CloudFormation adds its own tags with
    /// the reserved prefix.
    static let check = Check(at: "tags") { change, _ throws(ServiceError) in
        guard change.old == nil, let slot = change.resource.slot(of: member),
            case .object(let tags) = change.new?.values[slot]
        else { return }
        try check(tags)
    }

    private static let path = "/v2/tags/{resource-arn}"

    private static let get: @Sendable (Call) throws(ServiceError) -> [UInt8] = { call throws(ServiceError) in
        let (resource, identifiers) = try target(of: call)
        let members = try call.store.read(in: call.scope) { tables throws(ServiceError) in
            try resource.existing(identifiers, in: tables, call.context)
        }
        var body: [UInt8] = []
        JSONWriter.append(.object([member: .object(members.tags)]), to: &body)
        return body
    }

    private static let tag: @Sendable (Call) throws(ServiceError) -> [UInt8] = { call throws(ServiceError) in
        let additions = try call.members([field])[member].flatMap(JSONObject.init) ?? [:]
        try change(call) { tags throws(ServiceError) in
            for addition in additions.members { tags[addition.name] = addition.value }
            try check(tags)
        }
        return Array("{}".utf8)
    }

    private static let untag: @Sendable (Call) throws(ServiceError) -> [UInt8] = {
        call throws(ServiceError) in
        let keys = call.request.target.queryItems.filter { $0.name == "tagKeys" }.map(\.value)
        guard !keys.isEmpty else {
            throw .badRequest(
                "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: "
                    + "Member must not be "
                    + "null")
        }
        try change(call) { tags in
            for key in keys { tags[key] = nil }
        }
        return []
    }
}

extension Tags {
    private static func check(_ tags: JSONObject) throws(ServiceError) {
        for tag in tags.members {
            guard keyLengths.contains(tag.name.unicodeScalars.count) else {
                throw .badRequest(
                    "Invalid tag key: \(tag.name). A tag key must have between \(keyLengths.lowerBound) and "
                        + "\(keyLengths.upperBound) characters.")
            }
            guard !tag.name.hasPrefix(reservedPrefix) else {
                throw .badRequest(
                    "Invalid tag key: \(tag.name). A tag key must not begin with \(reservedPrefix)")
            }
        }
        guard tags.members.count <= countMax else {
            throw .badRequest("A resource must not have more than \(countMax) tags.")
        }
    }

    /// Changes tags. This moves no date of the resource and deploys nothing.
    private static func change(
        _ call: Call, _ body: (inout JSONObject) throws(ServiceError) -> Void
    ) throws(ServiceError) {
        let (resource, identifiers) = try target(of: call)
        try call.store.write(in: call.scope) { tables throws(ServiceError) in
            try resource.changeUnchecked(identifiers, in: &tables, call.context) {
                members throws(ServiceError) in
                var tags = members.tags
                try body(&tags)
                members.tags = tags
            }
        }
    }

    /// The resource of the call's ARN: `arn:aws:apigateway:{region}::/apis/{apiId}/stages/{stageName}`. The
    /// account and the `/v2` before the path may be there or not.
    private static func target(of call: Call) throws(ServiceError) -> (Resource, identifiers: [String]) {
        let refusal = ServiceError.badRequest("Invalid ARN specified in the request")
        let parts = call.parameters.values[0].split(
            separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "apigateway",
            parts[3] == call.scope.region, parts[4].isEmpty || parts[4] == call.scope.account
        else { throw refusal }
        var segments = parts[5].split(separator: "/")
        if segments.first == "v2" { segments.removeFirst() }
        guard !segments.isEmpty, segments.count.isMultiple(of: 2) else { throw refusal }
        var resource: Resource?
        var identifiers: [String] = []
        for index in stride(from: 0, to: segments.count, by: 2) {
            resource = call.context.catalogue.children(of: resource?.id).first {
                $0.collectionName == segments[index]
            }
            if resource == nil { throw refusal }
            identifiers.append(String(segments[index + 1]))
        }
        guard let resource, resource.slot(of: member) != nil else { throw refusal }
        return (resource, identifiers)
    }
}

extension Members {
    /// The tags of a resource.
    fileprivate var tags: JSONObject {
        get { resource.slot(of: Tags.member).flatMap { values[$0] }.flatMap(JSONObject.init) ?? [:] }
        set {
            guard let slot = resource.slot(of: Tags.member) else {
                preconditionFailure("A \(resource.noun) has no tags.")
            }
            values[slot] = .object(newValue)
        }
    }
}
