/// The numbers of open calls and of bytes that wait over all loops of a server, and the bounds of both. The
/// bytes are those of calls, of bodies that arrive, and of answers that their clients have not taken.

internal import Synchronization

/// The counts that all loops of a server share.
package final class OpenCalls: Sendable {
    let callsMax: Int
    let bytesMax: Int
    private let open = Atomic<Int>(0)
    private let held = Atomic<Int>(0)

    /// The reserves of the loops, those that run and those that do not run yet.
    private let reserves: [LoopReserve]

    package init(_ limits: SocketLimits, loopCount: Int) {
        callsMax = limits.callsMax
        bytesMax = limits.invokeBytesMax
        reserves = (0..<loopCount).map { _ in LoopReserve() }
    }

    package var count: Int { open.load(ordering: .relaxed) }

    /// The number of bytes of requests and answers that are held.
    package var heldBytes: Int { held.load(ordering: .relaxed) }

    /// Counts one more. Returns false, and counts none, at the limit.
    func add() -> Bool { OpenCalls.add(1, to: open, atMost: callsMax) }

    /// Counts the end of a call.
    func remove() {
        let before = open.subtract(1, ordering: .relaxed).oldValue
        precondition(before > 0, "A call is counted before it ends.")
    }

    /// Counts bytes. Returns false, and counts none, past the limit.
    func hold(_ bytes: Int) -> Bool { OpenCalls.add(bytes, to: held, atMost: bytesMax) }

    /// Counts bytes that are there already, also past the limit. `bytes` may be below zero.
    func note(_ bytes: Int) {
        let before = held.add(bytes, ordering: .relaxed).oldValue
        precondition(before + bytes >= 0, "Bytes are counted before they go.")
    }

    /// The reserve of the calling thread, whose loop begins.
    func beginLoop() -> LoopReserve? { reserves.first { $0.claim() } }

    /// Counts bytes until the turn of the calling loop counts them otherwise, or ends. Returns false, and
    /// counts none, past the limit. On any other thread it only tells whether there is room.
    func reserve(_ bytes: Int) -> Bool {
        guard hold(bytes) else { return false }
        guard let own = reserves.first(where: \.isOwn) else {
            release(bytes)
            return true
        }
        own.add(bytes)
        return true
    }

    func release(_ bytes: Int) {
        let before = held.subtract(bytes, ordering: .relaxed).oldValue
        precondition(before >= bytes, "Bytes are counted before they go.")
    }

    private static func add(_ number: Int, to count: borrowing Atomic<Int>, atMost limit: Int) -> Bool {
        if count.add(number, ordering: .relaxed).newValue <= limit { return true }
        count.subtract(number, ordering: .relaxed)
        return false
    }
}
