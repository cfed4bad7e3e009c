/// The room of an answer's body with all bodies that the connections hold. It is reserved once, before the
/// record. The wire does not ask again, because the record would have the wrong status.

internal import HTTPWire
internal import SocketServer

/// Asks the server, which is set after its start.
final class AnswerRoom: Sendable {
    /// Answers of so many bytes always have room.
    let freeBytes: Int
    let bytesMax: Int
    private let ask = LateFunction<@Sendable (Int) -> Bool>({ _ in true })

    init(_ limits: SocketLimits) {
        freeBytes = limits.countedBytesMin
        bytesMax = limits.invokeBytesMax
    }

    /// The refusal of an answer without room.
    var error: HTTPParseError {
        HTTPParseError(
            status: 503,
            reason: "The answer has no room: all bodies together have at most \(bytesMax) bytes "
                + "(--limit invoke-bytes-max).")
    }

    /// The same reply, or the refusal if it has no room.
    @Sendable func admitted(_ reply: Reply) -> Reply {
        var reply = reply
        if !reserve(reply.response.body.count) { reply.response = HTTPResponse(refusing: error) }
        reply.hasRoom = true
        return reply
    }

    /// Whether `response` is the refusal.
    func refused(_ response: HTTPResponse) -> Bool {
        response.status == error.status && response.body == HTTPResponse(refusing: error).body
    }

    /// Sets the function that answers for a number of bytes. It is called on the thread of a loop.
    func set(_ ask: @escaping @Sendable (Int) -> Bool) {
        self.ask.set(ask)
    }

    /// Reserves room until the connection counts the bytes. Returns false if there is none.
    func reserve(_ bytes: Int) -> Bool {
        bytes <= freeBytes || ask.current(bytes)
    }
}
