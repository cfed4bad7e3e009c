/// The wire's date-time: `YYYY-MM-DDThh:mm:ssZ`, whole seconds, as every recorded body has it. Reads any
/// RFC 3339 date-time, since the AWS CLI prints offsets and fractions; and, where it is asked to, whatever
/// programs make of such a date when they print an answer.

/// A second in UTC.
package struct Timestamp: Sendable, Equatable {
    package let secondsSince1970: Int

    package init(secondsSince1970: Int) {
        self.secondsSince1970 = secondsSince1970
    }

    /// `2026-11-22T20:53:29Z`, `…29.123Z`, `…29+01:00`. Nil for anything else, and for days that do not
    /// exist.
    package init?(parsing text: String) {
        self.init(text, isPrinted: false)
    }

    /// The same, and what the SDKs' languages print that is no RFC 3339: Python's `2026-11-22 20:53:29+00:00`
    /// (`str` and `isoformat` of a datetime, with a time zone or without: UTC then), Ruby's
    /// `2026-11-22 20:53:29 UTC`, Go's `2026-11-22 20:53:29 +0000 UTC`, Java's `2026-11-22T20:53Z`.
    package init?(printed text: String) {
        self.init(text, isPrinted: true)
    }

    /// Seconds since 1970 as a number, which older versions of the AWS CLI print, and Jackson in Java. Nil
    /// for a number that is no second of the years 1970 to 9999, such as one of milliseconds.
    package init?(printed number: Double) {
        guard number >= 0, number < 253_402_300_800 else { return nil }
        secondsSince1970 = Int(number)
    }

    private init?(_ text: String, isPrinted: Bool) {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4), reader.skip("-"), let month = reader.number(digits: 2),
            reader.skip("-"), let day = reader.number(digits: 2),
            reader.skip("T") || reader.skip("t") || isPrinted && reader.skip(" "),
            let hour = reader.number(digits: 2), reader.skip(":"), let minute = reader.number(digits: 2),
            let second = reader.skip(":") ? reader.number(digits: 2) : isPrinted ? 0 : nil
        else { return nil }
        if reader.skip("."), !reader.skipDigits() { return nil }
        guard let offset = isPrinted ? reader.printedOffset() : reader.offset(), reader.isAtEnd else {
            return nil
        }
        guard (1...12).contains(month), (1...daysInMonth(month, of: year)).contains(day), hour < 24,
            minute < 60,
            second < 60
        else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        secondsSince1970 = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    }

    /// The wire form.
    package var text: String {
        let (days, secondOfDay) = secondsSince1970.quotientAndRemainderFlooring(dividingBy: 86_400)
        let date = civilDate(daysSince1970: days)
        let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map(twoDigits).joined(
            separator: ":")
        let year = String(date.year)
        let padding = String(repeating: "0", count: max(0, 4 - year.count))
        return "\(padding)\(year)-\(twoDigits(date.month))-\(twoDigits(date.day))T\(clock)Z"
    }
}

/// Takes fixed-width numbers and signs from the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Character) -> Bool {
        guard let byte = character.asciiValue, rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let byte = rest.popFirst(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                return nil
            }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// One digit at least.
    mutating func skipDigits() -> Bool {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest.removeFirst(digits.count)
        return !digits.isEmpty
    }

    /// Seconds east of UTC: `Z`, `+hh:mm` or `-hh:mm`.
    mutating func offset(needsColon: Bool = true) -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(digits: 2), skip(":") || !needsColon,
            let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    /// Nothing, which is UTC; an offset with or without a blank and a colon; `UTC` in its place or behind it.
    mutating func printedOffset() -> Int? {
        if isAtEnd || skipUTC() { return 0 }
        _ = skip(" ")
        guard let offset = offset(needsColon: false) else { return nil }
        return isAtEnd || skipUTC() ? offset : nil
    }

    private mutating func skipUTC() -> Bool {
        guard rest.elementsEqual(" UTC".utf8) else { return false }
        rest = rest.suffix(0)
        return true
    }
}

private func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
}

private func daysInMonth(_ month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
}

// Both conversions count days in eras of 400 years that begin on 1 March, so that a leap day ends its year.

private func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = shifted.quotientAndRemainderFlooring(dividingBy: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainderFlooring(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}

extension Int {
    /// Division that rounds down, so that the remainder is never negative.
    fileprivate func quotientAndRemainderFlooring(dividingBy divisor: Int) -> (Int, Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
