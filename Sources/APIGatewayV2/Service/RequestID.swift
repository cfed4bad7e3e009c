/// The three identifiers that the front end gives to a request, made from a counter and a seed. Making them
/// takes no system call and no lock, and repeats with the seed. The forms are recorded: docs/fidelity.md,
/// "Headers".

import HTTPWire

/// The identifiers of one request. Their texts are made on demand.
package struct RequestID: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64
    /// The second of the request's arrival, since 1970.
    private let seconds: UInt32

    package init(_ random: RandomSource, now: Duration) {
        // The bits of a UUID of version 4, variant 1 (RFC 9562 section 5.4).
        high = (random.next() & 0xffff_ffff_ffff_0fff) | 0x0000_0000_0000_4000
        low = (random.next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000
        seconds = UInt32(truncatingIfNeeded: now.parts.seconds)
    }

    /// `x-amzn-RequestId`: a lower-case UUID of version 4.
    package var requestID: String { text(of: Self.requestIDBytes, writeRequestID) }

    /// `x-amz-apigw-id`: eleven bytes in base64 (RFC 4648 section 5). In the samples `oAM` and `E` or `F` are
    /// fixed: `a2UcrEM1oAMFQXg=`, `YEZeJJdpoAMEbnA=`.
    package var extendedID: String { text(of: Self.extendedIDBytes, writeExtendedID) }

    /// `X-Amzn-Trace-Id`: the second of arrival and twelve random bytes.
    package var traceID: String { text(of: Self.traceIDBytes, writeTraceID) }

    private func text(of count: Int, _ write: (inout MutableSpan<UInt8>) -> Void) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        write(&span)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The identifiers for answers, written into bytes without a String.
extension RequestID {
    static let requestIDBytes = 36
    static let extendedIDBytes = 16
    static let traceIDBytes = 40

    /// Writes the identifier into `bytes`, which has `requestIDBytes` bytes.
    func writeRequestID(to bytes: inout MutableSpan<UInt8>) {
        write(high >> 32, digits: 8, to: &bytes, at: 0)
        bytes[8] = .hyphen
        write(high >> 16, digits: 4, to: &bytes, at: 9)
        bytes[13] = .hyphen
        write(high, digits: 4, to: &bytes, at: 14)
        bytes[18] = .hyphen
        write(low >> 48, digits: 4, to: &bytes, at: 19)
        bytes[23] = .hyphen
        write(low >> 32, digits: 4, to: &bytes, at: 24)
        write(low, digits: 8, to: &bytes, at: 28)
    }

    /// Writes the identifier into `bytes`, which has `extendedIDBytes` bytes.
    func writeExtendedID(to bytes: inout MutableSpan<UInt8>) {
        for index in 0..<8 { bytes[index] = base64Digit(low >> (6 * UInt64(index))) }
        bytes[8] = UInt8(ascii: "o")
        bytes[9] = UInt8(ascii: "A")
        bytes[10] = UInt8(ascii: "M")
        bytes[11] = UInt8(ascii: high & 1 == 0 ? "E" : "F")
        bytes[12] = base64Digit(high >> 16)
        bytes[13] = base64Digit(high >> 22)
        // The last digit has only four bits, so its low two bits are zero.
        bytes[14] = base64Digit((high >> 28) & 0b111100)
        bytes[15] = UInt8(ascii: "=")
    }

    /// Writes the identifier into `bytes`, which has `traceIDBytes` bytes.
    func writeTraceID(to bytes: inout MutableSpan<UInt8>) {
        let version = "Root=1-".utf8.span
        for index in version.indices { bytes[index] = version[index] }
        write(UInt64(seconds), digits: 8, to: &bytes, at: 7)
        bytes[15] = .hyphen
        write(low ^ (high >> 32), digits: 8, to: &bytes, at: 16)
        let rest = low &* 0x9e37_79b9_7f4a_7c15
        write(rest >> 32, digits: 8, to: &bytes, at: 24)
        write(rest, digits: 8, to: &bytes, at: 32)
    }
}

/// Writes the lowest `digits` hexadecimal digits of `word`, at most eight, the highest first.
private func write(_ word: UInt64, digits: Int, to bytes: inout MutableSpan<UInt8>, at start: Int) {
    var text = hexadecimalDigits(UInt32(truncatingIfNeeded: word))
    var index = start &+ digits
    while index > start {
        index &-= 1
        bytes[index] = UInt8(truncatingIfNeeded: text)
        text >>= 8
    }
}

/// The digit of the lowest six bits of `word` in the url-safe alphabet of RFC 4648 section 5.
package func base64Digit(_ word: UInt64) -> UInt8 {
    switch UInt8(truncatingIfNeeded: word) & 0x3f {
    case let value where value < 26: UInt8(ascii: "A") + value
    case let value where value < 52: UInt8(ascii: "a") + value - 26
    case let value where value < 62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "-")
    default: UInt8(ascii: "_")
    }
}

extension UInt8 {
    fileprivate static let hyphen = UInt8(ascii: "-")
}
