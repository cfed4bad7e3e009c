/// Host and port, as a Host field or an absolute-form target names them. Checks only the syntax: `host [":"
/// port]` of RFC 3986 section 3.2. Refuses user information, because RFC 9110 section 4.2.4 calls it an error
/// in http targets.

/// The syntax of `uri-host [":" port]`.
enum Authority {
    /// The highest port number there is. Fixed by TCP.
    private static let portMax = 65_535
    private static let localhost = "localhost"

    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        guard let hostEnd = hostEnd(of: bytes) else { return false }
        guard hostEnd < bytes.count else { return true }
        return bytes[hostEnd] == .colon && isPort(bytes.extracting((hostEnd + 1)..<bytes.count))
    }

    /// Whether the bytes name a machine as no domain name can: nothing, an IP address, or `localhost`, each
    /// with or without a port. It takes no memory, because every request asks.
    static func isLocal(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count > 0, bytes[0] != UInt8(ascii: "[") else { return true }
        if bytes[0].isDigit {
            for i in bytes.indices
            where !bytes[i].isDigit && bytes[i] != UInt8(ascii: ".") && bytes[i] != .colon { return false }
            return true
        }
        return bytes.begins(with: localhost)
            && (bytes.count == localhost.utf8.count || bytes[localhost.utf8.count] == .colon)
    }

    /// The end of the host; nil if the bytes begin with none. A host may be empty, because a client without a
    /// name must still send Host.
    private static func hostEnd(of bytes: Span<UInt8>) -> Int? {
        guard bytes.count > 0, bytes[0] == UInt8(ascii: "[") else {
            let end = ByteSet.hostName.prefixCount(of: bytes)
            return isEncodingWhole(in: bytes.extracting(0..<end)) ? end : nil
        }
        let end = 1 + ByteSet.ipLiteral.prefixCount(of: bytes.extracting(1..<bytes.count))
        guard end > 1, end < bytes.count, bytes[end] == UInt8(ascii: "]") else { return nil }
        return end + 1
    }

    private static func isEncodingWhole(in name: Span<UInt8>) -> Bool {
        for i in name.indices where name[i] == UInt8(ascii: "%") {
            guard i + 2 < name.count, name[i + 1].hexDigitValue != nil, name[i + 2].hexDigitValue != nil
            else {
                return false
            }
        }
        return true
    }

    /// Whether the bytes are a port, which may be empty by the grammar.
    private static func isPort(_ bytes: Span<UInt8>) -> Bool {
        var port = 0
        for i in bytes.indices {
            guard bytes[i].isDigit else { return false }
            port = port * 10 + Int(bytes[i] - UInt8(ascii: "0"))
            guard port <= portMax else { return false }
        }
        return true
    }
}
