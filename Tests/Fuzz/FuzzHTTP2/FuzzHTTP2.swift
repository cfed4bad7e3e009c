/// A libFuzzer target: any bytes through an HTTP/2 session whose requests are answered in every way that
/// there is. What comes out must be frames that a client can read. `make fuzz` runs it, with a bound of
/// memory.

import HTTP2Peer
import HTTPWire

/// The first byte says where the rest is cut, and the lowest bit of the second whether the preface stands
/// before it.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard input.count > 2 else { return 0 }
    let bytes = Array(input.dropFirst(2))
    let cut = Int(input[0]) * bytes.count / 256
    var conversation = Conversation()

    if input[1] & 1 == 0 { conversation.receive(HTTP2Frame.preface + HTTP2Frame.settings().bytes) }
    conversation.receive(Array(bytes[..<cut]))
    conversation.receive(Array(bytes[cut...]))
    conversation.stop()
    return 0
}

/// A session, its handler and its client.
private struct Conversation {
    private let session: HTTP2Session
    private let reader = HTTP2Reader()
    private var later: [HTTP2StreamID] = []
    private var now = Duration.zero

    init() {
        var limits = HTTPLimits()
        limits.streamsMax = 8
        limits.fieldSectionBytesMax = 4096
        limits.fieldsMax = 16
        limits.bodyBytesMax = 4096
        limits.streamWindowBytes = 2048
        limits.idleFramesMax = 100
        limits.streamResetsMax = 10
        session = HTTP2Session(limits: limits, now: now)
    }

    mutating func receive(_ bytes: [UInt8]) {
        now += .milliseconds(10)
        session.receive(bytes.span, now: now)
        while let arrival = session.nextRequest() { answer(arrival) }
        for stream in later { session.append([1, 2, 3], isLast: stream.number % 3 == 0, to: stream) }
        read()
    }

    mutating func stop() {
        session.announceShutdown()
        read()
        session.goAway()
        read()
        session.terminate(.noError)
        read()
        precondition(session.isOver, "A session that is terminated is over.")
    }

    private mutating func answer(_ arrival: HTTP2Session.Arrival) {
        let date = HTTPDate(secondsSince1970: 0)
        let stream = arrival.stream
        guard case .success(let request) = arrival.content else {
            return session.respond(HTTPResponse(status: 400), date: date, on: stream, isHead: false)
        }
        for index in request.fields.lines.indices {
            _ = request.fields.name(at: index) + request.fields.value(at: index)
        }
        precondition(request.body.count <= 4096, "A body is longer than its limit.")
        let response = HTTPResponse(
            status: 200, contentType: "text/plain", fields: request.fields,
            body: Array(repeating: 1, count: 40_000))
        switch stream.number / 2 % 5 {
        case 0: session.respond(response, date: date, on: stream, isHead: request.method == .head)
        case 1:
            session.respond(
                response, date: date, on: stream, isHead: false, body: .broken(afterBytes: 20_000))
        case 2:
            session.respond(response, date: date, on: stream, isHead: false, body: .later)
            later.append(stream)
        case 3: session.reset(stream, .refusedStream)
        default: session.goAway(keepingBegun: false)
        }
    }

    private func read() {
        var isAllWritten = false
        while !isAllWritten {
            var output: [UInt8] = []
            isAllWritten = session.write(to: &output, bytesMax: 10_000)
            precondition(output.count <= 10_000 + 9 + (1 << 14), "More is written than there is room for.")
            _ = reader.lines(of: output)
        }
        precondition(session.unsentBytes >= 0, "Less waits than nothing.")
        precondition(session.unsentBytes <= 8 * 40_000 + 3 * later.count * 3, "More waits than was answered.")
    }
}
