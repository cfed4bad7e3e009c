/// Deadlines by descriptor, the nearest first. A descriptor has at most one deadline, so the heap is never
/// larger than the number of descriptors. It is a binary heap with an index of its entries; a change takes
/// time in the logarithm of its size.

/// At most one deadline for each descriptor.
package struct TimerHeap {
    private struct Entry {
        var deadline: Duration
        var descriptor: Int
    }

    private var entries: [Entry] = []
    /// The index of each descriptor's entry in the heap; -1 for none. An array, because descriptors are small
    /// numbers.
    private var positions: [Int] = []

    package init() {}

    package var count: Int { entries.count }
    package var nearest: Duration? { entries.first?.deadline }

    package func deadline(of descriptor: Int32) -> Duration? {
        let position = position(of: Int(descriptor))
        return position < 0 ? nil : entries[position].deadline
    }

    /// Sets or moves the deadline of `descriptor`.
    package mutating func set(_ descriptor: Int32, to deadline: Duration) {
        precondition(descriptor >= 0, "A deadline belongs to an open descriptor.")
        let descriptor = Int(descriptor)
        while positions.count <= descriptor { positions.append(-1) }
        var position = positions[descriptor]
        if position < 0 {
            position = entries.count
            entries.append(Entry(deadline: deadline, descriptor: descriptor))
            positions[descriptor] = position
        } else {
            entries[position].deadline = deadline
        }
        siftDown(from: siftUp(from: position))
    }

    /// Forgets the deadline of `descriptor`, if it has one.
    package mutating func remove(_ descriptor: Int32) {
        let position = position(of: Int(descriptor))
        guard position >= 0 else { return }
        remove(at: position)
    }

    /// Removes the nearest deadline if it is not after `now`, and returns its descriptor.
    package mutating func removeExpired(at now: Duration) -> Int32? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        remove(at: 0)
        return Int32(first.descriptor)
    }

    private func position(of descriptor: Int) -> Int {
        positions.indices.contains(descriptor) ? positions[descriptor] : -1
    }

    private mutating func remove(at position: Int) {
        positions[entries[position].descriptor] = -1
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[last.descriptor] = position
        siftDown(from: siftUp(from: position))
    }

    /// Moves the entry towards the root while it is nearer than its parent. Returns its new index.
    private mutating func siftUp(from start: Int) -> Int {
        var position = start
        while position > 0 {
            let parent = (position - 1) / 2
            guard entries[position].deadline < entries[parent].deadline else { break }
            exchange(position, parent)
            position = parent
        }
        return position
    }

    private mutating func siftDown(from start: Int) {
        var position = start
        while true {
            var nearest = position
            for child in (2 * position + 1)...(2 * position + 2) where child < entries.count {
                if entries[child].deadline < entries[nearest].deadline { nearest = child }
            }
            guard nearest != position else { return }
            exchange(position, nearest)
            position = nearest
        }
    }

    private mutating func exchange(_ first: Int, _ second: Int) {
        entries.swapAt(first, second)
        positions[entries[first].descriptor] = first
        positions[entries[second].descriptor] = second
    }
}

/// The earlier of two times; nil if there is neither.
func earlier(_ one: Duration?, _ other: Duration?) -> Duration? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
}
