/// Dates of the emulator's clock as text, in the journal, in firings of rules and in the admin API.

internal import APIGatewayV2

/// A time since 1970 as RFC 3339 text in UTC, to the microsecond.
func timeText(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    let digits = String(1_000_000 + attoseconds / 1_000_000_000_000).dropFirst()
    return Timestamp(secondsSince1970: Int(seconds)).text.dropLast() + ".\(digits)Z"
}
