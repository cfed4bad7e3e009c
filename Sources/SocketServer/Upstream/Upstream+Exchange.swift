/// The calls on connections without TLS: libcurl finds the way to a server, and the exchange is this
/// project's own. A connection is kept for the next call to the same server.

internal import CCurl
internal import HTTPWire

extension Upstream {
    /// Begins the call on a kept connection, or on the way to a new one.
    func begin(_ call: Call, at now: Duration) {
        do throws(OutgoingFailure) {
            guard !call.target.isEncrypted else { return try open(call) }
            call.wireBytes = try call.request.wireBytes(to: call.target)
            guard let connection = keptConnection(for: call) else { return try open(call) }
            start(call, on: connection, at: now)
        } catch {
            leave(call)
            conclude(call, .failure(error))
            finished.append(call.recipient)
        }
    }

    /// Lets libcurl make the call by TLS, or the connection for it.
    private func open(_ call: Call) throws(OutgoingFailure) {
        let curl = try openCurl()
        let transfer = try CurlTransfer(
            call.request, to: call.target, of: call.server, call.id, by: curl.library, openCalls,
            headBytesMax: limits.wire.fieldSectionBytesMax)
        guard curl.begin(transfer) else { throw .libraryMissing("libcurl begins no transfer") }
        call.transfer = transfer
    }

    /// A connection that the server has not ended, as far as that can be known.
    private func keptConnection(for call: Call) -> PlainConnection? {
        while let connection = plain.takeKept(to: call.server) {
            // Bytes that nobody asked for would become the answer.
            guard connection.isStale(&buffer) else { return connection }
            plain.close(connection)
        }
        return nil
    }

    /// Begins the exchange on the connection that libcurl has made, or ends the call.
    func beginExchange(of call: Call, on transfer: CurlTransfer, _ code: CURLcode, at now: Duration) {
        do throws(OutgoingFailure) {
            // The call keeps its transfer until it has a connection: one with neither counts as waiting.
            let socket = try transfer.connection(code, for: call.request)
            let connection: PlainConnection
            do throws(SystemError) {
                connection = try PlainConnection(socket, to: call.server, registry)
            } catch {
                throw .unreachable("\(error)")
            }
            curl?.end(transfer)
            call.transfer = nil
            plain.add(connection)
            start(call, on: connection, at: now)
        } catch {
            finish(call, .failure(error), at: now)
        }
    }

    private func start(_ call: Call, on connection: PlainConnection, at now: Duration) {
        call.connection = connection
        let reader = ResponseReader(
            answersHead: call.request.method == .head, headBytesMax: limits.wire.fieldSectionBytesMax,
            bodyBytesMax: call.request.bodyBytesMax)
        note(connection.begin(call.id, call.wireBytes, reader), of: call, at: now)
    }

    /// Goes on with the exchange of the connection. A kept one has only its end to tell.
    func advance(_ connection: PlainConnection, _ ready: Poller.Interest, at now: Duration) {
        guard let id = connection.call, let call = call(id) else { return plain.close(connection) }
        let progress = connection.advance(ready, &buffer) { count in
            guard openCalls.hold(count) else { return .outOfRoom(bytesMax: openCalls.bytesMax) }
            call.heldBytes += count
            return nil
        }
        note(progress, of: call, at: now)
    }

    private func note(_ progress: PlainConnection.Progress, of call: Call, at now: Duration) {
        switch progress {
        case .waiting: break
        case .over(let outcome): finish(call, outcome, at: now)
        case .unanswered where call.request.isIdempotent: repeatCall(call, at: now)
        case .unanswered:
            let reason = "a kept connection ended before the answer"
            finish(call, .failure(.brokeOff(reason)), at: now)
        }
    }

    /// Sends the request again on a new connection, because the server may not have seen it. A server may
    /// also have acted on it (RFC 9110 section 9.2.2).
    private func repeatCall(_ call: Call, at now: Duration) {
        do throws(OutgoingFailure) {
            try open(call)
            if let connection = call.connection.take() { plain.close(connection) }
        } catch {
            finish(call, .failure(error), at: now)
        }
    }

    /// Keeps a connection after its exchange, if another may follow.
    func release(_ connection: PlainConnection) {
        if connection.isReusable { plain.keep(connection) } else { plain.close(connection) }
    }
}
