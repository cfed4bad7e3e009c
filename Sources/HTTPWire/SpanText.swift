/// Comparisons of bytes with words, and texts and copies of bytes, for parsers. A request needs some twenty
/// of them, so these functions work on blocks and not on single bytes.

extension Span<UInt8> {
    var isASCII: Bool {
        var bits: UInt8 = 0
        for i in indices { bits |= self[i] }
        return bits < 0x80
    }

    /// Whether the bytes are a text. It takes no memory.
    package var isUTF8: Bool {
        do {
            _ = try UTF8Span(validating: self)
            return true
        } catch {
            return false
        }
    }

    /// Whether the first bytes are those of `word`, in the same case.
    package func begins(with word: String) -> Bool {
        count >= word.utf8.count && extracting(0..<word.utf8.count).equals(word)
    }

    /// Whether the bytes are those of `word`, in the same case.
    package func equals(_ word: String) -> Bool {
        guard count == word.utf8.count else { return false }
        let wanted = word.utf8.span
        // Without an end at the first difference the compiler compares sixteen bytes at once.
        var difference: UInt8 = 0
        for i in indices { difference |= self[i] ^ wanted[i] }
        return difference == 0
    }

    /// Whether the bytes are equal if the case of letters is ignored.
    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for i in indices where self[i].lowercased != other[i].lowercased { return false }
        return true
    }

    /// Whether the bytes are those of `word` in any case. `word` is in lower case.
    package func equalsIgnoringCase(_ word: String) -> Bool {
        guard count == word.utf8.count else { return false }
        let wanted = word.utf8.span
        for i in indices where self[i].lowercased != wanted[i] { return false }
        return true
    }
}

extension String {
    /// The text of the bytes; other bytes than UTF-8 become U+FFFD.
    package init(bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The text of the bytes, or nil if they are not UTF-8.
    init?(utf8 bytes: Span<UInt8>) {
        do {
            self.init(copying: try UTF8Span(validating: bytes))
        } catch {
            return nil
        }
    }

    /// The text of bytes of ISO 8859-1.
    init(latin1 bytes: Span<UInt8>) {
        var text = ""
        for i in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[i])) }
        self = text
    }

    /// The text of bytes that are known to be ASCII.
    package init(ascii bytes: Span<UInt8>) {
        assert(bytes.isASCII, "What is no ASCII has to be checked to be UTF-8.")
        unsafe self.init(copying: UTF8Span(unchecked: bytes, isKnownASCII: true))
    }
}

extension [UInt8] {
    package mutating func append(_ bytes: Span<UInt8>) {
        // One copy of memory. Swift keeps a loop over bytes, and `append(contentsOf:)` of a String's bytes,
        // as a loop.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    package mutating func append(_ text: String) {
        append(text.utf8.span)
    }
}

extension OutputSpan<UInt8> {
    /// Appends bytes, for which there must be room.
    package mutating func append(_ bytes: Span<UInt8>) {
        unsafe withUnsafeMutableBufferPointer { room, count in
            let end = count + bytes.count
            let place = unsafe UnsafeMutableBufferPointer(rebasing: room[count..<end])
            unsafe bytes.withUnsafeBufferPointer { _ = unsafe place.initialize(fromContentsOf: $0) }
            count = end
        }
    }

    /// Appends the index of a header section as it is in memory.
    package mutating func append(_ lines: [HTTPFields.Line]) {
        unsafe lines.span.bytes.withUnsafeBytes { bytes in
            unsafe append(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
        }
    }
}
