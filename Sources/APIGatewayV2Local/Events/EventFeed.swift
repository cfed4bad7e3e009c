/// The journal's requests for all open event streams. Entries of a moment are one event, which is formed once
/// for all streams that have the entry before it. Without a stream the feed does nothing, and a request costs
/// nothing. With one it costs a request something only if the feed has told of all others.

internal import SocketServer
internal import Synchronization

/// Events out of the journal.
final class EventFeed: Sendable {
    /// An event that streams share: the entries after `start`, up to `last`.
    private struct Event {
        let start: Int
        let last: Int
        let bytes: [UInt8]
        /// Whether there were too many entries to tell of all.
        let isSample: Bool
    }

    private struct Listener {
        let bell: BodyBell
        /// Whether the bell was rung and the loop has not asked since.
        var isRung = false
    }

    private struct State {
        /// The streams that were granted, whether open yet or not.
        var streamCount = 0
        var listeners: [Int: Listener] = [:]
        var lastKey = 0
        /// The number of the last entry of which events tell.
        var last = 0
        var event: Event?
        /// Whether the journal may have entries after `last`.
        var isBehind = false
        /// Whether a thread forms the next event.
        var isForming = false
        /// The monotonic time at which the feed last looked for entries.
        var lookedAt: Duration = .zero
        /// The requests of which events may tell all, of `limits.burstMax`.
        var tokens: Int
        /// The monotonic time of the next event.
        var nextAt: Duration = .zero
        /// The key of the feed at the journal's watch; nil while it does not wait for an entry.
        var watchKey: Int?
    }

    let limits: EventLimits
    private let journal: Journal
    private let state: Mutex<State>

    init(_ journal: Journal, limits: EventLimits) {
        self.journal = journal
        self.limits = limits
        state = Mutex(State(tokens: limits.burstMax))
    }

    /// The number of open streams.
    var streamCount: Int { state.withLock { $0.streamCount } }

    /// A stream of the entries after `number`; of later ones without it. Nil at the limit of streams.
    func stream(after number: Int?) -> EventStream? {
        let last = journal.lastNumber
        let isGranted = state.withLock { state in
            guard state.streamCount < limits.streamsMax else { return false }
            if state.streamCount == 0 { (state.last, state.event) = (last, nil) }
            state.streamCount += 1
            return true
        }
        guard isGranted else { return nil }
        // A number that the journal has not reached is of an earlier process: the client has none of these.
        return EventStream(self, after: number.map { $0 > last ? 0 : $0 } ?? last)
    }

    /// Begins to ring for a stream. Returns its key.
    func add(_ bell: BodyBell) -> Int {
        state.withLock { state in
            state.lastKey += 1
            state.listeners[state.lastKey] = Listener(bell: bell)
            // Nobody may wait for an entry yet.
            state.isBehind = true
            return state.lastKey
        }
    }

    func remove(_ key: Int?) {
        let watchKey = state.withLock { state -> Int? in
            if let key { state.listeners[key] = nil }
            state.streamCount -= 1
            guard state.streamCount == 0 else { return nil }
            state.event = nil
            return state.watchKey.take()
        }
        if let watchKey { journal.unwatch(watchKey) }
    }

    /// The bytes for a stream that has the entries up to `after`, and the number that it then has. Nil if
    /// there is no later entry, or its time has not come.
    func next(after: Int, of key: Int?, isFirst: Bool, at now: Duration) -> (bytes: [UInt8], last: Int)? {
        let start = state.withLock { state -> Int? in
            if let key { state.listeners[key]?.isRung = false }
            guard state.isBehind, !state.isForming, now >= state.nextAt else { return nil }
            (state.isBehind, state.isForming) = (false, true)
            return state.last
        }
        if let start { form(after: start, for: key, at: now) }
        let (last, event) = state.withLock { ($0.last, $0.event) }
        guard last > after else { return nil }
        if let event, event.start == after { return (event.bytes, last) }
        // A client that fell behind while the requests were few gets them all, as others did.
        let isSample = event?.isSample == true && !isFirst
        let count = isSample ? limits.sampleMax : limits.requestsMax
        return (text(after: after, through: last, atMost: count, tellsDropped: after > 0), last)
    }

    /// The monotonic time at which a stream that has the entries up to `after` gets the next event; nil if
    /// that depends on the journal.
    func nextTime(after: Int) -> Duration? {
        state.withLock { state in
            if state.last > after { return .zero }
            return state.isBehind && !state.isForming ? state.nextAt : nil
        }
    }

    /// Forms the event of the entries after `start`. One thread at a time does this.
    private func form(after start: Int, for key: Int?, at now: Duration) {
        // The watch begins first, so that no entry comes between the two.
        let isWatching = state.withLock { $0.watchKey != nil }
        let watchKey = isWatching ? nil : journal.watchAll { [weak self] in self?.noteEntry() }
        let last = journal.lastNumber
        let samplePause = takeTokens(for: last - start, at: now)
        let isSample = samplePause != nil
        let count = isSample ? limits.sampleMax : limits.requestsMax
        let bytes = last > start ? text(after: start, through: last, atMost: count, tellsDropped: true) : []
        let bells = state.withLock { state -> [BodyBell] in
            state.isForming = false
            if let watchKey { state.watchKey = watchKey }
            guard last > start else { return [] }
            state.last = last
            state.event = Event(start: start, last: last, bytes: bytes, isSample: isSample)
            state.nextAt = now + (samplePause ?? limits.pause)
            return Self.ring(&state.listeners, except: key)
        }
        for bell in bells { bell.ring() }
    }

    /// Called for the first entry after an event, on the thread of its request.
    private func noteEntry() {
        let (watchKey, bells) = state.withLock { state in
            state.isBehind = true
            return (state.watchKey.take(), Self.ring(&state.listeners, except: nil))
        }
        if let watchKey { journal.unwatch(watchKey) }
        for bell in bells { bell.ring() }
    }

    /// The bells to ring.
    private static func ring(_ listeners: inout [Int: Listener], except key: Int?) -> [BodyBell] {
        var bells: [BodyBell] = []
        for (other, listener) in listeners where other != key && !listener.isRung {
            listeners[other]?.isRung = true
            bells.append(listener.bell)
        }
        return bells
    }

    /// Takes a token for each of the entries. If they are too many, empties the bucket and returns the time
    /// behind the sample that tells of them; else nil.
    private func takeTokens(for count: Int, at now: Duration) -> Duration? {
        state.withLock { state in
            let milliseconds = Int(min(now - state.lookedAt, .seconds(60)) / .milliseconds(1))
            state.lookedAt = now
            let tokens = min(state.tokens + limits.rateMax * milliseconds / 1_000, limits.burstMax)
            let isEnough = count <= tokens
            state.tokens = isEnough ? tokens - count : 0
            if isEnough { return nil }
            let isFast = count > limits.sampleRateMax * milliseconds / 1_000
            return isFast ? limits.samplePauseMax : limits.samplePause
        }
    }

    private func text(after start: Int, through last: Int, atMost count: Int, tellsDropped: Bool) -> [UInt8] {
        let records = journal.newest(count, after: start, through: last)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.count * Self.rowBytes)
        EventText.append(
            records, last: last, dropped: tellsDropped ? last - start - records.count : 0, to: &bytes)
        return bytes
    }

    /// The bytes of a usual row, to make room at once.
    private static let rowBytes = 320
}
