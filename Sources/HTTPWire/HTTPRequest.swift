/// A whole request from the wire: the same value for HTTP/1.0, 1.1 and 2. Its syntax was checked by RFC 9110,
/// 9112 or 9113, its meaning was not.

/// The request method, case-sensitive (RFC 9110 section 9.1).
package struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// Written out, because the one of `RawRepresentable` is a generic function that finds `==` by a table.
    package static func == (first: HTTPMethod, second: HTTPMethod) -> Bool {
        first.rawValue == second.rawValue
    }

    package static let get = HTTPMethod(rawValue: "GET")
    package static let head = HTTPMethod(rawValue: "HEAD")
    package static let post = HTTPMethod(rawValue: "POST")
    package static let put = HTTPMethod(rawValue: "PUT")
    package static let patch = HTTPMethod(rawValue: "PATCH")
    package static let delete = HTTPMethod(rawValue: "DELETE")
    package static let options = HTTPMethod(rawValue: "OPTIONS")
}

/// The protocol version of a message.
package enum HTTPVersion: String, Sendable {
    case http10 = "HTTP/1.0"
    case http11 = "HTTP/1.1"
    case http2 = "HTTP/2"
}

/// The identity of a request's connection. It is unique for the life of the process.
package struct ConnectionID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// One request, with its body. It never changes. It is a class, because a struct of its properties would
/// retain and release each of them at many calls.
package final class HTTPRequest: Sendable {
    package let method: HTTPMethod
    package let target: RequestTarget
    package let version: HTTPVersion
    package let fields: HTTPFields
    package let body: [UInt8]
    package let trailers: HTTPFields

    package init(
        method: HTTPMethod, target: RequestTarget, version: HTTPVersion = .http11,
        fields: HTTPFields = HTTPFields(),
        body: [UInt8] = [], trailers: HTTPFields = HTTPFields()
    ) {
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields
        self.body = body
        self.trailers = trailers
    }

    /// A copy with new values for the given arguments.
    package func with(
        version: HTTPVersion? = nil, body: [UInt8]? = nil, trailers: HTTPFields? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, target: target, version: version ?? self.version, fields: fields,
            body: body ?? self.body, trailers: trailers ?? self.trailers)
    }

    /// The host and port of the request as sent: from an absolute-form target, else from the Host field.
    package var authority: String? {
        target.authority ?? fields["Host"]
    }

    /// Whether the authority is no domain name: an IP address, `localhost`, or none. It takes no memory.
    package var hasLocalAuthority: Bool {
        if let authority = target.authority { return Authority.isLocal(authority.utf8.span) }
        guard let index = fields.firstIndex(of: "Host") else { return true }
        return fields.withValue(at: index) { Authority.isLocal($0) }
    }
}
