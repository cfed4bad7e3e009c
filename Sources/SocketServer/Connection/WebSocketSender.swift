/// Replies in, frames of a WebSocket connection out: at once, slowly, in part or never. A slow or stalled
/// message holds back everything behind it, because frames of one connection cannot be interleaved. Sends at
/// most one close frame, and nothing behind it.

internal import HTTPWire

/// The writing half of one WebSocket connection.
struct WebSocketSender: Sendable {
    /// The slow or stalled message that holds back the others; nil if there is none.
    private(set) var held: PendingReply? {
        get { slow?.reply }
        set { slow = newValue.map(Slow.init) }
    }
    private var slow: Slow?
    /// The replies behind `held`.
    private var waiting: [Reply] = []
    /// The payload of the last ping behind `held`. An answer to the last one is enough (RFC 6455 section
    /// 5.5.3).
    private var waitingPong: [UInt8]?
    /// The close frame that was sent; nil before it.
    private(set) var closure: WebSocketClosure?
    /// The end of the connection; nil while it goes on.
    var ending: Ending?
    /// The window for packed messages in bits; nil if messages are not packed.
    private let windowBits: UInt8?

    /// On the heap, because few connections ever have one, and it takes more than all else of a sender.
    private final class Slow: Sendable {
        let reply: PendingReply

        init(_ reply: PendingReply) { self.reply = reply }
    }

    init(agreed: WebSocketExtension?) {
        windowBits = agreed?.windowBits.map { UInt8($0) }
    }

    /// Whether there is a `held` message.
    var isHolding: Bool { slow != nil }

    /// The number of replies that wait.
    var count: Int { waiting.count + (isHolding ? 1 : 0) }

    /// Sends the reply, or lets it wait behind the held one. Drops it behind the close frame.
    mutating func deliver(
        _ reply: Reply, by frames: WebSocketFrames, to output: inout ByteQueue, in turn: inout Turn
    ) {
        guard closure == nil, ending == nil else { return }
        guard !isHolding else { return waiting.append(reply) }
        perform(reply, by: frames, to: &output, in: &turn)
    }

    /// Sends a whole message, as `deliver` does with its reply.
    mutating func deliver(
        _ message: WebSocketMessage, by frames: WebSocketFrames, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        guard closure == nil, ending == nil else { return }
        guard !isHolding else { return waiting.append(.message(message)) }
        send(message, .whole, by: frames, to: &output, in: &turn)
    }

    /// Answers a ping.
    mutating func pong(
        _ payload: [UInt8], by frames: WebSocketFrames, to output: inout ByteQueue, in turn: inout Turn
    ) {
        guard closure == nil else { return }
        guard !isHolding else { return waitingPong = payload }
        turn.lendOutput(to: &output)
        output.append { frames.write(.pong, payload.span, to: &$0) }
    }

    /// Sends a close frame, behind the whole of a slow message. Replies that wait are dropped.
    mutating func close(
        _ closure: WebSocketClosure, by frames: WebSocketFrames, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        guard self.closure == nil, ending == nil else { return }
        if case .dripping(var drip) = held?.stage {
            turn.lendOutput(to: &output)
            output.append { drip.release(until: nil, into: &$0) }
        }
        held = nil
        waiting = []
        waitingPong = nil
        self.closure = closure
        var payload: [UInt8] = []
        if closure.code != .noStatus {
            payload = [UInt8(closure.code.rawValue >> 8), UInt8(closure.code.rawValue & 0xff)]
            payload += closure.reason.utf8.prefix(Self.reasonBytesMax)
        }
        turn.lendOutput(to: &output)
        output.append { frames.write(.close, payload.span, to: &$0) }
    }

    /// Goes on with the held message if its time has come, and then with the replies behind it.
    mutating func resume(by frames: WebSocketFrames, to output: inout ByteQueue, in turn: inout Turn) {
        guard let pending = held, let step = pending.step(hasPeerEnded: false, in: &turn) else { return }
        held = nil
        if case .send(let piece, let rest) = step {
            turn.lendOutput(to: &output)
            output.append { $0 += piece }
            if let rest { held = PendingReply(.dripping(rest), for: pending.exchange, in: turn) }
        }
        guard !isHolding else { return }
        if let payload = waitingPong.take() { pong(payload, by: frames, to: &output, in: &turn) }
        let replies = waiting
        waiting = []
        for reply in replies { deliver(reply, by: frames, to: &output, in: &turn) }
    }

    private mutating func perform(
        _ reply: Reply, by frames: WebSocketFrames, to output: inout ByteQueue, in turn: inout Turn
    ) {
        if case .stall = reply.delivery, !turn.isDraining {
            held = PendingReply(.stalled, for: .message, in: turn)
            return
        }
        let plan = DeliveryPlan(reply.delivery, isDraining: turn.isDraining)
        switch reply.webSocketAction {
        case .nothing: break
        case .close(let closure):
            if case .whole = plan.content { close(closure, by: frames, to: &output, in: &turn) }
        case .message(let message):
            send(message, plan.content, by: frames, to: &output, in: &turn)
        }
        switch plan.end {
        case .exchange: break
        case .lastExchange:
            close(WebSocketClosure(.goingAway, ""), by: frames, to: &output, in: &turn)
        case .brokenExchange(_, onHTTP1: let ending), .connection(let ending): self.ending = ending
        }
    }

    private mutating func send(
        _ message: WebSocketMessage, _ content: DeliveryPlan.Content, by frames: WebSocketFrames,
        to output: inout ByteQueue, in turn: inout Turn
    ) {
        let opcode: WebSocketOpcode = if case .text = message { .text } else { .binary }
        if case .nothing = content { return }
        let packed = windowBits.flatMap { turn.deflater(windowBits: Int($0)).pack(message.bytes) }
        let payload = packed ?? message.bytes
        turn.lendOutput(to: &output)
        if case .whole = content {
            output.append { frames.write(opcode, payload.span, isPacked: packed != nil, to: &$0) }
            return
        }
        var frame: [UInt8] = []
        frames.write(opcode, payload.span, isPacked: packed != nil, to: &frame)
        let headBytes = frame.count - payload.count
        switch content {
        case .nothing, .whole: break
        case .head: output.append { $0 += frame.prefix(headBytes) }
        case .part(let bodyBytes): output.append { $0 += frame.prefix(headBytes + bodyBytes) }
        case .slow(let bytesPerSecond):
            let drip = Drip(head: [], body: frame, bytesPerSecond: bytesPerSecond, in: &turn)
            held = PendingReply(.dripping(drip), for: .message, in: turn)
        }
    }

    /// The bytes of a control frame without the code. Fixed by RFC 6455 section 5.5.
    private static let reasonBytesMax = 123
}
