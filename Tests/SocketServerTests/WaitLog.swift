/// The waits that a test's handler has begun, their tickets, and how each of them ended.

import HTTPWire
import SocketServer
import Synchronization

/// Begins waits of five seconds and remembers them.
final class WaitLog: Sendable {
    private struct State {
        var tickets: [Ticket] = []
        var ends: [String] = []
    }

    private let state = Mutex(State())

    var tickets: [Ticket] { state.withLock { $0.tickets } }
    /// The body of each reply that became known, or `gone` for each client that went before, in order.
    var ends: [String] { state.withLock { $0.ends } }

    /// A wait that ends by its ticket, or with a word for why it did not. The reply to `/await/done` is known
    /// before the wait begins; `/await/twice` waits once more behind its first ticket.
    func begin(_ path: String) -> Answer {
        let ticket = Ticket()
        state.withLock { $0.tickets.append(ticket) }
        if path == "/await/done" { ticket.complete { text("done") } }
        return .wait(
            Wait(for: ticket, atMost: .seconds(5)) { failure in
                text("\(failure)")
            } whenKnown: { [self] reply in
                note(reply.map { String(decoding: $0.response.body, as: UTF8.self) } ?? "gone")
            })
    }

    /// Ends the wait with this index by a reply, or by another wait if `next` says so.
    @discardableResult
    func complete(_ index: Int, _ body: String = "come", thenWaits: Bool = false) -> Bool {
        tickets[index].complete { [self] in thenWaits ? begin("/await") : text(body) }
    }

    func note(_ end: String) {
        state.withLock { $0.ends.append(end) }
    }
}

/// A reply of 200 with this body.
func text(_ body: String, delay: Duration = .zero, delivery: Delivery = .whole) -> Answer {
    let response = HTTPResponse(status: 200, contentType: "text/plain", body: Array(body.utf8))
    return .reply(Reply(response, delay: delay, delivery: delivery))
}
