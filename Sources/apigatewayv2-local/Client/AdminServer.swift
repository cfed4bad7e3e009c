/// A running server as the commands ask it: one request a connection, over TLS if the server takes no other.
/// Refuses with a clause that says why there is no answer.

internal import APIGatewayV2Local

/// The admin API of a running server.
struct AdminServer {
    let place: AdminAddress
    /// The server's certificate file, and its folder of certificates; nil for the user's own.
    let certificate: String?
    let folder: String?

    /// The time limit of connecting, and again of each step of an answer.
    static let milliseconds: Int32 = 2000
    /// The most bytes of an answer: a full journal with steps, or a large state. Fixed, because only this
    /// program answers here.
    static let answerBytesMax = 1 << 30

    /// The answer to `request`, over TLS too if that is what the server takes.
    func answer(
        to request: [UInt8], within milliseconds: Int32 = Self.milliseconds,
        bytesMax: Int = Self.answerBytesMax
    ) throws(ExchangeError) -> AdminAnswer {
        if place.isEncrypted { return try secureAnswer(to: request, milliseconds, bytesMax) }
        var bytes: [UInt8] = []
        try SystemCalls.converse(
            with: place.host, port: place.port, milliseconds: milliseconds, bytesMax: bytesMax
        ) { received throws(ExchangeError) in
            bytes += received
            return received.isEmpty ? request : []
        }
        let answer = try Self.answer(bytes)
        return answer.refusesPlainText ? try secureAnswer(to: request, milliseconds, bytesMax) : answer
    }

    private static func answer(_ bytes: [UInt8]) throws(ExchangeError) -> AdminAnswer {
        do throws(AdminAnswerError) {
            return try AdminAnswer(reading: bytes)
        } catch {
            throw ExchangeError(error.description)
        }
    }

    /// The same exchange over TLS, trusting `certificate` or the authority in `folder`.
    private func secureAnswer(
        to request: [UInt8], _ milliseconds: Int32, _ bytesMax: Int
    ) throws(ExchangeError) -> AdminAnswer {
        let conversation: TLSConversation
        do throws(TLSTrustError) {
            let trust = try TLSTrust(certificate: certificate, folder: folder)
            conversation = try trust.conversation(asking: request)
        } catch {
            throw ExchangeError(
                "it speaks TLS alone, and \(error): --tls-dir or --tls-cert says whom to trust")
        }
        var bytes: [UInt8] = []
        try SystemCalls.converse(
            with: place.host, port: place.port, milliseconds: milliseconds, bytesMax: bytesMax
        ) { received throws(ExchangeError) in
            do throws(TLSTrustError) {
                let step = try conversation.exchange(received)
                bytes += step.answer
                return step.forServer
            } catch {
                throw ExchangeError(error.description)
            }
        }
        return try Self.answer(bytes)
    }
}
