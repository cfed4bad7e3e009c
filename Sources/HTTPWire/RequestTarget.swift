/// A request target taken apart once: percent-decoded path segments and query items (RFC 9112 section 3.2, RFC 3986
/// sections 2.1 and 3.3). Refuses with `HTTPParseError.badRequest` what is not origin-form or absolute-form, and any
/// percent-encoding that is not `%` and two hexadecimal digits or does not decode to UTF-8.

/// The target of a request, in origin-form.
package struct RequestTarget: Sendable {
    /// One `name=value` of the query, decoded.
    package struct QueryItem: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Path and query as sent, still encoded.
    package let text: String
    /// The decoded segments between the slashes: `/v2/apis` has two, `/` one that is empty, `/v2/` two.
    package let pathSegments: [String]
    package let queryItems: [QueryItem]
    /// Host and port of an absolute-form target, which stands above the Host field (RFC 9112 section 3.2.2).
    package let authority: String?

    package init(text: String, pathSegments: [String], queryItems: [QueryItem] = [], authority: String? = nil) {
        self.text = text
        self.pathSegments = pathSegments
        self.queryItems = queryItems
        self.authority = authority
    }

    /// The decoded value of the first query item called `name`.
    package func query(_ name: String) -> String? {
        queryItems.first { $0.name == name }?.value
    }
}
