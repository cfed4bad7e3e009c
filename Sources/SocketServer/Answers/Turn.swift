/// One turn of a loop as its connections see it: the time, the handler, the limits, and shared memory.
/// Connections pass memory on to one another, so an idle connection holds none.

package import HTTPWire

/// The things that a loop lends to a connection for its turn.
package struct Turn {
    package let handler: any RequestHandler
    package let limits: SocketLimits
    /// The limits that connections keep.
    let connectionLimits: ConnectionLimits
    /// The mail of this loop.
    let mailbox: Mailbox
    /// The waits of all loops of the server.
    let openWaits: OpenWaits
    /// The calls of this loop to other servers. Nil without a loop that could make some.
    var upstream: Upstream?
    /// The answers without a client that the loop has not begun.
    let detached = DetachedAnswers()
    /// The bytes that all loops of the server hold. Nil without a loop.
    private(set) var openCalls: OpenCalls?
    /// The bytes of this loop that no connection counts yet. Nil without a loop.
    private var reserve: LoopReserve?
    /// The monotonic time at which the turn began.
    package private(set) var now: Duration
    /// Whether the server stops: an answer is then the last of its connection.
    package var isDraining = false
    /// Whether the time to drain is over: nothing outlasts this turn.
    var isDrainOver = false

    private let clock: any ServerClock
    private var dates = HTTPDateCache()
    private var renderedDate: HTTPDate?
    private var emulatedNow: Duration?
    private var spareInput = ByteQueue()
    /// Memory for the output of the connections of a batch.
    private var spareOutputs: [ByteQueue] = []
    /// Readers of frames that no WebSocket connection uses.
    private var spareFrames: [WebSocketFrames] = []
    /// Unpackers that no WebSocket connection uses.
    private var spareInflaters: [WebSocketInflater] = []
    /// The packers of the loop, by the bits of their windows.
    private var deflaters: [Int: WebSocketDeflater] = [:]

    package init(
        handler: any RequestHandler, limits: SocketLimits, clock: any ServerClock, mailbox: Mailbox,
        openWaits: OpenWaits
    ) {
        self.handler = handler
        self.limits = limits
        connectionLimits = ConnectionLimits(limits)
        self.mailbox = mailbox
        self.openWaits = openWaits
        self.clock = clock
        now = clock.monotonicTime()
    }

    /// Whether a wait or a call may begin. `outlastsStop` tells whether it goes on while the server stops.
    func mayHold(_ outlastsStop: Bool) -> Bool { !isDraining || (outlastsStop && !isDrainOver) }

    /// Shares the counts of `openCalls`. To be called on the thread of the loop.
    mutating func share(_ openCalls: OpenCalls) {
        self.openCalls = openCalls
        reserve = openCalls.beginLoop()
    }

    /// Gives reserved bytes back, because a connection counts them, or none will.
    func releaseReserve() {
        guard let bytes = reserve?.take(), bytes != 0 else { return }
        openCalls?.release(bytes)
    }

    /// Reserves room for a body that arrives, which has so many bytes with the last `arrived`. Returns the
    /// error if it has no room with all others. Bodies up to `countedBytesMin` always have.
    func roomError(for bytes: Int, arrived: Int) -> HTTPParseError? {
        guard bytes > limits.countedBytesMin else { return nil }
        // The connection counts all bytes as soon as they are more than that.
        return roomError(for: bytes - arrived > limits.countedBytesMin ? arrived : bytes)
    }

    private func roomError(for bytes: Int) -> HTTPParseError? {
        guard let openCalls, !openCalls.reserve(bytes) else { return nil }
        return HTTPParseError(
            status: 503,
            reason:
                "All bodies together have more than \(openCalls.bytesMax) bytes (--limit invoke-bytes-max).")
    }

    /// The server's own response in the place of `reply`, if all bodies together leave no room for its body.
    /// Nil if there is room, or the handler has asked already.
    func refusal(of reply: Reply, for peer: Peer) -> HTTPResponse? {
        let count = reply.response.body.count
        guard !reply.hasRoom, count > limits.countedBytesMin, let error = roomError(for: count) else {
            return nil
        }
        return handler.refuse(error, of: nil, from: Client(peer))
    }

    /// Begins the next turn.
    package mutating func begin() {
        now = clock.monotonicTime()
        renderedDate = nil
        emulatedNow = nil
    }

    /// The emulated time of this turn. The first call reads the clock.
    package mutating func emulatedTime() -> Duration {
        if let emulatedNow { return emulatedNow }
        let time = clock.emulatedTime()
        emulatedNow = time
        // A reply's Date must not be older than the move of the clock that made the reply due.
        renderedDate = nil
        return time
    }

    /// The real time until the monotonic time is `deadline`: zero if it has come by this turn, nil while the
    /// monotonic time stands.
    package func realTime(until deadline: Duration) -> Duration? {
        if deadline <= now { return .zero }
        return clock.isMonotonicTimeStanding ? nil : deadline - now
    }

    /// The real time until the emulated clock shows `deadline`: zero if it has come by this turn, nil while
    /// the clock stands.
    package mutating func realTime(untilEmulated deadline: Duration) -> Duration? {
        deadline <= emulatedTime() ? .zero : clock.realTime(untilEmulated: deadline)
    }

    /// The real time until a call to another server goes on; nil if none waits for a time. The turn asks, and
    /// not the loop, because the loop would copy the turn to hand it on.
    func timeUntilNextCall() -> Duration? { upstream?.timeUntilNext { realTime(until: $0) } }

    /// The Date of all answers of this turn. The first call reads the wall clock.
    package mutating func date() -> HTTPDate {
        if let renderedDate { return renderedDate }
        let date = dates.date(at: Int64(clock.wallTime().parts.seconds))
        renderedDate = date
        return date
    }

    /// Gives memory to a queue that has none.
    package mutating func lendInput(to queue: inout ByteQueue) {
        guard queue.capacity == 0 else { return }
        swap(&queue, &spareInput)
        if queue.capacity == 0 { queue = ByteQueue(capacity: limits.receiveBytes) }
    }

    /// Takes the memory back. A short rest moves to memory of its own size, so that half a line does not hold
    /// a whole buffer.
    package mutating func reclaimInput(from queue: inout ByteQueue) {
        if queue.isEmpty {
            keep(&queue, as: &spareInput, ifWithin: limits.receiveBytes...limits.spareBytesMax)
        } else if queue.count <= queue.capacity / 8, spareInput.capacity == 0 {
            let rest = queue.tight()
            queue.removeAll()
            keep(&queue, as: &spareInput, ifWithin: limits.receiveBytes...limits.spareBytesMax)
            queue = rest
        }
    }

    /// A reader and writer of frames, between two frames.
    mutating func takeFrames() -> WebSocketFrames { spareFrames.popLast() ?? WebSocketFrames() }

    mutating func giveBack(_ frames: WebSocketFrames) {
        if spareFrames.count < limits.answersPerBatchMax { spareFrames.append(frames) }
    }

    /// An unpacker between two messages.
    mutating func takeInflater() -> WebSocketInflater { spareInflaters.popLast() ?? WebSocketInflater() }

    mutating func giveBack(_ inflater: WebSocketInflater) {
        if spareInflaters.count < limits.answersPerBatchMax { spareInflaters.append(inflater) }
    }

    /// The packer for a window of 9 to 15 bits.
    mutating func deflater(windowBits: Int) -> WebSocketDeflater {
        if let deflater = deflaters[windowBits] { return deflater }
        let deflater = WebSocketDeflater(windowBits: windowBits)
        deflaters[windowBits] = deflater
        return deflater
    }

    package mutating func lendOutput(to queue: inout ByteQueue) {
        guard queue.capacity == 0, let spare = spareOutputs.popLast() else { return }
        queue = spare
    }

    package mutating func reclaimOutput(from queue: inout ByteQueue) {
        guard queue.isEmpty, queue.capacity > 0 else { return }
        if spareOutputs.count < limits.answersPerBatchMax, queue.capacity <= limits.spareBytesMax {
            spareOutputs.append(queue)
        }
        queue = ByteQueue()
    }
}

/// Keeps the memory of an empty queue as `spare`, if there is no spare yet and its capacity is in
/// `capacities`.
private func keep(_ queue: inout ByteQueue, as spare: inout ByteQueue, ifWithin capacities: ClosedRange<Int>)
{
    if spare.capacity == 0, capacities.contains(queue.capacity) { swap(&queue, &spare) }
    queue = ByteQueue()
}
