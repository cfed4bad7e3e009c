/// The words of the WebSocket protocol (RFC 6455 sections 5.2 and 7.4): messages, opcodes and close codes.

/// One whole message.
package enum WebSocketMessage: Sendable, Equatable {
    /// Valid UTF-8.
    case text([UInt8])
    case binary([UInt8])

    package var bytes: [UInt8] {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes
        }
    }
}

/// The kind of a frame.
package enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xa

    var isControl: Bool { rawValue >= WebSocketOpcode.close.rawValue }
}

/// The reason for the end of a connection, as its number.
package struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = WebSocketCloseCode(rawValue: 1000)
    package static let goingAway = WebSocketCloseCode(rawValue: 1001)
    package static let protocolError = WebSocketCloseCode(rawValue: 1002)
    package static let unsupportedData = WebSocketCloseCode(rawValue: 1003)
    /// Never sent: the client's close frame had no code.
    package static let noStatus = WebSocketCloseCode(rawValue: 1005)
    /// Never sent: the connection ended without a close frame.
    package static let abnormal = WebSocketCloseCode(rawValue: 1006)
    package static let invalidData = WebSocketCloseCode(rawValue: 1007)
    package static let tooBig = WebSocketCloseCode(rawValue: 1009)

    /// Whether a close frame may have the code (RFC 6455 section 7.4 and IANA's registry).
    package var mayBeSent: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// A close frame of the client, or a mistake that ends the connection.
package struct WebSocketClosure: Error, Sendable, Equatable {
    package let code: WebSocketCloseCode
    package let reason: String

    package init(_ code: WebSocketCloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
