/// The part of a reply that its client gets, for the records. A fault of the connection may send nothing.

internal import HTTPWire
internal import SocketServer

extension Reply {
    /// The status that the client gets; nil if it gets none.
    var sentStatus: Int? { sendsHead ? response.status : nil }

    /// The whole body, even if a fault cuts it off; empty if no status is sent.
    var sentBody: [UInt8] { sendsHead ? response.body : [] }

    /// Most replies are whole, and make no plan of their delivery.
    private var sendsHead: Bool {
        if case .whole = delivery { true } else { delivery.sendsHead }
    }
}
