/// Bytes that wait: received and not yet decoded, or encoded and not yet sent. The queue grows at its end and
/// shrinks at its start. The buffer drops taken bytes once they are at least half of it. The queue therefore
/// moves each byte at most twice. The owner keeps the queue below its limit, which the queue does not know.

/// A buffer with a moving start.
package struct ByteQueue: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0

    /// An empty queue. It takes memory when the first bytes come.
    package init() {}

    package init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    package var count: Int { bytes.count - start }
    package var isEmpty: Bool { bytes.count == start }
    package var capacity: Int { bytes.capacity }

    /// Reads once from `transport`. A queue that is nearly full first doubles its memory. `count` must be
    /// below `cap`, and stays at or below it.
    package mutating func receive<Stream: Transport & ~Copyable>(
        from transport: inout Stream, cap: Int
    ) throws(SystemError) -> Received {
        precondition(count < cap, "A full queue is not read into.")
        compact()
        let free = bytes.capacity - bytes.count
        let room = free >= ByteQueue.smallestRead ? free : max(bytes.count, ByteQueue.smallestRead)
        return try transport.receive(appendingTo: &bytes, atMost: min(room, cap - count))
    }

    /// Sends once to `transport` and drops the bytes that it took. The queue must not be empty.
    package mutating func send<Stream: Transport & ~Copyable>(
        to transport: borrowing Stream
    ) throws(SystemError) -> Int {
        let taken = try transport.send(bytes, from: start)
        consume(taken)
        return taken
    }

    /// Lets `write` append to the buffer. `write` must not change the bytes that are there.
    package mutating func append(_ write: (inout [UInt8]) -> Void) {
        compact()
        write(&bytes)
    }

    /// Lets `read` see the bytes in order.
    package func withSpan<Result, Failure: Error>(
        _ read: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try read(bytes.span.extracting(start..<bytes.count))
    }

    /// Drops the first `count` bytes.
    package mutating func consume(_ count: Int) {
        precondition(count <= self.count, "No more is taken than is there.")
        start += count
        if start == bytes.count { removeAll() }
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    /// A queue of the same bytes that takes no more memory than they need.
    package func tight() -> ByteQueue {
        // Not `Array(bytes[start...])`, which shares the memory when `start` is 0.
        var queue = ByteQueue(capacity: count)
        queue.bytes.append(contentsOf: bytes[start...])
        return queue
    }

    private mutating func compact() {
        guard start > 0, start >= bytes.count / 2 else { return }
        bytes.removeFirst(start)
        start = 0
    }

    private static let smallestRead = 1024
}
