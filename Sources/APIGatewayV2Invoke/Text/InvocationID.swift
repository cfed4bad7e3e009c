/// The identifiers of an invocation: the value of `apigw-requestid`, which events and logs show too, and that
/// of `x-amzn-trace-id`. The forms are recorded; see docs/fidelity-invoke.md, "Headers".

internal import APIGatewayV2

/// Makes identifiers of given random numbers.
package enum InvocationID {
    /// Sixteen characters: five that count tenths of a second, three free ones, three of the region, `E`,
    /// three free ones, `=`. `JCJXri3_PHcEP_Q=` and 49 more of the same API have this form. The meaning of
    /// the parts is a guess.
    package static func requestID(
        random: UInt64, time: Duration, region: String, kind: Kind = .request
    ) -> String {
        let (seconds, attoseconds) = time.components
        let tenths = Int(seconds) * 10 + Int(attoseconds / 100_000_000_000_000_000) - tenthsOffset
        var text: [UInt8] = []
        for shift in stride(from: 24, through: 0, by: -6) {
            text.append(base64Digit(UInt64(truncatingIfNeeded: tenths & 0x1fff_ffff) >> UInt64(shift)))
        }
        for index in 0..<3 { text.append(base64Digit(random >> UInt64(6 * index))) }
        let pair = region == "us-west-2" ? ("P", "v", "Hc") : ("I", "o", "AM")
        text += ((random >> 18) & 1 == 0 ? pair.0 : pair.1).utf8
        text += pair.2.utf8
        text.append(kind.rawValue)
        text.append(base64Digit(random >> 20))
        text.append(base64Digit(random >> 26))
        // The last digit stands for four bits, two of which are free in all samples.
        text.append(base64Digit((random >> 32) & 0b110000))
        text.append(UInt8(ascii: "="))
        return String(decoding: text, as: UTF8.self)
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
