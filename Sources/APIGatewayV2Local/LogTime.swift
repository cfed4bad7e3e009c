/// The moment as log lines have it: RFC 3339 in UTC, to the microsecond.

internal import APIGatewayV2
internal import SocketServer

/// `2030-01-01T00:00:00.000000Z`.
package func logTime() -> String {
    logTime(at: SystemClock().wallTime())
}

/// The form of a time since 1970.
package func logTime(at time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    let second = Timestamp(secondsSince1970: Int(seconds)).text.dropLast()
    let digits = String(attoseconds / 1_000_000_000_000)
    return "\(second).\(String(repeating: "0", count: 6 - digits.count))\(digits)Z"
}
