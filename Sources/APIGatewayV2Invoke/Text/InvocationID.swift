/// The identifiers of an invocation: the value of `apigw-requestid`, which events and logs show too, and that
/// of `x-amzn-trace-id`. The forms are recorded; see docs/fidelity-invoke.md, "Headers".

internal import APIGatewayV2
internal import HTTPWire

/// Makes identifiers of given random numbers.
package enum InvocationID {
    /// Sixteen characters: five that count tenths of a second, three free ones, three of the region, `E`,
    /// three free ones, `=`. `JCJXri3_PHcEP_Q=` and 49 more of the same API have this form. The meaning of
    /// the parts is a guess.
    package static func requestID(
        random: UInt64, time: Duration, region: String, kind: Kind = .request
    ) -> String {
        let (seconds, nanoseconds) = time.parts
        let tenths = seconds * 10 + nanoseconds / 100_000_000 - tenthsOffset
        let count = UInt64(truncatingIfNeeded: tenths & 0x1fff_ffff)
        let isFirst = (random >> 18) & 1 == 0
        let (first, second, third): (UInt8, UInt8, UInt8) =
            region == "us-west-2"
            ? (isFirst ? UInt8(ascii: "P") : UInt8(ascii: "v"), UInt8(ascii: "H"), UInt8(ascii: "c"))
            : (isFirst ? UInt8(ascii: "I") : UInt8(ascii: "o"), UInt8(ascii: "A"), UInt8(ascii: "M"))
        let text: InlineArray<16, UInt8> = [
            base64Digit(count >> 24), base64Digit(count >> 18), base64Digit(count >> 12),
            base64Digit(count >> 6), base64Digit(count), base64Digit(random), base64Digit(random >> 6),
            base64Digit(random >> 12), first, second, third, kind.rawValue, base64Digit(random >> 20),
            base64Digit(random >> 26),
            // The last digit stands for four bits, two of which are free in all samples.
            base64Digit((random >> 32) & 0b110000), UInt8(ascii: "="),
        ]
        return String(ascii: text.span)
    }

    /// The object of an identifier, which its twelfth character tells (recorded).
    package enum Kind: UInt8 {
        /// A request to an HTTP API.
        case request = 0x45
        /// A connection of a WebSocket API.
        case connection = 0x43
        /// An event or a message of a connection.
        case event = 0x46
    }

    /// The first count of the samples of April 2025.
    private static let tenthsOffset = 115_262_460

    /// The value to send on: the client's value with this hop in front (recorded), or `fresh`. `fresh` has
    /// the form `Root=1-…`.
    package static func traceID(client: String?, fresh: String) -> String {
        guard let client, !client.isEmpty else { return fresh }
        guard client.contains("Root=") else { return fresh + ";" + client }
        return "Self=" + fresh.dropFirst("Root=".count) + ";" + client
    }
}
