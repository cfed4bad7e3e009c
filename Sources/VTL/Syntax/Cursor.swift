/// A place in the text of a template, and the small readings that all parts of the parser share.

/// Reads bytes. The syntax of the language is ASCII, and all other text passes through.
package struct Cursor {
    package let text: [UInt8]
    package var place = 0
    package let end: Int

    package init(_ text: [UInt8]) {
        self.text = text
        end = text.count
    }

    package var isAtEnd: Bool { place >= end }
    package var byte: UInt8? { place < end ? text[place] : nil }

    package func byte(after count: Int) -> UInt8? {
        place + count < end ? text[place + count] : nil
    }

    package func has(_ prefix: String) -> Bool {
        prefix.utf8.count <= end - place && text[place..<place + prefix.utf8.count].elementsEqual(prefix.utf8)
    }

    package mutating func take(_ prefix: String) -> Bool {
        guard has(prefix) else { return false }
        place += prefix.utf8.count
        return true
    }

    /// Goes on while the bytes are such.
    package mutating func skip(while isSuch: (UInt8) -> Bool) {
        while let byte, isSuch(byte) { place += 1 }
    }

    package mutating func skipWhitespace() {
        skip { $0.isBlank || $0.isLineEnd }
    }

    /// Goes behind blanks and one end of a line, if nothing else is in the line. Directives take it with
    /// them.
    package mutating func skipRestOfEmptyLine() {
        let start = place
        skip { $0.isBlank }
        if !skipLineEnd() { place = start }
    }

    package mutating func skipLineEnd() -> Bool {
        take("\r\n") || take("\n") || take("\r")
    }

    /// A name: a letter or an underscore, then also digits and the further character.
    package mutating func takeName(with further: Unicode.Scalar) -> String? {
        guard let first = byte, first.isLetter || first == UInt8(ascii: "_") else { return nil }
        let start = place
        skip { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: further) }
        return String(decoding: text[start..<place], as: UTF8.self)
    }
}

extension UInt8 {
    package var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    package var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    package var isLineEnd: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
}
