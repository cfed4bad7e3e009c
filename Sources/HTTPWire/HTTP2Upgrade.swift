/// The way from HTTP/1.1 to HTTP/2 on the same connection: the client's settings and the server's answer.
/// Follows RFC 7540 section 3.2. RFC 9113 has dropped it, but clients (curl's `--http2`) still use it.

/// The settings in a request that asks for HTTP/2.
package enum HTTP2Upgrade {
    /// The answer that ends HTTP/1.1 on a connection. The response to the request follows on stream 1.
    package static let response = Array(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".utf8)

    /// The client's settings, in the form of a SETTINGS frame; nil if the field is missing or not base64url.
    package static func settings(in fields: HTTPFields) -> [UInt8]? {
        guard let index = fields.firstIndex(of: "HTTP2-Settings") else { return nil }
        let line = fields.lines[index]
        return decoded(fields.bytes.span.extracting(Int(line.valueStart)..<Int(line.valueEnd)))
    }

    /// The decoded bytes. Padding is accepted, though the rule leaves it out.
    private static func decoded(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        var end = text.count
        while end > 0, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        for i in 0..<end {
            guard let value = value(ofDigit: text[i]) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        }
        return bytes
    }

    private static func value(ofDigit byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
