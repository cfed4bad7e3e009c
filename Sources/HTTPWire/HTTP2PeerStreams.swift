/// The client's half of each stream, from the headers of its frames: streams that it opened or ended, and
/// streams that the server reset. Judges frames of closed streams, which libnghttp2 forgets. Follows RFC 9113
/// sections 5.1 and 5.1.1.

/// The streams of one client.
///
/// A number that the client may use is odd, and is in one of these states:
///
///     idle ──HEADERS──► open ──END_STREAM, RST_STREAM──► ended
///      │                 │                                ▲
///      │ a higher        │ the server resets it           │ END_STREAM, RST_STREAM,
///      │ number          ▼                                │ too much or too many
///      ▼              cut off ────────────────────────────┘
///     skipped
///
/// No memory is kept for an ended stream: a number at or below the highest that is in no other state has
/// ended.
struct HTTP2PeerStreams: Sendable {
    /// The decision about a frame.
    enum Verdict: Sendable, Equatable {
        /// The frame goes to libnghttp2, which may still refuse it.
        case taken
        /// The frame is ignored, and counts as one that asks for nothing.
        case idle
        /// The stream ends with STREAM_CLOSED, and the frame is ignored.
        case streamClosed
        /// The connection ends.
        case connectionError(HTTP2ErrorCode)
    }

    /// A stream with frames to be ignored: the client may have sent them before it knew of the reset.
    private struct CutOff: Sendable {
        let number: Int32
        /// The bytes of DATA that may still be on their way, by the client's window.
        var bytesLeft: Int
        /// Whether the client had ended the stream, and got RST_STREAM for DATA after the end.
        var isEnded: Bool
    }

    private let closedMax: Int
    private let windowBytes: Int
    private var highest: Int32 = 0
    /// The streams on which the client may still send. libnghttp2 keeps their count at `streamsMax`.
    private var open: [Int32] = []
    private var cutOff: [CutOff] = []
    /// The numbers that the client skipped, in ascending order.
    private var skipped: [Range<Int32>] = []
    /// Whether the next frame must continue a header section. libnghttp2 refuses any other frame.
    private var isAmidSection = false

    init(limits: HTTPLimits) {
        closedMax = limits.closedStreamsMax
        windowBytes = limits.streamWindowBytes
    }

    /// Notes the frame and judges it. libnghttp2 drops the frames of streams above `lastStream`, which a
    /// GOAWAY has named.
    mutating func judge(_ frame: HTTP2FrameHeader, lastStream: Int32) -> Verdict {
        guard !isAmidSection else {
            if frame.type == .continuation, frame.endsSection { isAmidSection = false }
            return .taken
        }
        switch frame.type {
        case .headers:
            isAmidSection = !frame.endsSection
            return isOfClient(frame.stream, lastStream) ? judgeHeaders(frame) : .taken
        case .data:
            let isIdle = frame.stream > highest
            return isOfClient(frame.stream, lastStream) && !isIdle ? judgeData(frame) : .taken
        case .resetStream:
            if !end(frame.stream) { cutOff.removeAll { $0.number == frame.stream } }
            return .taken
        case .priority, .continuation, nil:
            return .taken
        }
    }

    /// Opens stream 1, for a whole request that came over HTTP/1.1.
    mutating func openUpgraded() { highest = 1 }

    /// Notes that a stream is closed or refused. If the client has not ended it, it is cut off.
    mutating func close(_ number: Int32) {
        if end(number) { cut(CutOff(number: number, bytesLeft: windowBytes, isEnded: false)) }
    }

    private func isOfClient(_ number: Int32, _ lastStream: Int32) -> Bool {
        number % 2 == 1 && number <= lastStream
    }

    private mutating func judgeHeaders(_ frame: HTTP2FrameHeader) -> Verdict {
        let number = frame.stream
        guard number <= highest else {
            if number > highest + 2 { skip((highest + 1)..<number) }
            highest = number
            if !frame.endsStream { open.append(number) }
            return .taken
        }
        if open.contains(number) {
            if frame.endsStream { end(number) }
            return .taken
        }
        if let index = cutOff.firstIndex(where: { $0.number == number && !$0.isEnded }) {
            if frame.endsStream { cutOff.remove(at: index) }
            return .taken
        }
        let isUnused = skipped.contains { $0.contains(number) }
        return .connectionError(isUnused ? .protocolError : .streamClosed)
    }

    private mutating func judgeData(_ frame: HTTP2FrameHeader) -> Verdict {
        let number = frame.stream
        if open.contains(number) {
            if frame.endsStream { end(number) }
            return .taken
        }
        guard let index = cutOff.firstIndex(where: { $0.number == number }) else {
            cut(CutOff(number: number, bytesLeft: windowBytes, isEnded: true))
            return .streamClosed
        }
        guard frame.payloadBytes <= cutOff[index].bytesLeft else {
            cutOff[index] = CutOff(number: number, bytesLeft: windowBytes, isEnded: true)
            return .streamClosed
        }
        cutOff[index].bytesLeft -= frame.payloadBytes
        if frame.endsStream, !cutOff[index].isEnded { cutOff.remove(at: index) }
        return frame.payloadBytes == 0 ? .idle : .taken
    }

    /// Ends the stream. Returns whether it was open.
    @discardableResult
    private mutating func end(_ number: Int32) -> Bool {
        guard let index = open.lastIndex(of: number) else { return false }
        open.remove(at: index)
        return true
    }

    private mutating func cut(_ stream: CutOff) {
        cutOff.append(stream)
        if cutOff.count > closedMax { cutOff.removeFirst() }
    }

    private mutating func skip(_ numbers: Range<Int32>) {
        skipped.append(numbers)
        if skipped.count > closedMax { skipped.removeFirst() }
    }
}
