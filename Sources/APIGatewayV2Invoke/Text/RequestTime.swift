/// Times in events and access logs: `14/Apr/2025:22:13:56 +0000` (recorded).

internal import HTTPWire

enum RequestTime {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The text of `time`, which is since 1970.
    static func text(_ time: Duration) -> String {
        let civil = CivilTime(secondsSince1970: Int(time.components.seconds))
        let date = civil.date
        return "\(padded(date.day))/\(months[date.month - 1])/\(date.year):\(padded(civil.hour)):"
            + "\(padded(civil.minute)):\(padded(civil.second)) +0000"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
