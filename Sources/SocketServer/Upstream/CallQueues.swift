/// The calls of a loop by the server that they go to: how many are on their way, and the order of those that
/// wait for one to end. A call that leaves its queue early costs no search.

/// The queues of all servers that calls of a loop go to.
struct CallQueues {
    private struct Queue {
        /// Calls that have begun and not ended.
        var begun = 0
        /// Calls that wait, from `first` on. Some have left already.
        var waiting: [CallID] = []
        var first = 0
        /// Calls in `waiting` from `first` on that have left.
        var left = 0

        var count: Int { waiting.count - first }
    }

    private var queues: [String: Queue] = [:]
    private let begunMax: Int

    /// `begunMax` is how many calls to one server are on their way at once.
    init(begunMax: Int) { self.begunMax = begunMax }

    var isEmpty: Bool { queues.isEmpty }

    mutating func append(_ call: CallID, to server: String) {
        queues[server, default: Queue()].waiting.append(call)
    }

    /// Takes the next call that may begin. Nil if none waits or too many are on their way.
    mutating func next(to server: String, isWaiting: (CallID) -> Bool) -> CallID? {
        guard var queue = queues[server], queue.begun < begunMax else { return nil }
        defer { keep(queue, of: server) }
        while queue.count > 0 {
            let call = queue.waiting[queue.first]
            queue.first += 1
            guard isWaiting(call) else {
                queue.left -= 1
                continue
            }
            queue.begun += 1
            return call
        }
        return nil
    }

    /// Counts a call that has begun and ended.
    mutating func end(to server: String) {
        guard var queue = queues[server] else { return }
        queue.begun -= 1
        keep(queue, of: server)
    }

    /// Counts a call that ended while it waited. From now on `isWaiting` must say so of it.
    mutating func leave(_ server: String, isWaiting: (CallID) -> Bool) {
        guard var queue = queues[server] else { return }
        queue.left += 1
        // At least half of the entries go, so that each costs a look or two.
        if queue.left * 2 > queue.count {
            queue.waiting = queue.waiting[queue.first...].filter(isWaiting)
            queue.first = 0
            queue.left = 0
        }
        keep(queue, of: server)
    }

    private mutating func keep(_ queue: Queue, of server: String) {
        var queue = queue
        if queue.first > 64, queue.first * 2 > queue.waiting.count {
            queue.waiting.removeFirst(queue.first)
            queue.first = 0
        }
        queues[server] = queue.begun == 0 && queue.count == 0 ? nil : queue
    }
}
