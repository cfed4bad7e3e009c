/// The records that libnghttp2's callbacks make of one connection. They hold arriving sections and bodies,
/// whole requests, answers under way, and the costs that the peer causes. The limits bound them, and the
/// records of a stream go when it closes. This file does not call the library.

/// The identity of an open stream. After the end of the stream it names none.
package struct HTTP2StreamID: Hashable, Sendable {
    package let number: Int32
    let place: Int
}

/// The open streams of a connection, and the budgets of its peer.
struct HTTP2Streams: Sendable {
    private let limits: HTTPLimits
    /// The time of the records. The caller sets it before the library reads.
    var now: Duration
    /// The reason why the connection must end; nil if it goes on.
    private(set) var breach: HTTP2ErrorCode?
    /// The last stream that is answered. The client knows that nothing was done for later ones.
    var lastStream = Int32.max
    /// The client's half of each stream.
    private var peer: HTTP2PeerStreams
    /// Whether the client has acknowledged the server's PING.
    var isPingAnswered = false
    /// The numbers of bytes of answers that the library has taken so far, and that wait.
    private(set) var sentBytes = 0
    private(set) var unsentBytes = 0

    private var streams: [HTTP2Stream] = []
    private var freePlaces: [Int] = []
    private var ready: [HTTP2StreamID] = []
    private var readyStart = 0
    /// Requests that the library resets. The budget of resets bounds them.
    private var malformed: [HTTP2Session.Arrival] = []
    /// The number of bytes of requests that are kept.
    private(set) var receivedBytes = 0
    private var head: HTTP2Head
    private var headPlace: Int?
    /// The highest number of a stream with a request that was handed out.
    private(set) var lastTaken: Int32 = 0
    private var continuations = 0
    private var frames: HTTP2Budget
    private var resets: HTTP2Budget

    init(limits: HTTPLimits, now: Duration) {
        self.limits = limits
        self.now = now
        head = HTTP2Head(limits: limits)
        peer = HTTP2PeerStreams(limits: limits)
        frames = HTTP2Budget(max: limits.idleFramesMax, perSecond: limits.idleFramesPerSecond, now: now)
        resets = HTTP2Budget(max: limits.streamResetsMax, perSecond: limits.streamResetsPerSecond, now: now)
    }

    /// Whether a header section has begun that is not whole.
    var isReadingHead: Bool { headPlace != nil }

    func isOpen(_ stream: HTTP2StreamID) -> Bool { streams[stream.place].number == stream.number }

    /// Whether a request may wait for its answer.
    var hasRequest: Bool { (readyStart < ready.count || !malformed.isEmpty) && breach == nil }
}

/// Arrivals.
extension HTTP2Streams {
    /// Judges a frame before the library gets its first byte.
    mutating func judge(_ frame: HTTP2FrameHeader) -> HTTP2PeerStreams.Verdict {
        peer.judge(frame, lastStream: lastStream)
    }

    /// Takes one token for every frame. Frames that bring or fetch data give more tokens back.
    mutating func countFrame(of type: UInt8, stream: Int32) {
        countIdleFrame()
        switch HTTP2FrameType(rawValue: type) {
        case .headers:
            continuations = 0
        case .continuation:
            continuations += 1
            if continuations > limits.continuationsMax { breach = .enhanceYourCalm }
        case .priority where stream == 0:
            // The library ignores PRIORITY on stream 0, which is an error (RFC 9113 section 6.3).
            breach = .protocolError
        case .data, .priority, .resetStream, nil:
            break
        }
    }

    /// Counts a frame that asks for nothing. The library does not report such frames.
    mutating func countIdleFrame() {
        if !frames.spend(at: now) { breach = .enhanceYourCalm }
    }

    mutating func countReset() {
        if !resets.spend(at: now) { breach = .enhanceYourCalm }
    }

    mutating func open(_ number: Int32) -> HTTP2StreamID {
        let place = freePlaces.popLast() ?? streams.count
        if place == streams.count { streams.append(HTTP2Stream()) }
        streams[place] = HTTP2Stream(opened: number)
        return HTTP2StreamID(number: number, place: place)
    }

    /// Opens the stream of a whole request that came over HTTP/1.1.
    mutating func openUpgraded() -> HTTP2StreamID {
        peer.openUpgraded()
        let stream = open(1)
        lastTaken = stream.number
        streams[stream.place] = HTTP2Stream(taken: stream.number)
        return stream
    }

    /// Notes a stream that the library has refused without opening it.
    mutating func refuse(_ number: Int32) { peer.close(number) }

    mutating func close(place: Int) {
        peer.close(streams[place].number)
        unsentBytes -= streams[place].unsentBytes
        receivedBytes -= streams[place].receivedBytes
        streams[place] = HTTP2Stream()
        freePlaces.append(place)
        if headPlace == place { headPlace = nil }
    }

    mutating func beginHead(place: Int, isTrailer: Bool) {
        headPlace = place
        head.begin(isTrailer: isTrailer)
    }

    /// Notes that the header section under way asks for a protocol, such as WebSocket by RFC 8441.
    mutating func noteExtendedConnect() {
        head.refuse(
            400, "extended CONNECT is not served, as by the service: a WebSocket begins over HTTP/1.1")
    }

    /// Notes that the library resets the stream of the header section under way, for the log.
    mutating func noteMalformedHead() {
        guard let place = headPlace.take(), !head.isTrailer else { return }
        head.refuse(400, "the header section is malformed (RFC 9113 section 8.1.1)")
        let part = head.takeRefusedPart().map { " of \($0.method.rawValue) \($0.target.text)" } ?? ""
        let reason = "Stream \(streams[place].number)\(part) is reset: \(head.problem?.reason ?? "")"
        // Without its known part, because a call that gets no answer has no place in the journal.
        malformed.append(
            HTTP2Session.Arrival(
                stream: HTTP2StreamID(number: noStream, place: place),
                content: .failure(HTTPParseError(status: 400, reason: reason)), refused: nil))
    }

    mutating func addField(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        head.add(name, value)
        if head.exceedsUnfoldedBytesMax { breach = .enhanceYourCalm }
    }

    /// Ends the header section. Returns whether the client waits for 100 Continue.
    mutating func endHead(isEndOfStream: Bool) -> Bool {
        guard let place = headPlace.take() else { return false }
        head.end()
        if let problem = head.problem {
            refuse(place: place, problem, part: head.takeRefusedPart())
        } else if streams[place].endSection(&head, isEndOfStream: isEndOfStream) {
            handOut(place: place)
        }
        return head.expectsContinue && streams[place].isReceiving
    }

    /// Adds bytes of a request body. Returns the code with which the stream must end, or nil.
    mutating func addBody(_ bytes: Span<UInt8>, place: Int) -> HTTP2ErrorCode? {
        if bytes.count > 0 { frames.earn(1) }
        guard streams[place].isReceiving else {
            // Keep reading after an early answer: a client that is still sending might see a reset instead of
            // the answer.
            streams[place].append(bytes)
            return streams[place].droppedBytes <= limits.lingerBytesMax ? nil : .noError
        }
        guard streams[place].receivedBytes + bytes.count <= limits.bodyBytesMax else {
            refuse(place: place, bodyTooLarge(limits))
            return nil
        }
        guard receivedBytes + bytes.count <= limits.connectionBodyBytesMax else {
            receivedBytes -= streams[place].receivedBytes
            streams[place].dropRequest()
            return .refusedStream
        }
        streams[place].append(bytes)
        receivedBytes += bytes.count
        return nil
    }

    mutating func endRequest(place: Int) {
        if streams[place].endRequest() { handOut(place: place) }
    }

    /// Lets a whole request wait for its answer.
    private mutating func handOut(place: Int) {
        frames.earn(framesEarnedByRequest)
        ready.append(HTTP2StreamID(number: streams[place].number, place: place))
    }

    /// Refuses the requests whose body has more than `count` bytes so far.
    mutating func refuseBodies(above count: Int, _ problem: HTTPParseError) {
        for place in streams.indices where streams[place].isReceiving && streams[place].receivedBytes > count
        {
            refuse(place: place, problem)
        }
    }

    /// Refuses a request that may not be whole yet.
    private mutating func refuse(place: Int, _ problem: HTTPParseError, part: HTTPRequest? = nil) {
        let keptBytes = streams[place].receivedBytes
        guard streams[place].refuse(problem, part: part) else { return }
        receivedBytes -= keptBytes
        ready.append(HTTP2StreamID(number: streams[place].number, place: place))
    }
}

/// Answers.
extension HTTP2Streams {
    /// The next request that is whole or refused, in the order of arrival; nil after a breach.
    mutating func nextRequest() -> HTTP2Session.Arrival? {
        if !malformed.isEmpty, breach == nil { return malformed.removeFirst() }
        while readyStart < ready.count, breach == nil {
            let stream = ready[readyStart]
            readyStart += 1
            guard isOpen(stream), stream.number <= lastStream else { continue }
            lastTaken = max(lastTaken, stream.number)
            receivedBytes -= streams[stream.place].receivedBytes
            guard let (content, refused) = streams[stream.place].take() else { continue }
            return HTTP2Session.Arrival(stream: stream, content: content, refused: refused)
        }
        ready.removeAll(keepingCapacity: true)
        readyStart = 0
        return nil
    }

    mutating func beginBody(_ body: [UInt8], _ end: HTTP2Stream.BodyEnd, on stream: HTTP2StreamID) {
        streams[stream.place].beginBody(body, end)
        unsentBytes += streams[stream.place].unsentBytes
    }

    mutating func appendToBody(_ bytes: [UInt8], isLast: Bool, on stream: HTTP2StreamID) {
        streams[stream.place].appendToBody(bytes, isLast: isLast)
        unsentBytes += bytes.count
    }

    /// Calls `copy` with the next bytes of a body, at most `count`. Returns their count, and the end of the
    /// body if they are the last.
    mutating func readBody(
        place: Int, atMost count: Int, _ copy: ([UInt8], Range<Int>) -> Void
    ) -> (count: Int, end: HTTP2Stream.BodyEnd?) {
        let (taken, end) = streams[place].readBody(atMost: count, copy)
        sentBytes += taken
        unsentBytes -= taken
        if taken > 0 { frames.earn(framesEarnedByAnswer) }
        return (taken, end)
    }
}

/// Tokens for a request, which may bring a few WINDOW_UPDATE frames, a PING and a priority. A DATA frame may
/// bring two WINDOW_UPDATE frames.
private let framesEarnedByRequest = 8
private let framesEarnedByAnswer = 3

/// The number in an arrival that gets no answer. No stream has it.
private let noStream: Int32 = -1
