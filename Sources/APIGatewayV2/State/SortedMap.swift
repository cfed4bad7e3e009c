/// Values by text, in ascending order of the text's bytes. A look-up, an insertion or a page takes time in
/// the logarithm of the size. A copy shares all chunks with the original, and a change of either copies one
/// chunk. A snapshot of 100,000 entries is therefore cheap.

/// Entries in sorted chunks of bounded size.
package struct SortedMap<Value: Sendable>: Sendable {
    fileprivate struct Entry: Sendable {
        /// The first eight bytes of `key`, so that most comparisons compare two numbers.
        let prefix: UInt64
        let key: String
        var value: Value

        fileprivate init(_ place: Place, _ value: Value) {
            prefix = place.prefix
            key = place.key
            self.value = value
        }
    }

    /// A key and its prefix, made once for a search.
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

        func isAfter(_ entry: Entry) -> Bool {
            prefix == entry.prefix ? key > entry.key : prefix > entry.prefix
        }

        func isSame(as entry: Entry) -> Bool {
            prefix == entry.prefix && key == entry.key
        }
    }

    /// The most entries of one chunk. A full chunk is split into halves.
    private static var chunkMax: Int { 64 }

    /// The chunks, of which none is empty.
    private var chunks: [[Entry]] = []
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
            let entries = chunks[chunk]
            let index = Self.index(of: place, in: entries)
            return index < entries.count && place.isSame(as: entries[index]) ? entries[index].value : nil
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
            insert(Entry(place, value), chunk, index)
            return nil
        }
        let old = chunks[chunk][index].value
        chunks[chunk][index].value = value
        return old
    }

    /// Changes the value of `key` in place. Without a value it begins with `initial`.
    package mutating func modify<Result>(
        _ key: String, from initial: @autoclosure () -> Value, _ body: (inout Value) -> Result
    ) -> Result {
        let place = Place(key)
        let (chunk, index, isPresent) = position(of: place)
        if isPresent { return body(&chunks[chunk][index].value) }
        var value = initial()
        let result = body(&value)
        insert(Entry(place, value), chunk, index)
        return result
    }

    /// Removes the entry of `key`. Returns its value.
    package mutating func removeValue(forKey key: String) -> Value? {
        let (chunk, index, isPresent) = position(of: Place(key))
        guard isPresent else { return nil }
        let old = chunks[chunk].remove(at: index).value
        count -= 1
        if chunks[chunk].isEmpty {
            chunks.remove(at: chunk)
            firstPrefixes.remove(at: chunk)
        } else if index == 0 {
            firstPrefixes[chunk] = chunks[chunk][0].prefix
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
            index = Self.index(of: place, in: chunks[chunk])
            if index < chunks[chunk].count, place.isSame(as: chunks[chunk][index]) { index += 1 }
        }
        page.reserveCapacity(Swift.min(countMax, count))
        while chunk < chunks.count {
            let entries = chunks[chunk]
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
            let isBefore = place.prefix == prefix ? place.key < chunks[middle][0].key : place.prefix < prefix
            if isBefore { high = middle } else { low = middle }
        }
        return low
    }

    /// The index of the first entry that is not before `place`.
    private static func index(of place: Place, in entries: [Entry]) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if place.isAfter(entries[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The position of the entry of `place`, or its position after an insertion.
    private func position(of place: Place) -> (chunk: Int, index: Int, isPresent: Bool) {
        guard let chunk = chunk(of: place) else { return (0, 0, false) }
        let index = Self.index(of: place, in: chunks[chunk])
        let isPresent = index < chunks[chunk].count && place.isSame(as: chunks[chunk][index])
        return (chunk, index, isPresent)
    }

    private mutating func insert(_ entry: Entry, _ chunk: Int, _ index: Int) {
        count += 1
        guard chunk < chunks.count else { return append(entry) }
        guard chunks[chunk].count == Self.chunkMax else { return place(entry, chunk, index) }
        // Fixtures mostly come in ascending order. Then the chunks before the last stay full.
        if chunk == chunks.count - 1, index == Self.chunkMax { return append(entry) }
        let half = Self.chunkMax / 2
        split(chunk, at: half)
        if index > half { place(entry, chunk + 1, index - half) } else { place(entry, chunk, index) }
    }

    private mutating func place(_ entry: Entry, _ chunk: Int, _ index: Int) {
        chunks[chunk].insert(entry, at: index)
        if index == 0 { firstPrefixes[chunk] = entry.prefix }
    }

    private mutating func append(_ entry: Entry) {
        chunks.append([entry])
        firstPrefixes.append(entry.prefix)
    }

    private mutating func split(_ chunk: Int, at index: Int) {
        let tail = Array(chunks[chunk][index...])
        chunks[chunk].removeSubrange(index...)
        chunks.insert(tail, at: chunk + 1)
        firstPrefixes.insert(tail[0].prefix, at: chunk + 1)
    }
}

extension SortedMap: Sequence {
    /// An iterator over the entries in order.
    package struct Iterator: IteratorProtocol {
        private let chunks: [[Entry]]
        private var chunk = 0
        private var index = 0

        fileprivate init(_ chunks: [[Entry]]) {
            self.chunks = chunks
        }

        package mutating func next() -> (key: String, value: Value)? {
            guard chunk < chunks.count else { return nil }
            let entry = chunks[chunk][index]
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
        chunks.first.map { ($0[0].key, $0[0].value) }
    }
}
