/// Seconds and nanoseconds of a time, for clocks, dates and identifiers. `Duration.components` takes ten
/// times as many instructions, and a call of a deployed API needs nine of them.

extension Duration {
    /// The whole seconds, and the nanoseconds of the rest, which has the same sign.
    package var parts: (seconds: Int, nanoseconds: Int) {
        let all = attoseconds
        let (high, low) = (Int64(truncatingIfNeeded: all >> 64), UInt64(truncatingIfNeeded: all))
        guard high >> Self.exactBits == 0 else {
            return (Int(components.seconds), Int(components.attoseconds / 1_000_000_000))
        }
        // The quotient of floating point is wrong by one at most, and the rest then shows it.
        var seconds = Int((Double(high) * 0x1p64 + Double(low)) / 1e18)
        var rest = Int(truncatingIfNeeded: low) &- seconds &* Self.attosecondsOfSecond
        if rest < 0 {
            (seconds, rest) = (seconds - 1, rest + Self.attosecondsOfSecond)
        } else if rest >= Self.attosecondsOfSecond {
            (seconds, rest) = (seconds + 1, rest - Self.attosecondsOfSecond)
        }
        return (seconds, rest / 1_000_000_000)
    }

    private static var attosecondsOfSecond: Int { 1_000_000_000_000_000_000 }
    /// The bits of the upper word of a time for which the quotient is near enough: twenty million years.
    private static var exactBits: Int { 45 }
}
