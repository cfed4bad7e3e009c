/// The opening handshake of WebSocket: a request in, its key or its mistake out, and the head of the 101.
/// Refuses other versions than 13 with 426, and a malformed key with 400. Follows RFC 6455 section 4.2.

/// A request that asks for WebSocket correctly.
package struct WebSocketHandshake: Sendable {
    /// The result of a check.
    package enum Check: Sendable {
        /// The request does not ask for WebSocket.
        case notAsked
        case valid(WebSocketHandshake)
        /// The request asks for WebSocket in a wrong way. Its answer has Sec-WebSocket-Version if it is 426.
        case refused(HTTPParseError)
    }

    /// The value of Sec-WebSocket-Accept.
    package let accept: String
    /// The agreement on the client's offers of permessage-deflate; nil if there is none.
    package let offered: WebSocketExtension?

    /// Checks a request of HTTP/1.1. On HTTP/2 the fields of a handshake are malformed already (RFC 9113
    /// section 8.2.2), and the server offers no extended CONNECT.
    package static func check(_ request: HTTPRequest) -> Check {
        guard request.version == .http11, asksForWebSocket(request.fields) else { return .notAsked }
        guard request.method == .get else {
            return refused(400, "A WebSocket handshake is a GET, not a \(request.method.rawValue).")
        }
        let versions = request.fields.values(of: "Sec-WebSocket-Version")
        guard versions == ["13"] else {
            let found = versions.isEmpty ? "none" : versions.joined(separator: ", ")
            return refused(426, "Sec-WebSocket-Version must be 13, and is \(found).")
        }
        let keys = request.fields.values(of: "Sec-WebSocket-Key")
        guard let key = keys.first, keys.count == 1, isKey(key) else {
            return refused(400, "Sec-WebSocket-Key must be the base64 form of 16 bytes, once.")
        }
        return .valid(
            WebSocketHandshake(accept: accept(for: key), offered: WebSocketExtension(offeredIn: request)))
    }

    /// Appends the 101 with its empty line. Names have the case of the service. `fields` come last.
    package func appendResponse(
        to output: inout [UInt8], date: HTTPDate, extensions: String?, subprotocol: String?,
        fields: HTTPFields
    ) {
        output.append("HTTP/1.1 101 Switching Protocols\r\nDate: ")
        output.append(date.bytes.span)
        output.append("\r\nConnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: \(accept)\r\n")
        if let subprotocol { output.append("sec-websocket-protocol: \(subprotocol)\r\n") }
        if let extensions { output.append("sec-websocket-extensions: \(extensions)\r\n") }
        output.append(fields.bytes.span)
        output.append("\r\n")
    }

    /// The proof that the server has read the key (RFC 6455 section 4.2.2).
    static func accept(for key: String) -> String {
        base64(SHA1.hash(of: (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8.span))
    }

    private static func asksForWebSocket(_ fields: HTTPFields) -> Bool {
        has("websocket", in: "Upgrade", of: fields) && has("upgrade", in: "Connection", of: fields)
    }

    private static func has(_ element: String, in name: String, of fields: HTTPFields) -> Bool {
        fields.values(of: name).contains { value in
            value.split(separator: ",").contains { part in
                part.trimmingSpaces.utf8.elementsEqual(element.utf8) { $0.lowercased == $1 }
            }
        }
    }

    private static func refused(_ status: Int, _ reason: String) -> Check {
        .refused(HTTPParseError(status: status, reason: reason))
    }

    /// Whether the text is base64 of 16 bytes: 22 digits, of which the last has four zero bits, and `==`.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 24, bytes.suffix(2) == [UInt8(ascii: "="), UInt8(ascii: "=")] else {
            return false
        }
        let digits = bytes.prefix(22).map { base64Digits.firstIndex(of: $0) }
        return digits.allSatisfy { $0 != nil } && digits.last.flatMap { $0 }.map { $0 % 16 == 0 } ?? false
    }

    private static let base64Digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let digit = base64Digits[bits >> (18 - 6 * place) & 63]
                text.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension HTTPRequest {
    /// Whether the request is a correct handshake of WebSocket.
    package var isWebSocketUpgrade: Bool {
        if case .valid = WebSocketHandshake.check(self) { true } else { false }
    }
}

extension Substring {
    /// The text without spaces and tabs at its ends.
    var trimmingSpaces: Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var text = self.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
