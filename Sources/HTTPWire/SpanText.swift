/// What the parsers ask of bytes that they have not copied: whether they spell a word, and what they read as
/// text.

extension Span<UInt8> {
    /// Whether the bytes are those of `word`, in the same case.
    func equals(_ word: String) -> Bool {
        guard count == word.utf8.count else { return false }
        let wanted = word.utf8.span
        for i in indices where self[i] != wanted[i] { return false }
        return true
    }

    /// Whether the bytes are the same but for the case of letters.
    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for i in indices where self[i].lowercased != other[i].lowercased { return false }
        return true
    }

    /// Whether the bytes are those of `word` in any case. `word` is given in lower case.
    func equalsIgnoringCase(_ word: String) -> Bool {
        guard count == word.utf8.count else { return false }
        let wanted = word.utf8.span
        for i in indices where self[i].lowercased != wanted[i] { return false }
        return true
    }
}

extension String {
    /// The text of the bytes, or nil if they are not UTF-8.
    init?(utf8 bytes: Span<UInt8>) {
        do {
            self.init(copying: try UTF8Span(validating: bytes))
        } catch {
            return nil
        }
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in
            for i in bytes.indices { output.append(bytes[i]) }
        }
    }
}
