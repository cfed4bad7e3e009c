/// Seconds since 1970 in, `Sun, 06 Nov 1994 08:49:37 GMT` out: IMF-fixdate, the only form that a server may
/// send (RFC 9110 section 5.6.7). The form has four digits for the year. A clock that is moved by hand may
/// leave the years 1 to 9999. The date is then the nearest one inside.

/// A point in time as the Date field writes it.
package struct HTTPDate: Sendable, Equatable {
    /// The 29 characters of the date.
    package let bytes: [UInt8]

    package init(secondsSince1970: Int64) {
        let seconds = min(max(secondsSince1970, Self.earliest), Self.latest)
        let time = CivilTime(secondsSince1970: Int(seconds))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        bytes.append(contentsOf: weekdays[time.weekday].utf8)
        bytes.append(contentsOf: ", ".utf8)
        bytes.appendDecimal(time.date.day, digits: 2)
        bytes.append(.space)
        bytes.append(contentsOf: months[time.date.month - 1].utf8)
        bytes.append(.space)
        bytes.appendDecimal(time.date.year, digits: 4)
        bytes.append(.space)
        bytes.appendDecimal(time.hour, digits: 2)
        bytes.append(.colon)
        bytes.appendDecimal(time.minute, digits: 2)
        bytes.append(.colon)
        bytes.appendDecimal(time.second, digits: 2)
        bytes.append(contentsOf: " GMT".utf8)
        self.bytes = bytes
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    private static let earliest: Int64 = -62_135_596_800
    private static let latest: Int64 = 253_402_300_799
}

/// The last rendered date, so that a loop renders at most one date a second.
package struct HTTPDateCache: Sendable {
    private var secondsSince1970: Int64
    private var date: HTTPDate

    package init() {
        secondsSince1970 = 0
        date = HTTPDate(secondsSince1970: 0)
    }

    package mutating func date(at secondsSince1970: Int64) -> HTTPDate {
        if secondsSince1970 != self.secondsSince1970 {
            self.secondsSince1970 = secondsSince1970
            date = HTTPDate(secondsSince1970: secondsSince1970)
        }
        return date
    }
}

private let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
