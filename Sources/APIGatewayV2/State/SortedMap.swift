/// Values by text, in ascending order of the text's bytes. A look-up, an insertion or a page takes time in
/// the logarithm of the size. A copy shares all chunks with the original, and a change of either copies one
/// chunk. A snapshot of 100,000 entries is therefore cheap.

/// Entries in sorted chunks of bounded size.
package struct SortedMap<Value: Sendable>: Sendable {
    fileprivate struct Entry: Sendable {
        let key: String
        var value: Value
    }

    /// Entries in order. A search reads the prefixes alone, which fill an eighth of the entries' cache lines.
    fileprivate struct Chunk: Sendable {
        /// The prefixes of the keys of `entries`.
        private(set) var prefixes: [UInt64]
        var entries: [Entry]

        init(_ place: Place, _ value: Value) {
            prefixes = [place.prefix]
            entries = [Entry(key: place.key, value: value)]
        }

        private init(_ prefixes: ArraySlice<UInt64>, _ entries: ArraySlice<Entry>) {
            self.prefixes = Array(prefixes)
            self.entries = Array(entries)
        }

        var count: Int { prefixes.count }

        /// The index of the first entry that is not before `place`.
        func index(of place: Place) -> Int {
            let prefixes = prefixes.span
            var low = 0
            var rest = prefixes.count
            // Each round halves the rest without a jump that the processor has to guess.
            while rest > 0 {
                let half = (rest + 1) / 2
                low += prefixes[low + half - 1] < place.prefix ? half : 0
                rest -= half
            }
            while low < prefixes.count, prefixes[low] == place.prefix, entries[low].key < place.key {
                low += 1
            }
            return low
        }

        /// Whether the entry at `index` is that of `place`.
        func holds(_ place: Place, at index: Int) -> Bool {
            index < prefixes.count && prefixes[index] == place.prefix && entries[index].key == place.key
        }

        mutating func insert(_ place: Place, _ value: Value, at index: Int) {
            if entries.count == entries.capacity { grow() }
            prefixes.insert(place.prefix, at: index)
            entries.insert(Entry(key: place.key, value: value), at: index)
        }

        /// Makes room by a quarter. An array alone would double, and an API of ten integrations would then
        /// hold room for six more.
        private mutating func grow() {
            let room = Swift.min(chunkMax, count + Swift.max(2, count / 4))
            prefixes.reserveCapacity(room)
            entries.reserveCapacity(room)
        }

        mutating func remove(at index: Int) -> Value {
            prefixes.remove(at: index)
            return entries.remove(at: index).value
        }

        /// Removes the entries from `index` on and returns them.
        mutating func split(at index: Int) -> Chunk {
            let tail = Chunk(prefixes[index...], entries[index...])
            prefixes.removeSubrange(index...)
            entries.removeSubrange(index...)
            return tail
        }
    }

    /// A key and its first eight bytes as a number, made once for a search. Most comparisons then compare two
    /// numbers.
    fileprivate struct Place {
        let prefix: UInt64
        let key: String

        init(_ key: String) {
            self.key = key
            // A span, because a loop over the String's UTF-8 view checks the form of the String at each byte.
            let bytes = key.utf8.span
            let count = Swift.min(8, bytes.count)
            var prefix: UInt64 = 0
            for index in 0..<count { prefix = prefix << 8 | UInt64(bytes[index]) }
            self.prefix = prefix << UInt64(8 * (8 - count))
        }
    }

    /// The most entries of one chunk. A full chunk is split into halves. Fixed, because it bounds only time.
    private static var chunkMax: Int { 64 }

    /// The chunks, of which none is empty.
    private var chunks: [Chunk] = []
    /// The prefix of the first entry of each chunk. A search among a thousand chunks reads these few cache
    /// lines, and not the chunks.
    private var firstPrefixes: [UInt64] = []
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// The value of `key`; setting nil removes the entry.
    package subscript(key: String) -> Value? {
        get {
            let place = Place(key)
            guard let chunk = chunk(of: place) else { return nil }
            let index = chunks[chunk].index(of: place)
            return chunks[chunk].holds(place, at: index) ? chunks[chunk].entries[index].value : nil
        }
        set {
            if let newValue { _ = updateValue(newValue, forKey: key) } else { _ = removeValue(forKey: key) }
        }
    }

    /// Whether there is an entry of `key`. It copies no value.
    package func contains(_ key: String) -> Bool { position(of: Place(key)).isPresent }

    /// Sets the value of `key`. Returns the former value.
    package mutating func updateValue(_ value: Value, forKey key: String) -> Value? {
        let place = Place(key)
        let (chunk, index, isPresent) = position(of: place)
        guard isPresent else {
            insert(place, value, chunk, index)
            return nil
        }
        let old = chunks[chunk].entries[index].value
        chunks[chunk].entries[index].value = value
        return old
    }

    /// Changes the value of `key` in place. Without a value it begins with `initial`.
    package mutating func modify<Result>(
        _ key: String, from initial: @autoclosure () -> Value, _ body: (inout Value) -> Result
    ) -> Result {
        let place = Place(key)
        let (chunk, index, isPresent) = position(of: place)
        if isPresent { return body(&chunks[chunk].entries[index].value) }
        var value = initial()
        let result = body(&value)
        insert(place, value, chunk, index)
        return result
    }

    /// Removes the entry of `key`. Returns its value.
    package mutating func removeValue(forKey key: String) -> Value? {
        let (chunk, index, isPresent) = position(of: Place(key))
        guard isPresent else { return nil }
        let old = chunks[chunk].remove(at: index)
        count -= 1
        if chunks[chunk].count == 0 {
            chunks.remove(at: chunk)
            firstPrefixes.remove(at: chunk)
        } else if index == 0 {
            firstPrefixes[chunk] = chunks[chunk].prefixes[0]
        }
        return old
    }

    /// At most `countMax` entries after `key`, or from the first one, and whether there are more.
    package func page(
        after key: String?, countMax: Int
    ) -> (entries: [(key: String, value: Value)], hasMore: Bool) {
        var page: [(key: String, value: Value)] = []
        var (chunk, index) = (0, 0)
        if let key {
            let place = Place(key)
            guard let found = self.chunk(of: place) else { return (page, false) }
            chunk = found
            index = chunks[chunk].index(of: place)
            if chunks[chunk].holds(place, at: index) { index += 1 }
        }
        page.reserveCapacity(Swift.min(countMax, count))
        while chunk < chunks.count {
            let entries = chunks[chunk].entries
            while index < entries.count {
                if page.count == countMax { return (page, true) }
                page.append((entries[index].key, entries[index].value))
                index += 1
            }
            (chunk, index) = (chunk + 1, 0)
        }
        return (page, false)
    }

    /// The last chunk that begins at or before `place`, else the first; nil if there are none.
    private func chunk(of place: Place) -> Int? {
        guard !chunks.isEmpty else { return nil }
        var (low, high) = (0, chunks.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            let prefix = firstPrefixes[middle]
            let isBefore =
                place.prefix == prefix ? place.key < chunks[middle].entries[0].key : place.prefix < prefix
            if isBefore { high = middle } else { low = middle }
        }
        return low
    }

    /// The position of the entry of `place`, or its position after an insertion.
    private func position(of place: Place) -> (chunk: Int, index: Int, isPresent: Bool) {
        guard let chunk = chunk(of: place) else { return (0, 0, false) }
        let index = chunks[chunk].index(of: place)
        return (chunk, index, chunks[chunk].holds(place, at: index))
    }

    private mutating func insert(_ place: Place, _ value: Value, _ chunk: Int, _ index: Int) {
        count += 1
        guard chunk < chunks.count else { return append(place, value) }
        guard chunks[chunk].count == Self.chunkMax else { return insert(place, value, at: index, in: chunk) }
        // Fixtures mostly come in ascending order. Then the chunks before the last stay full.
        if chunk == chunks.count - 1, index == Self.chunkMax { return append(place, value) }
        let half = Self.chunkMax / 2
        let tail = chunks[chunk].split(at: half)
        chunks.insert(tail, at: chunk + 1)
        firstPrefixes.insert(tail.prefixes[0], at: chunk + 1)
        if index > half {
            insert(place, value, at: index - half, in: chunk + 1)
        } else {
            insert(place, value, at: index, in: chunk)
        }
    }

    private mutating func insert(_ place: Place, _ value: Value, at index: Int, in chunk: Int) {
        chunks[chunk].insert(place, value, at: index)
        if index == 0 { firstPrefixes[chunk] = place.prefix }
    }

    private mutating func append(_ place: Place, _ value: Value) {
        chunks.append(Chunk(place, value))
        firstPrefixes.append(place.prefix)
    }
}

extension SortedMap: Sequence {
    /// An iterator over the entries in order.
    package struct Iterator: IteratorProtocol {
        private let chunks: [Chunk]
        private var chunk = 0
        private var index = 0

        fileprivate init(_ chunks: [Chunk]) {
            self.chunks = chunks
        }

        package mutating func next() -> (key: String, value: Value)? {
            guard chunk < chunks.count else { return nil }
            let entry = chunks[chunk].entries[index]
            index += 1
            if index == chunks[chunk].count { (chunk, index) = (chunk + 1, 0) }
            return (entry.key, entry.value)
        }
    }

    package func makeIterator() -> Iterator { Iterator(chunks) }

    package var underestimatedCount: Int { count }

    /// The keys in ascending order.
    package var keys: some Sequence<String> { lazy.map(\.key) }

    /// The values in the order of their keys.
    package var values: some Sequence<Value> { lazy.map(\.value) }

    package var first: (key: String, value: Value)? {
        chunks.first.map { ($0.entries[0].key, $0.entries[0].value) }
    }
}
