/// Pieces of frames in, whole messages and control frames out. Refuses with `WebSocketClosure` every breach
/// of RFC 6455 sections 5 and 8.1, text that is not UTF-8, and more bytes than the limits allow. Holds the
/// bytes of one message that is not whole, of one control frame, and of a window to unpack with.

/// The reading half of one WebSocket connection.
package struct WebSocketReceiver: Sendable {
    /// A message or a control frame.
    package enum Event: Sendable, Equatable {
        case message(WebSocketMessage)
        case ping([UInt8])
        case pong
        /// The client closes. The code is 1005 if it gives none.
        case close(WebSocketClosure)
    }

    private let frameBytesMax: Int
    private let messageBytesMax: Int
    /// The message that is not whole; nil between two messages.
    private var message: PartialMessage?
    /// The payload of the control frame that is not whole.
    private var control: [UInt8] = []
    /// Whether messages may be packed.
    package let needsInflater: Bool
    /// Whether the client packs messages with the bytes of earlier ones.
    private let clientTakesOver: Bool
    /// The last bytes of the packed messages so far, to which later ones may refer.
    private var window: [UInt8] = []

    package init(limits: HTTPLimits, agreed: WebSocketExtension? = nil) {
        needsInflater = agreed != nil
        clientTakesOver = agreed?.clientTakesOver ?? false
        frameBytesMax = limits.webSocketFrameBytesMax
        messageBytesMax = limits.webSocketMessageBytesMax
    }

    /// Whether the inflater holds a part of a message.
    package var isUnpacking: Bool { message?.isPacked ?? false }

    /// The next event, from the bytes that `frames` has kept and from `bytes`; nil if more bytes must arrive.
    /// `taken` grows by the bytes that need not be passed again. The inflater is nil unless one is needed.
    package mutating func next(
        in bytes: Span<UInt8>, taken: inout Int, by frames: WebSocketFrames,
        _ inflater: WebSocketInflater? = nil
    ) throws(WebSocketClosure) -> Event? {
        while true {
            switch frames.read(bytes, taken: &taken) {
            case .none: return nil
            case .malformed:
                throw WebSocketClosure(.protocolError, "The header of a frame is malformed.")
            case .part(let header, let isFirst, let isLast):
                let opcode = try check(header, isFirst: isFirst, inflater)
                if let event = try add(frames.payload, opcode, header, isLast: isLast, inflater) {
                    return event
                }
            }
        }
    }

    /// Checks the header of a frame at its first piece. Returns its kind.
    private mutating func check(
        _ header: WebSocketFrames.Header, isFirst: Bool, _ inflater: WebSocketInflater?
    ) throws(WebSocketClosure) -> WebSocketOpcode {
        guard let opcode = WebSocketOpcode(rawValue: header.opcode) else {
            throw WebSocketClosure(.protocolError, "Opcode \(header.opcode) is not known.")
        }
        guard isFirst else { return opcode }
        guard header.isMasked else {
            throw WebSocketClosure(.protocolError, "A client masks its frames.")
        }
        // RSV1 marks the first frame of a packed message (RFC 7692 section 6).
        let mayBePacked = needsInflater && (opcode == .text || opcode == .binary)
        guard header.reserved == 0 || mayBePacked && header.reserved == Self.packedBit else {
            throw WebSocketClosure(.protocolError, "A reserved bit is set that no extension uses.")
        }
        guard !opcode.isControl else { return opcode }
        guard (opcode == .continuation) == (message != nil) else {
            let reason =
                message == nil
                ? "A continuation frame continues no message." : "A message begins within another."
            throw WebSocketClosure(.protocolError, reason)
        }
        guard header.payloadBytes <= frameBytesMax else {
            throw WebSocketClosure(.tooBig, "A frame has more than \(frameBytesMax) bytes.")
        }
        if message == nil {
            let isPacked = header.reserved == Self.packedBit
            message = PartialMessage(isText: opcode == .text, isPacked: isPacked)
            if isPacked { inflater?.begin(behind: window) }
        }
        return opcode
    }

    private mutating func add(
        _ payload: [UInt8], _ opcode: WebSocketOpcode, _ header: WebSocketFrames.Header, isLast: Bool,
        _ inflater: WebSocketInflater?
    ) throws(WebSocketClosure) -> Event? {
        guard opcode.isControl else {
            return try addToMessage(payload, isLast: isLast && header.isFinal, inflater).map(Event.message)
        }
        control += payload
        guard isLast else { return nil }
        defer { control = [] }
        switch opcode {
        case .ping: return .ping(control)
        case .pong: return .pong
        default: return .close(try Self.closure(control))
        }
    }

    private mutating func addToMessage(
        _ payload: [UInt8], isLast: Bool, _ inflater: WebSocketInflater?
    ) throws(WebSocketClosure) -> WebSocketMessage? {
        guard var partial = message.take() else { preconditionFailure("Its first frame begins a message.") }
        if partial.isPacked {
            try unpack(payload, isLast: isLast, to: &partial.bytes, inflater)
        } else {
            guard partial.bytes.count + payload.count <= messageBytesMax else { throw tooLong }
            partial.bytes += payload
        }
        try partial.checkText(isLast: isLast)
        guard isLast else {
            message = partial
            return nil
        }
        return partial.isText ? .text(partial.bytes) : .binary(partial.bytes)
    }

    private mutating func unpack(
        _ payload: [UInt8], isLast: Bool, to bytes: inout [UInt8], _ inflater: WebSocketInflater?
    ) throws(WebSocketClosure) {
        guard let inflater else { preconditionFailure("Packed messages are agreed on with an inflater.") }
        do throws(WebSocketInflater.Failure) {
            try inflater.unpack(payload.span, to: &bytes, bytesMax: messageBytesMax)
            guard isLast else { return }
            try inflater.unpack(Self.tail.span, to: &bytes, bytesMax: messageBytesMax)
        } catch {
            switch error {
            case .malformed: throw WebSocketClosure(.invalidData, "A packed message is malformed.")
            case .tooLong: throw tooLong
            }
        }
        guard clientTakesOver else { return }
        window = Array((window + bytes.suffix(Self.windowBytes)).suffix(Self.windowBytes))
    }

    private var tooLong: WebSocketClosure {
        WebSocketClosure(.tooBig, "A message has more than \(messageBytesMax) bytes.")
    }

    private static let packedBit: UInt8 = 4
    /// The end of each packed message, which is not sent (RFC 7692 section 7.2.2).
    private static let tail: [UInt8] = [0, 0, 0xff, 0xff]
    private static let windowBytes = 32 * 1024

    /// The code and the reason in a close frame (RFC 6455 section 5.5.1).
    private static func closure(_ payload: [UInt8]) throws(WebSocketClosure) -> WebSocketClosure {
        guard !payload.isEmpty else { return WebSocketClosure(.noStatus, "") }
        guard payload.count >= 2 else {
            throw WebSocketClosure(.protocolError, "A close frame has half a code.")
        }
        let code = WebSocketCloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
        guard code.mayBeSent else {
            throw WebSocketClosure(.protocolError, "A close frame may not have the code \(code.rawValue).")
        }
        guard let reason = String(utf8: payload.span.extracting(2...)) else {
            throw WebSocketClosure(.invalidData, "The reason of a close frame is not UTF-8.")
        }
        return WebSocketClosure(code, reason)
    }
}

/// The frames so far of one message.
private struct PartialMessage: Sendable {
    let isText: Bool
    let isPacked: Bool
    var bytes: [UInt8] = []
    /// The bytes from the start that are whole characters.
    private var checkedCount = 0

    init(isText: Bool, isPacked: Bool) {
        self.isText = isText
        self.isPacked = isPacked
    }

    /// Checks the bytes that have come since the last call. A character at the end may lack bytes unless the
    /// message is whole.
    mutating func checkText(isLast: Bool) throws(WebSocketClosure) {
        guard isText else { return }
        do {
            _ = try UTF8Span(validating: bytes.span.extracting(checkedCount...))
            checkedCount = bytes.count
        } catch {
            let range = error.byteOffsets
            let isCut = error.kind == .truncatedScalar && checkedCount + range.upperBound == bytes.count
            guard isCut, !isLast else {
                throw WebSocketClosure(.invalidData, "A text message is not UTF-8.")
            }
            checkedCount += range.lowerBound
        }
    }
}
