/// The negotiation of permessage-deflate: the client's offers in, the agreed parameters and the answer out.
/// The first offer that can be met is accepted. An offer with an unknown, doubled or malformed parameter is
/// passed over (RFC 7692 section 7.1).

/// The agreed use of permessage-deflate.
package struct WebSocketExtension: Sendable, Equatable {
    /// Whether the client packs each message alone.
    private(set) var clientTakesOver = true
    /// The server's window in bits, 8 to 15.
    private var serverWindowBits = 15
    /// The value of Sec-WebSocket-Extensions in the answer.
    package private(set) var answer = "permessage-deflate"

    /// The window for the server's messages in bits; nil if the server packs none. zlib packs for no window
    /// of 8 bits, and a server may leave messages as they are.
    package var windowBits: Int? { serverWindowBits > 8 ? serverWindowBits : nil }

    /// The agreement on the offers of a request; nil if none can be met.
    package init?(offeredIn request: HTTPRequest) {
        let values = request.fields.values(of: "Sec-WebSocket-Extensions")
        for value in values {
            for offer in value.split(separator: ",") {
                if let agreed = WebSocketExtension(offer) {
                    self = agreed
                    return
                }
            }
        }
        return nil
    }

    private init?(_ offer: Substring) {
        let parts = offer.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmingSpaces)
        guard let name = parts.first, name.lowercased() == "permessage-deflate" else { return nil }
        var seen: Set<String> = []
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map(\.trimmingSpaces)
            let parameter = pair[0].lowercased()
            let value = pair.count > 1 ? Self.unquoted(pair[1]) : nil
            guard seen.insert(parameter).inserted, accept(parameter, value) else { return nil }
        }
    }

    /// Takes one parameter of the offer over. Returns false if the offer cannot be met.
    private mutating func accept(_ parameter: String, _ value: Substring?) -> Bool {
        switch (parameter, value) {
        case ("client_no_context_takeover", nil):
            clientTakesOver = false
            answer += ";client_no_context_takeover"
        case ("server_no_context_takeover", nil):
            // The server packs each message alone in any case.
            answer += ";server_no_context_takeover"
        case ("server_max_window_bits", let value?):
            guard let bits = Self.windowBits(value) else { return false }
            serverWindowBits = bits
            answer += ";server_max_window_bits=\(bits)"
        // The client may use a smaller window. The server reads every window, and asks for none.
        case ("client_max_window_bits", nil): break
        case ("client_max_window_bits", let value?): return Self.windowBits(value) != nil
        default: return false
        }
        return true
    }

    private static func windowBits(_ value: Substring) -> Int? {
        guard let bits = Int(value), (8...15).contains(bits), String(bits) == value else { return nil }
        return bits
    }

    /// The text of a quoted string without its quotes, else the same text.
    private static func unquoted(_ value: Substring) -> Substring {
        guard value.count >= 2, value.first == "\"", value.last == "\"" else { return value }
        return value.dropFirst().dropLast()
    }
}
