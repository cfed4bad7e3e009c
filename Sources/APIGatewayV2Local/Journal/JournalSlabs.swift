/// The bytes of records in the order of their arrival, in arrays of one size that are used again and again.
/// As objects ten thousand calls were 350,000 pieces of memory. Each of them was out of the processor's
/// caches when its record made room, and this took a third of the time of a call.

/// A queue of byte strings. A copy shares the arrays, so that a reader of a copy holds up no writer.
struct JournalSlabs: Sendable {
    /// The place of one record.
    struct Place: Sendable {
        /// The number of its array, counted from the first one ever.
        fileprivate let slab: UInt32
        fileprivate let start: UInt32
    }

    private struct Slab: Sendable {
        var bytes: [UInt8]
        /// The number of records that are still in the queue.
        var count = 0
    }

    /// The bytes of an array: the most that a writer copies when a reader holds a copy of the queue.
    private static let slabBytes = 64 * 1024

    private var slabs: [Slab] = []
    /// The number of the first of `slabs`.
    private var first: UInt32 = 0
    /// The memory of the last slab that became free, for the next one.
    private var spare: [UInt8]?

    /// Appends the bytes that `pack` appends, at most `room`. Returns their place and number.
    mutating func append(
        room: Int, _ pack: (inout OutputSpan<UInt8>) -> Void
    ) -> (place: Place, byteCount: Int) {
        if slabs.last.map({ $0.bytes.count + room > $0.bytes.capacity }) ?? true { addSlab(room: room) }
        let last = slabs.count - 1
        let start = slabs[last].bytes.count
        slabs[last].bytes.append(addingCapacity: room) { pack(&$0) }
        slabs[last].count += 1
        return (
            Place(slab: first &+ UInt32(last), start: UInt32(start)), slabs[last].bytes.count - start
        )
    }

    /// The bytes from a record on.
    func bytes(from place: Place) -> ArraySlice<UInt8> {
        slabs[Int(place.slab &- first)].bytes[Int(place.start)...]
    }

    /// Removes the oldest record, which `place` names.
    mutating func removeFirst(_ place: Place) {
        let index = Int(place.slab &- first)
        slabs[index].count -= 1
        while slabs.count > 1, slabs[0].count == 0 {
            var bytes = slabs.removeFirst().bytes
            first &+= 1
            guard bytes.capacity < 2 * Self.slabBytes else { continue }
            bytes.removeAll(keepingCapacity: true)
            spare = bytes
        }
    }

    private mutating func addSlab(room: Int) {
        var bytes = room <= Self.slabBytes ? spare.take() ?? [] : []
        bytes.reserveCapacity(max(room, Self.slabBytes))
        slabs.append(Slab(bytes: bytes))
    }
}
