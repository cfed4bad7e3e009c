/// A request of this server to another one, as a value: its content, its target, and the bounds of its
/// answer. Only its own fields are sent, in its order and case.

package import HTTPWire

/// One request to another server, over HTTP/1.1.
package struct OutgoingRequest: Sendable {
    /// A place for a connection.
    package struct Endpoint: Sendable, Hashable {
        /// A name or an address. An IPv6 address has no brackets.
        package let host: String
        package let port: UInt16

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    package var method: HTTPMethod
    /// An absolute URL of `http` or `https`, without user information. Path and query are sent unchanged.
    package var url: String
    /// The header fields. `Host` comes first, from the URL if it is missing. `Content-Length` gets the true
    /// value, and `Transfer-Encoding` is left out.
    package var fields: HTTPFields
    /// The body, which HEAD does not send.
    package var body: [UInt8]
    /// The longest time from the call to the last byte of the answer, on the real clock. It includes the wait
    /// for a connection.
    package var timeout: Duration = .seconds(30)
    /// The longest time until the connection is made, with look-ups and the TLS handshake.
    package var connectTimeout: Duration = .seconds(10)
    /// The PEM file of the authorities for servers of `https`; nil for those of the system.
    package var authoritiesFile: String?
    /// The name for the server's certificate and for SNI; nil for the URL's host.
    package var serverName: String?
    /// The place for the connection; nil for host and port of the URL.
    package var connectTo: Endpoint?
    /// The most bytes of the answer's body. A longer one makes the call fail.
    package var bodyBytesMax = 10 * 1024 * 1024
    /// Whether the call goes on while the server stops, until its drain time is over. Other calls end at
    /// once.
    package var outlastsStop = false

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
    /// The received header fields, in their order and case.
    package var fields: HTTPFields
    /// The body, without its framing.
    package var body: [UInt8]

    package init(status: Int, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
