/// Seconds since 1970 in, `Sun, 06 Nov 1994 08:49:37 GMT` out: IMF-fixdate, the only form that a server may
/// send (RFC 9110 section 5.6.7). Counts by the Gregorian calendar without leap seconds. The form has four
/// digits for the year. A time outside the years 1 to 9999, to which a clock can be moved by hand, becomes
/// the nearest inside.

/// A point in time as the Date field writes it.
package struct HTTPDate: Sendable, Equatable {
    /// The 29 characters.
    package let bytes: [UInt8]

    package init(secondsSince1970: Int64) {
        let seconds = min(max(secondsSince1970, Self.earliest), Self.latest)
        let (day, second) = seconds.quotientAndRemainderRoundedDown(dividingBy: secondsPerDay)
        let date = CivilDate(daysSince1970: day)
        // 1970 began on a Thursday.
        let weekday = (day + 4).quotientAndRemainderRoundedDown(dividingBy: 7).remainder
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        bytes.append(contentsOf: weekdays[Int(weekday)].utf8)
        bytes.append(contentsOf: ", ".utf8)
        bytes.appendDecimal(Int(date.day), digits: 2)
        bytes.append(.space)
        bytes.append(contentsOf: months[date.month].utf8)
        bytes.append(.space)
        bytes.appendDecimal(Int(date.year), digits: 4)
        bytes.append(.space)
        bytes.appendDecimal(Int(second / 3600), digits: 2)
        bytes.append(.colon)
        bytes.appendDecimal(Int(second / 60 % 60), digits: 2)
        bytes.append(.colon)
        bytes.appendDecimal(Int(second % 60), digits: 2)
        bytes.append(contentsOf: " GMT".utf8)
        self.bytes = bytes
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    private static let earliest: Int64 = -62_135_596_800
    private static let latest: Int64 = 253_402_300_799
}

/// The date rendered last, so that a loop that answers many requests a second renders one a second.
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

private let secondsPerDay: Int64 = 86_400
private let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/// A day of the proleptic Gregorian calendar. `month` counts from 0, `day` from 1.
private struct CivilDate {
    private(set) var year: Int64
    private(set) var month = 0
    private(set) var day: Int64

    /// Takes off whole periods of 400, 100, 4 and 1 years. Years count from a first of March, so the leap day
    /// is the last day of its year and of every longer period. Therefore only the last century and the last
    /// year of a period are longer.
    init(daysSince1970: Int64) {
        let (periods, dayOfPeriod) = (daysSince1970 + 719_468).quotientAndRemainderRoundedDown(
            dividingBy: 146_097)
        let centuries = min(dayOfPeriod / 36_524, 3)
        let dayOfCentury = dayOfPeriod - centuries * 36_524
        let fourYears = dayOfCentury / 1_461
        let years = min(dayOfCentury % 1_461 / 365, 3)
        year = periods * 400 + centuries * 100 + fourYears * 4 + years
        day = dayOfCentury % 1_461 - years * 365
        var monthFromMarch = 0
        while day >= daysFromMarch[monthFromMarch] {
            day -= daysFromMarch[monthFromMarch]
            monthFromMarch += 1
        }
        day += 1
        month = (monthFromMarch + 2) % 12
        if month < 2 { year += 1 }
    }
}

/// From March to February. The day count of a year ends before a 30th of February could.
private let daysFromMarch: [Int64] = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29]

extension Int64 {
    /// Division whose remainder is never negative, for times before 1970.
    fileprivate func quotientAndRemainderRoundedDown(
        dividingBy divisor: Int64
    ) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
