/// The time in log lines: RFC 3339 in UTC, to the microsecond. The date and the second are rendered once a
/// second, the fraction for each line.

internal import APIGatewayV2
package import SocketServer
internal import Synchronization

/// A clock that writes `2030-01-01T00:00:00.000000Z`. Several threads may share one.
package final class LogTime: Sendable {
    private let clock: any ServerClock
    /// A second and its text, such as `2030-01-01T00:00:00`.
    private let rendered = Mutex<(second: Int64, text: [UInt8])>((.min, []))

    package init(clock: any ServerClock = SystemClock()) {
        self.clock = clock
    }

    /// Appends the present moment.
    package func append(to bytes: inout [UInt8]) {
        let (second, attoseconds) = clock.wallTime().components
        bytes += rendered.withLock { rendered in
            if rendered.second != second {
                let text = Timestamp(secondsSince1970: Int(second)).text
                rendered = (second, Array(text.utf8.dropLast()))
            }
            return rendered.text
        }
        Timestamp.append(attoseconds: attoseconds, to: &bytes)
    }
}
