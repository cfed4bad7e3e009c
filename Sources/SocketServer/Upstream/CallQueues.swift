/// The calls of a loop by server: those under way, and the order of those that wait. libcurl looks up each
/// name on a thread. One call at a time therefore goes to a server without a known address, and only a few
/// such servers are looked up at once.

/// The identity of a call on its loop. The serial number tells it from earlier calls in the same place.
package struct CallID: Sendable, Hashable {
    let place: Int32
    let serial: UInt32

    package init(place: Int32, serial: UInt32) {
        self.place = place
        self.serial = serial
    }
}

/// The calls to one server. Only `CallQueues` reads and changes them.
package final class CallQueue {
    /// The number of calls that have begun and not ended.
    fileprivate var begun = 0
    /// The calls that wait, from `first` on. Some have left the queue already.
    fileprivate var waiting: [CallID] = []
    fileprivate var first = 0
    /// The number of calls in `waiting`, from `first` on, that have left.
    fileprivate var left = 0
    /// The call that looks up the address of the server; nil if there is none.
    fileprivate var probe: CallID?
    /// The monotonic time until which libcurl remembers the address; nil before the first look-up.
    fileprivate var isKnownUntil: Duration?
    /// Whether the server waits in `stalled`.
    fileprivate var isStalled = false

    fileprivate var count: Int { waiting.count - first }

    /// Whether no call waits or is under way.
    package var isEmpty: Bool { begun == 0 && count == 0 }

    package init() {}

    fileprivate func dropLeft(_ isWaiting: (CallID) -> Bool) {
        while count > 0, !isWaiting(waiting[first]) {
            first += 1
            left -= 1
        }
    }

    /// Releases the entries before `first`, at a cost of one or two moves for each.
    fileprivate func compact() {
        if first == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 64, first * 2 > waiting.count {
            waiting.removeFirst(first)
            first = 0
        }
    }
}

/// The bounds of all queues of a loop, and the servers that wait for them.
package struct CallQueues {
    /// The time for which an address counts as known, below the 60 seconds of libcurl
    /// (CURLOPT_DNS_CACHE_TIMEOUT).
    private static let addressLifetime: Duration = .seconds(50)

    /// The servers that wait for the look-up of another's address.
    private var stalled: [CallQueue] = []
    private var probes = 0
    private let begunMax: Int
    private let probesMax: Int

    /// `begunMax` is the most calls under way to one server. `probesMax` is the most look-ups of names at
    /// once.
    package init(begunMax: Int, probesMax: Int) {
        self.begunMax = begunMax
        self.probesMax = probesMax
    }

    package func append(_ call: CallID, to queue: CallQueue) { queue.waiting.append(call) }

    /// Takes the next call that may begin, and tells whether it looks up the address. Nil if none may.
    /// `needsAddress` is false for a server with its address in the URL.
    package mutating func next(
        to queue: CallQueue, needsAddress: Bool, at now: Duration, isWaiting: (CallID) -> Bool
    ) -> (call: CallID, isProbe: Bool)? {
        guard queue.begun < begunMax else { return nil }
        queue.dropLeft(isWaiting)
        guard queue.count > 0 else { return nil }
        let call = queue.waiting[queue.first]
        let isProbe = needsAddress && queue.isKnownUntil.map { $0 <= now } ?? true
        if isProbe {
            guard queue.probe == nil else { return nil }
            guard probes < probesMax else {
                if !queue.isStalled { stalled.append(queue) }
                queue.isStalled = true
                return nil
            }
            probes += 1
            queue.probe = call
        }
        queue.first += 1
        queue.begun += 1
        queue.compact()
        return (call, isProbe)
    }

    /// Notes that the address is known.
    package mutating func found(_ queue: CallQueue, by call: CallID, at now: Duration) {
        guard queue.probe == call else { return }
        queue.probe = nil
        queue.isKnownUntil = now + CallQueues.addressLifetime
        probes -= 1
    }

    /// Counts a call that has begun and ended.
    package mutating func end(_ call: CallID, to queue: CallQueue) {
        queue.begun -= 1
        if queue.probe == call {
            queue.probe = nil
            probes -= 1
        }
    }

    /// Counts a call that ended while it waited. From now on `isWaiting` must be false for it.
    package func leave(_ queue: CallQueue, isWaiting: (CallID) -> Bool) {
        queue.left += 1
        // At least half of the entries go, so that each costs one or two looks.
        if queue.left * 2 > queue.count { empty(queue, keeping: isWaiting) }
    }

    /// Takes all waiting calls, because there is no such server.
    package func takeAll(to queue: CallQueue, isWaiting: (CallID) -> Bool) -> [CallID] {
        let calls = queue.waiting[queue.first...].filter(isWaiting)
        empty(queue) { _ in false }
        return calls
    }

    private func empty(_ queue: CallQueue, keeping isKept: (CallID) -> Bool) {
        queue.waiting = queue.waiting[queue.first...].filter(isKept)
        queue.first = 0
        queue.left = 0
    }

    /// A server that waited for another's address, and may now look up its own; nil if there is none.
    package mutating func nextStalled() -> CallQueue? {
        guard probes < probesMax, !stalled.isEmpty else { return nil }
        let queue = stalled.removeFirst()
        queue.isStalled = false
        return queue
    }
}
