/// A request that this server sends to another one, as a value: what goes out, whom it goes to, and how long
/// and how large the answer may be. Only the fields that it names go out, in its order and case.

package import HTTPWire

/// One request to another server, over HTTP/1.1.
package struct OutgoingRequest: Sendable {
    /// A place to connect to.
    package struct Endpoint: Sendable, Hashable {
        /// A name or an address; an IPv6 address without brackets.
        package let host: String
        package let port: UInt16

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    package var method: HTTPMethod
    /// An absolute URL of `http` or `https`, without user information. Path and query go out as they are.
    package var url: String
    /// The header fields. `Host` follows from the URL where it is missing, and goes first in any case.
    /// `Content-Length` gets the true value, and `Transfer-Encoding` is left out.
    package var fields: HTTPFields
    /// Not sent with HEAD.
    package var body: [UInt8]
    /// The longest time from the call to the last byte of the answer, on the real clock. Time that the call
    /// waits for a connection counts too.
    package var timeout: Duration = .seconds(30)
    /// The longest time until there is a connection, names and TLS handshake included.
    package var connectTimeout: Duration = .seconds(10)
    /// The PEM file of the authorities that a server of `https` may have its certificate from. Nil: those of
    /// the system.
    package var authoritiesFile: String?
    /// The name that the server's certificate must have, and that the server is asked for (SNI). Nil: the
    /// URL's host.
    package var serverName: String?
    /// The place to connect to. Nil: host and port of the URL.
    package var connectTo: Endpoint?
    /// Bytes of the answer's body; one more makes the call fail.
    package var bodyBytesMax = 10 * 1024 * 1024

    package init(_ method: HTTPMethod, _ url: String, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// The answer of another server. Trailers are left out.
package struct OutgoingResponse: Sendable {
    /// The status code, 200 to 999.
    package var status: Int
    /// The header fields as they came, in their order and case.
    package var fields: HTTPFields
    /// The body, without the framing in which it came.
    package var body: [UInt8]

    package init(status: Int, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
