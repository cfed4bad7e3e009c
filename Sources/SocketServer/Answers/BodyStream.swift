/// An answer whose body has no known end: the head at once, then pieces as the program behind it has them.
/// The loop asks for each piece when the client has taken the earlier ones. A client that reads slowly
/// therefore costs one piece, no thread and no queue.

package import HTTPWire

/// A head, and the program behind the body.
package struct BodyStream: Sendable {
    /// The response without its body and its length.
    package let head: HTTPResponse
    package let source: any BodySource

    package init(head: HTTPResponse, source: any BodySource) {
        self.head = head
        self.source = source
    }
}

/// The program behind one body. The loop of the connection makes all calls on its thread, so they must not
/// wait. `opened` comes first and `ended` last.
package protocol BodySource: AnyObject, Sendable {
    /// The head is on its way. `bell` makes the loop ask for a piece, from any thread.
    func opened(_ bell: BodyBell, at now: Duration)
    /// The bytes that come next; none if there is nothing to send yet, nil at the end of the body. `now` is
    /// the monotonic time. `nextTime` must be later than `now` when this returns.
    func nextPiece(at now: Duration) -> [UInt8]?
    /// The monotonic time at which the loop asks without a ring of the bell.
    var nextTime: Duration { get }
    /// Called once, when the body has ended in any way.
    func ended()
}

/// Makes the loop of one connection ask for the next piece.
package struct BodyBell: Sendable {
    private let mailbox: Mailbox
    private let recipient: Recipient

    init(_ mailbox: Mailbox, _ recipient: Recipient) {
        self.mailbox = mailbox
        self.recipient = recipient
    }

    /// Rings. The caller rings once until the loop has asked, because each ring is mail.
    package func ring() { mailbox.announceEndOfWait(to: recipient) }
}
