/// The three names that the front end gives to one request, made from a counter and a seed: no system call,
/// no lock, and the same sequence again for the same seed. Forms as recorded: docs/fidelity.md, "Headers".

/// The identifiers of one request. Rendered on demand.
package struct RequestID: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64
    /// Seconds since 1970 at which the request arrived.
    private let seconds: UInt32

    package init(_ random: RandomSource, now: Duration) {
        // A UUID of version 4, variant 1 (RFC 9562 section 5.4).
        high = (random.next() & 0xffff_ffff_ffff_0fff) | 0x0000_0000_0000_4000
        low = (random.next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000
        seconds = UInt32(truncatingIfNeeded: now.components.seconds)
    }

    /// `x-amzn-RequestId`: a lower-case UUID of version 4.
    package var requestID: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        appendHexadecimal(high >> 32, digits: 8, to: &text)
        text.append(UInt8(ascii: "-"))
        appendHexadecimal(high >> 16, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendHexadecimal(high, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendHexadecimal(low >> 48, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendHexadecimal(low, digits: 12, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// `x-amz-apigw-id`: eleven bytes in base64 (RFC 4648 section 5), of which the samples show `oAM` and `E`
    /// or `F` to be fixed: `a2UcrEM1oAMFQXg=`, `YEZeJJdpoAMEbnA=`.
    package var extendedID: String {
        var text: [UInt8] = []
        text.reserveCapacity(16)
        for index in 0..<8 { text.append(base64Digit(low >> (6 * UInt64(index)))) }
        text.append(contentsOf: (high & 1 == 0 ? "oAME" : "oAMF").utf8)
        text.append(base64Digit(high >> 16))
        text.append(base64Digit(high >> 22))
        // The last digit carries four bits only, so its low two are zero.
        text.append(base64Digit((high >> 28) & 0b111100))
        text.append(UInt8(ascii: "="))
        return String(decoding: text, as: UTF8.self)
    }

    /// `X-Amzn-Trace-Id`: the second of arrival and twelve random bytes.
    package var traceID: String {
        var text: [UInt8] = []
        text.reserveCapacity(42)
        text.append(contentsOf: "Root=1-".utf8)
        appendHexadecimal(UInt64(seconds), digits: 8, to: &text)
        text.append(UInt8(ascii: "-"))
        appendHexadecimal(low ^ (high >> 32), digits: 8, to: &text)
        appendHexadecimal(low &* 0x9e37_79b9_7f4a_7c15, digits: 16, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// Appends the lowest `digits` hexadecimal digits of `word`, the highest first.
private func appendHexadecimal(_ word: UInt64, digits: Int, to text: inout [UInt8]) {
    for position in stride(from: digits - 1, through: 0, by: -1) {
        let digit = UInt8(truncatingIfNeeded: word >> (4 * UInt64(position))) & 0xf
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
}

/// The digit for the lowest six bits of `word` in the url-safe alphabet of RFC 4648 section 5.
private func base64Digit(_ word: UInt64) -> UInt8 {
    switch UInt8(truncatingIfNeeded: word) & 0x3f {
    case let value where value < 26: UInt8(ascii: "A") + value
    case let value where value < 52: UInt8(ascii: "a") + value - 26
    case let value where value < 62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "-")
    default: UInt8(ascii: "_")
    }
}
