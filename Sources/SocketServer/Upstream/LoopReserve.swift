/// The bytes for which one loop has found room in its turn, and which none of its connections counts yet.
/// `OpenCalls` counts them meanwhile, so that no other loop takes the same room.

internal import Glibc
internal import Synchronization

/// The reserve of one loop. Only the thread of the loop changes it.
final class LoopReserve: Sendable {
    /// The number of the loop's thread; 0 before the loop runs.
    private let thread = Atomic<UInt>(0)
    private let bytes = Atomic<Int>(0)

    private static var ownThread: UInt { UInt(pthread_self()) }

    /// Makes this the reserve of the calling thread. Returns false if it is another thread's.
    func claim() -> Bool {
        thread.compareExchange(expected: 0, desired: Self.ownThread, ordering: .relaxed).exchanged
    }

    /// Whether this is the reserve of the calling thread.
    var isOwn: Bool { thread.load(ordering: .relaxed) == Self.ownThread }

    func add(_ count: Int) {
        bytes.store(bytes.load(ordering: .relaxed) + count, ordering: .relaxed)
    }

    /// Takes all bytes out. Most turns have none.
    func take() -> Int {
        let count = bytes.load(ordering: .relaxed)
        if count != 0 { bytes.store(0, ordering: .relaxed) }
        return count
    }
}
