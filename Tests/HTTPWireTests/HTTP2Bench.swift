/// A session under test with a client's frames on one side and a handler's answers on the other, in memory
/// and by a time that the test moves.

import HTTP2Peer
import HTTPWire

/// Answers each request with 204, or `/size/<n>` with so many bytes; remembers them as lines.
final class HTTP2Bench {
    let session: HTTP2Session
    let reader = HTTP2Reader()
    var now: Duration = .zero
    private(set) var requests: [HTTPRequest] = []
    private(set) var problems: [HTTPParseError] = []
    private(set) var arrivals: [HTTP2Session.Arrival] = []
    /// Requests are answered as they arrive.
    var answers = true

    /// Behind the handshake: SETTINGS of both sides are exchanged and acknowledged.
    init(limits: HTTPLimits = HTTPLimits(), settings: [(id: UInt16, value: UInt32)] = []) {
        session = HTTP2Session(limits: limits, now: .zero)
        send(bytes: HTTP2Frame.preface)
        send(.settings(settings), .settingsAcknowledgement)
        _ = lines()
    }

    /// Before the first byte.
    init(beforePreface limits: HTTPLimits) {
        session = HTTP2Session(limits: limits, now: .zero)
    }

    var requestLines: [String] {
        requests.map {
            "\($0.method.rawValue) \($0.target.text)" + ($0.body.isEmpty ? "" : " \($0.body.count)")
        }
    }

    func send(_ frames: HTTP2Frame...) { send(frames) }

    func send(_ frames: [HTTP2Frame]) { send(bytes: frames.flatMap(\.bytes)) }

    func send(bytes: [UInt8]) {
        session.receive(bytes.span, now: now)
        while let arrival = session.nextRequest() {
            arrivals.append(arrival)
            switch arrival.content {
            case .success(let request):
                requests.append(request)
                if answers { answer(request, on: arrival.stream) }
            case .failure(let error):
                problems.append(error)
                respond(HTTPResponse(status: error.status), on: arrival.stream)
            }
        }
    }

    func respond(
        _ response: HTTPResponse, on stream: HTTP2StreamID, isHead: Bool = false,
        body: HTTP2Session.BodyDelivery = .whole
    ) {
        session.respond(
            response, date: HTTPDate(secondsSince1970: 784_111_777), on: stream, isHead: isHead, body: body)
    }

    /// What the server has to send now, at most so many bytes and the frame that passes them.
    func output(bytesMax: Int = 1 << 20) -> [UInt8] {
        var output: [UInt8] = []
        _ = session.write(to: &output, bytesMax: bytesMax)
        return output
    }

    /// The same as lines.
    func lines() -> [String] { reader.lines(of: output()) }

    private func answer(_ request: HTTPRequest, on stream: HTTP2StreamID) {
        let segments = request.target.pathSegments
        let isHead = request.method == .head
        guard segments.first == "size", let count = segments.last.flatMap({ Int($0) }) else {
            return respond(HTTPResponse(status: 204), on: stream, isHead: isHead)
        }
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        respond(HTTPResponse(status: 200, contentType: "text/plain", body: body), on: stream, isHead: isHead)
    }
}
