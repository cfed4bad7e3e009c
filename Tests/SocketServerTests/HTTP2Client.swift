/// A client of HTTP/2 before a connection under test: sends frames, and reads what it is answered as lines.

import HTTP2Peer
import HTTPWire
import SocketServer

/// The peer of a `ConnectionBench` that speaks HTTP/2.
final class HTTP2Client {
    let bench: ConnectionBench
    private let reader = HTTP2Reader()
    private var read = 0

    /// Behind the handshake, whose frames are read already.
    init(
        limits: SocketLimits = SocketLimits(), faults: [String: Fault] = [:],
        settings: [(id: UInt16, value: UInt32)] = [], source: (any BodySource)? = nil
    ) {
        bench = ConnectionBench(limits: limits, faults: faults, source: source)
        bench.receive(
            HTTP2Frame.preface + HTTP2Frame.settings(settings).bytes
                + HTTP2Frame.settingsAcknowledgement.bytes)
        _ = lines()
    }

    /// On a connection that may have said something else before, of which so many bytes are answered.
    init(on bench: ConnectionBench, behind answeredBytes: Int = 0) {
        self.bench = bench
        read = answeredBytes
    }

    func send(_ frames: HTTP2Frame...) {
        bench.receive(frames.flatMap(\.bytes))
    }

    /// The frames that have come since the last call.
    func frames() -> [HTTP2Frame] {
        let bytes = Array(bench.stream.sent[read...])
        read = bench.stream.sent.count
        return reader.frames(in: bytes)
    }

    /// The same as lines.
    func lines() -> [String] {
        let bytes = Array(bench.stream.sent[read...])
        read = bench.stream.sent.count
        return reader.lines(of: bytes)
    }

    func fields(of frame: HTTP2Frame) -> [String] {
        reader.fields(of: frame).map { "\($0.name): \($0.value)" }
    }
}
