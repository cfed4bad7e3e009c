/// One frame of HTTP/2 as bytes, right or wrong: nothing is checked, so that a test can send what no library
/// would. Follows RFC 9113 sections 4.1 and 6.

/// A frame before it is bytes, or after.
package struct HTTP2Frame: Sendable, Equatable {
    /// The types of RFC 9113 section 6.
    package enum Kind: UInt8, Sendable {
        case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate,
            continuation
    }

    package static let endStream: UInt8 = 1
    package static let acknowledgement: UInt8 = 1
    package static let endHeaders: UInt8 = 4
    package static let padded: UInt8 = 8
    package static let hasPriority: UInt8 = 32

    package var type: UInt8
    package var flags: UInt8
    package var stream: UInt32
    package var payload: [UInt8]
    /// What the length field says, if that is not the truth.
    package var claimedLength: Int?

    package init(
        type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = [], claimedLength: Int? = nil
    ) {
        self.type = type
        self.flags = flags
        self.stream = stream
        self.payload = payload
        self.claimedLength = claimedLength
    }

    package init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) {
        self.init(type: kind.rawValue, flags: flags, stream: stream, payload: payload)
    }

    package var kind: Kind? { Kind(rawValue: type) }

    package var bytes: [UInt8] {
        let length = UInt32(claimedLength ?? payload.count)
        return Array(bigEndian(length).dropFirst()) + [type, flags] + bigEndian(stream) + payload
    }
}

extension HTTP2Frame {
    /// What a client sends first (RFC 9113 section 3.4).
    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    package static func settings(_ settings: [(id: UInt16, value: UInt32)] = []) -> HTTP2Frame {
        let payload = settings.flatMap { Array(bigEndian(UInt32($0.id)).dropFirst(2)) + bigEndian($0.value) }
        return HTTP2Frame(.settings, payload: payload)
    }

    package static let settingsAcknowledgement = HTTP2Frame(.settings, flags: acknowledgement)

    package static func ping(_ payload: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8], flags: UInt8 = 0) -> HTTP2Frame {
        HTTP2Frame(.ping, flags: flags, payload: payload)
    }

    package static func data(
        _ stream: UInt32, _ text: String = "", flags: UInt8 = endStream
    ) -> HTTP2Frame {
        HTTP2Frame(.data, flags: flags, stream: stream, payload: Array(text.utf8))
    }

    package static func resetStream(_ stream: UInt32, code: UInt32 = 8) -> HTTP2Frame {
        HTTP2Frame(.resetStream, stream: stream, payload: bigEndian(code))
    }

    package static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> HTTP2Frame {
        HTTP2Frame(.windowUpdate, stream: stream, payload: bigEndian(increment))
    }

    package static func goAway(last: UInt32 = 0, code: UInt32 = 0) -> HTTP2Frame {
        HTTP2Frame(.goAway, payload: bigEndian(last) + bigEndian(code))
    }

    package static func priority(_ stream: UInt32, dependsOn: UInt32 = 0) -> HTTP2Frame {
        HTTP2Frame(.priority, stream: stream, payload: bigEndian(dependsOn) + [16])
    }

    package static func continuation(
        _ stream: UInt32, _ block: [UInt8], flags: UInt8 = endHeaders
    ) -> HTTP2Frame {
        HTTP2Frame(.continuation, flags: flags, stream: stream, payload: block)
    }

    /// A header section in one frame, its fields as literals.
    package static func headers(
        _ stream: UInt32, _ fields: [(String, String)], flags: UInt8 = endStream | endHeaders
    ) -> HTTP2Frame {
        HTTP2Frame(.headers, flags: flags, stream: stream, payload: hpackLiterals(fields))
    }

    /// A request with the pseudo-header fields that it needs, and `fields` behind them.
    package static func request(
        _ stream: UInt32, _ method: String = "GET", _ path: String = "/", fields: [(String, String)] = [],
        flags: UInt8 = endStream | endHeaders
    ) -> HTTP2Frame {
        headers(stream, pseudoFields(method, path) + fields, flags: flags)
    }

    /// A request whose body follows.
    package static func post(
        _ stream: UInt32, _ path: String = "/", fields: [(String, String)] = []
    ) -> HTTP2Frame {
        request(stream, "POST", path, fields: fields, flags: endHeaders)
    }

    package static func pseudoFields(_ method: String, _ path: String) -> [(String, String)] {
        [(":method", method), (":scheme", "http"), (":authority", "test"), (":path", path)]
    }
}

/// Fields as literals without indexing and without Huffman coding (RFC 7541 section 6.2.2).
package func hpackLiterals(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { [0] + hpackString($0.0) + hpackString($0.1) }
}

/// A string literal without Huffman coding (RFC 7541 section 5.2).
package func hpackString(_ text: String) -> [UInt8] {
    hpackInteger(text.utf8.count, prefixBits: 7) + Array(text.utf8)
}

/// An integer (RFC 7541 section 5.1); `high` are the bits above the prefix.
package func hpackInteger(_ value: Int, prefixBits: Int, high: UInt8 = 0) -> [UInt8] {
    let prefixMax = 1 << prefixBits - 1
    guard value >= prefixMax else { return [high | UInt8(value)] }
    var bytes = [high | UInt8(prefixMax)]
    var rest = value - prefixMax
    while rest >= 128 {
        bytes.append(UInt8(rest % 128) | 128)
        rest /= 128
    }
    return bytes + [UInt8(rest)]
}

package func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}
