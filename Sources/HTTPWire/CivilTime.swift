/// The Gregorian calendar in UTC without leap seconds: seconds since 1970 to a date and a time of day, and
/// back. Both directions count days in eras of 400 years that begin on 1 March, so that a leap day ends its
/// year.

/// A day of the Gregorian calendar, also before the year of its introduction.
package struct CivilDate: Sendable, Equatable {
    package let year: Int
    /// The month, 1 to 12.
    package let month: Int
    /// The day of the month, from 1.
    package let day: Int

    /// Nil for a day that does not exist.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), (1...Self.dayCount(of: month, in: year)).contains(day) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    package init(daysSince1970 days: Int) {
        let (era, dayOfEra) = (days + Self.daysFromEra).quotientAndRemainderRoundedDown(
            dividingBy: Self.daysOfEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    }

    package var daysSince1970: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = yearFromMarch.quotientAndRemainderRoundedDown(dividingBy: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * Self.daysOfEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - Self.daysFromEra
    }

    private static let daysOfEra = 146_097
    /// The days from 0000-03-01 to 1970-01-01.
    private static let daysFromEra = 719_468

    private static func dayCount(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A date and a time of day.
package struct CivilTime: Sendable, Equatable {
    package let date: CivilDate
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// The day of the week, 0 (Sunday) to 6.
    let weekday: Int

    package init(secondsSince1970: Int) {
        let (days, secondOfDay) = secondsSince1970.quotientAndRemainderRoundedDown(dividingBy: 86_400)
        date = CivilDate(daysSince1970: days)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        // 1970 began on a Thursday.
        weekday = (days + 4).quotientAndRemainderRoundedDown(dividingBy: 7).remainder
    }
}

extension Int {
    /// Division with a remainder that is never negative, for times before 1970.
    fileprivate func quotientAndRemainderRoundedDown(
        dividingBy divisor: Int
    ) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
