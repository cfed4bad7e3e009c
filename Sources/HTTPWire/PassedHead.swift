/// The date and length of another server's answer, which a gateway passes on in the place of its own. A HEAD
/// answer has no body, and only its server knows the length that GET would have.

/// Fields that the encoder writes, as another server gave them. It is an object, because few responses have
/// one.
package final class PassedHead: Sendable {
    /// The value of Date; nil for the time of sending.
    let date: [UInt8]?
    /// The value of Content-Length of an answer without a body; nil for the body's own.
    package let contentLength: Int?

    /// `date` has no line break.
    package init(date: String?, contentLength: Int?) {
        self.date = date.map { Array($0.utf8) }
        self.contentLength = contentLength
    }

    /// The value of Date as a text; nil for the time of sending.
    package var dateText: String? { date.map { String(decoding: $0, as: UTF8.self) } }
}
