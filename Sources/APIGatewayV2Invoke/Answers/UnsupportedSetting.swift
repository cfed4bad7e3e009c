/// Settings that the data plane does not honour. A request that needs one gets a 501 with the setting's name
/// and place. Otherwise this program would accept requests that AWS refuses.

/// One member of one resource, and the reason.
package struct UnsupportedSetting: Sendable, Equatable {
    /// The place of the setting, such as `route GET /pets`.
    package let place: String
    package let member: String
    /// The entry of a map, such as the key of a template; nil for the whole member.
    package let entry: String?
    /// The end of the sentence, such as `is not honoured`.
    package let reason: String
    /// The mistake in the member, with its place in the text; nil if the reason says all.
    package let detail: String?

    package init(
        _ member: String, _ entry: String? = nil, at place: String, reason: String = "is not honoured",
        detail: String? = nil
    ) {
        self.member = member
        self.entry = entry
        self.place = place
        self.reason = reason
        self.detail = detail
    }

    /// The message in the body and in the log.
    package var message: String {
        "\(name) of \(place) \(reason) by this local stand-in, so that the request is not let through"
            + (detail.map { ": " + $0 } ?? "")
    }

    /// The warning when the setting is stored in an API.
    package func warning(ofAPI apiId: String) -> String {
        "api \(apiId) \(place) \(name)\(detail.map { ": " + $0 } ?? " " + reason), so that every call of its "
            + "routes will fail with 501"
    }

    private var name: String { member + (entry.map { "." + $0 } ?? "") }

    static func domain(_ member: String, of name: String) -> UnsupportedSetting {
        UnsupportedSetting(member, at: "domain name \(name)")
    }

    static func api(_ member: String, of id: String, reason: String) -> UnsupportedSetting {
        UnsupportedSetting(member, at: "API \(id)", reason: reason)
    }

    static func stage(_ member: String, of name: String) -> UnsupportedSetting {
        UnsupportedSetting(member, at: "stage \(name)")
    }

    static func route(
        _ member: String, of key: String, reason: String = "is not honoured", detail: String? = nil
    ) -> UnsupportedSetting {
        UnsupportedSetting(member, at: "route \(key)", reason: reason, detail: detail)
    }

    static func integration(
        _ member: String, of id: String, reason: String = "is not honoured", detail: String? = nil
    ) -> UnsupportedSetting {
        UnsupportedSetting(member, at: "integration \(id)", reason: reason, detail: detail)
    }

    static func authorizer(
        _ member: String, of name: String, reason: String = "is not honoured"
    )
        -> UnsupportedSetting
    {
        UnsupportedSetting(member, at: "authorizer \(name)", reason: reason)
    }

    /// The reason for a JSON path that cannot be read.
    static func unreadPath(_ path: String) -> String { "has the JSON path \(path), which is not read" }
}
