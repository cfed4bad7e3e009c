/// A response without the fields of the wire. The encoder adds `Date`, `Content-Length` and `Connection`,
/// because only it knows the time, the framing and the end of the connection.

/// One response. The order on the wire is Date, Content-Type, Content-Length, Connection, then `fields` in
/// their order.
package struct HTTPResponse: Sendable {
    /// The status code, 200 to 599.
    package var status: Int
    /// The Content-Type; nil sends none.
    package var contentType: String?
    package var fields: HTTPFields
    package var body: [UInt8]
    /// The date and length that another server gave; nil for the encoder's own.
    package var passed: PassedHead?

    package init(
        status: Int, contentType: String? = nil, fields: HTTPFields = HTTPFields(), body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.fields = fields
        self.body = body
    }
}
