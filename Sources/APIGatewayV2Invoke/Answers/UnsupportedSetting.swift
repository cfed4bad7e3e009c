/// Settings that the data plane does not honour. A request that needs one gets a 501 with the setting's name
/// and place. Otherwise this program would accept requests that AWS refuses.

/// One member of one resource, and the reason.
package struct UnsupportedSetting: Sendable, Equatable {
    /// The place of the setting, such as `route GET /pets`.
    package let place: String
    package let member: String
    /// The end of the sentence, such as `is not honoured`.
    package let reason: String

    package init(_ member: String, at place: String, reason: String = "is not honoured") {
        self.member = member
        self.place = place
        self.reason = reason
    }

    /// The message in the body and in the log.
    package var message: String {
        "\(member) of \(place) \(reason) by this local stand-in, so that the request is not let through"
    }

    static func domain(_ member: String, of name: String) -> UnsupportedSetting {
        UnsupportedSetting(member, at: "domain name \(name)")
    }

    static func api(_ member: String, of id: String, reason: String) -> UnsupportedSetting {
        UnsupportedSetting(member, at: "API \(id)", reason: reason)
    }

    static func route(
        _ member: String, of key: String, reason: String = "is not honoured"
    )
        -> UnsupportedSetting
    {
        UnsupportedSetting(member, at: "route \(key)", reason: reason)
    }

    static func integration(
        _ member: String, of id: String, reason: String = "is not honoured"
    )
        -> UnsupportedSetting
    {
        UnsupportedSetting(member, at: "integration \(id)", reason: reason)
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
