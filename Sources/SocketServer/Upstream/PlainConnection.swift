/// A connection without TLS to another server, and the exchange that it carries: bytes of a request out,
/// bytes of the answer in. One exchange follows the other.

internal import Glibc
internal import HTTPWire

/// A connection. Only its loop uses it. It closes when nothing refers to it any more.
final class PlainConnection {
    enum Progress {
        case waiting
        case over(OutgoingOutcome)
        /// The server ended a kept connection without a byte of an answer: it may not have seen the request.
        case unanswered
    }

    private struct RoundTrip {
        let call: CallID
        let request: [UInt8]
        var sentCount = 0
        var reader: ResponseReader
        /// The received bytes that the reader did not take yet.
        var rest: [UInt8] = []
        /// Whether the server takes no more of the request. It may have answered before.
        var isCutOff = false

        var isSent: Bool { sentCount == request.count }
        var isSending: Bool { !isSent && !isCutOff }
    }

    let server: OutgoingServer
    let generation: UInt32
    var descriptor: Int32 { socket.descriptor }
    private let socket: Socket
    private let registry: Poller.Registry
    private var interest = Poller.Interest.read
    private var exchange: RoundTrip?
    /// Whether the connection has carried an exchange.
    private var isUsed = false
    /// Whether another exchange may follow.
    private(set) var isReusable = true

    /// The call whose exchange is under way; nil while the connection is kept.
    var call: CallID? { exchange?.call }

    /// Takes over a connected socket, and watches it.
    init(
        _ socket: consuming Socket, to server: OutgoingServer, _ registry: Poller.Registry
    ) throws(SystemError) {
        self.socket = socket
        self.server = server
        self.registry = registry
        generation = ConnectionID.next().generation
        try registry.add(self.socket.descriptor, generation: generation, interest: .read)
    }

    /// Begins an exchange, and sends what the socket takes.
    func begin(_ call: CallID, _ request: [UInt8], _ reader: ResponseReader) -> Progress {
        precondition(exchange == nil && isReusable, "One exchange follows the other.")
        exchange = RoundTrip(call: call, request: request, reader: reader)
        isReusable = false
        do throws(SystemError) {
            try send()
            return .waiting
        } catch {
            return broken(error)
        }
    }

    /// Whether the server has ended the connection, or sent what nobody asked for. `buffer` is room to read.
    func isStale(_ buffer: inout [UInt8]) -> Bool {
        do throws(SystemError) {
            buffer.removeAll(keepingCapacity: true)
            return try socket.receive(appendingTo: &buffer, atMost: 1) != .nothing
        } catch {
            return true
        }
    }

    /// Goes on with the exchange. `buffer` is room to read, and `hold` counts bytes of the answer, or refuses
    /// them.
    func advance(
        _ ready: Poller.Interest, _ buffer: inout [UInt8], _ hold: (Int) -> OutgoingFailure?
    ) -> Progress {
        do throws(SystemError) {
            // A server may answer before it has the whole request, and then end the connection.
            let progress = ready.contains(.read) ? try receive(&buffer, hold) : .waiting
            if case .waiting = progress, ready.contains(.write), exchange?.isSending == true { try send() }
            return progress
        } catch {
            return broken(error)
        }
    }

    private func send() throws(SystemError) {
        guard let exchange else { return }
        do throws(SystemError) {
            self.exchange?.sentCount += try socket.send(exchange.request, from: exchange.sentCount)
        } catch {
            // The server has ended the connection. The next read finds its answer, or the end.
            guard error.errno == EPIPE || error.errno == ECONNRESET else { throw error }
            self.exchange?.isCutOff = true
        }
        let wanted: Poller.Interest = self.exchange?.isSending == true ? [.read, .write] : .read
        guard wanted != interest else { return }
        try registry.change(descriptor, generation: generation, interest: wanted)
        interest = wanted
    }

    private func receive(
        _ buffer: inout [UInt8], _ hold: (Int) -> OutgoingFailure?
    ) throws(SystemError) -> Progress {
        buffer.removeAll(keepingCapacity: true)
        let received = try socket.receive(appendingTo: &buffer, atMost: Self.readBytesMax)
        do throws(OutgoingFailure) {
            switch received {
            case .nothing: return .waiting
            case .bytes(let count):
                if let refusal = hold(count) { throw refusal }
                return try take(buffer)
            case .end: return try end()
            }
        } catch {
            return .over(.failure(error))
        }
    }

    private func take(_ bytes: [UInt8]) throws(OutgoingFailure) -> Progress {
        guard var exchange = exchange.take() else { return .waiting }
        if exchange.rest.isEmpty {
            let count = try exchange.reader.read(bytes.span)
            if count < bytes.count { exchange.rest.append(bytes.span.extracting(count..<bytes.count)) }
        } else {
            exchange.rest.append(bytes.span)
            let rest = exchange.rest
            exchange.rest = Array(rest.dropFirst(try exchange.reader.read(rest.span)))
        }
        guard let response = exchange.reader.response else {
            self.exchange = exchange
            return .waiting
        }
        isUsed = true
        // Bytes behind the answer belong to no request.
        isReusable = exchange.reader.isKeptAlive && exchange.isSent && exchange.rest.isEmpty
        return .over(.success(response))
    }

    private func end() throws(OutgoingFailure) -> Progress {
        guard var exchange = exchange.take() else { return .waiting }
        if isUsed, !exchange.reader.hasBegun { return .unanswered }
        try exchange.reader.end()
        guard let response = exchange.reader.response else { preconditionFailure("It has ended.") }
        return .over(.success(response))
    }

    private func broken(_ error: SystemError) -> Progress {
        let hasBegun = exchange.take()?.reader.hasBegun ?? false
        return isUsed && !hasBegun ? .unanswered : .over(.failure(.brokeOff("\(error)")))
    }

    /// The most bytes of one read. Fixed, because the next turn reads the rest.
    private static let readBytesMax = 64 * 1024
}
