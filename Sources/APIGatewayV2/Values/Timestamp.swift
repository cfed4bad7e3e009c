/// The wire's date-time: `YYYY-MM-DDThh:mm:ssZ` with whole seconds, as in every recorded body. It reads any
/// RFC 3339 date-time, because the AWS CLI prints offsets and fractions. On request it also reads the forms
/// that programs print.

import HTTPWire

/// A second in UTC.
package struct Timestamp: Sendable, Equatable {
    package let secondsSince1970: Int
    /// The seconds of the years 0 to 9999, because the wire form has four digits for the year.
    private static let seconds = -62_167_219_200...253_402_300_799

    package init(secondsSince1970: Int) {
        self.secondsSince1970 = secondsSince1970
    }

    /// Reads `2026-11-22T20:53:29Z`, `…29.123Z` and `…29+01:00`. Nil for other text, for days that do not
    /// exist, and for times outside the years 0 to 9999 in UTC.
    package init?(parsing text: String) {
        self.init(text, isPrinted: false)
    }

    /// Reads also the forms of the SDKs' languages. Python prints `2026-11-22 20:53:29+00:00` (`str` and
    /// `isoformat`, UTC without a time zone), Ruby `2026-11-22 20:53:29 UTC`. Go prints `2026-11-22 20:53:29
    /// +0000 UTC`, Java `2026-11-22T20:53Z`.
    package init?(printed text: String) {
        self.init(text, isPrinted: true)
    }

    /// Reads seconds since 1970 as a number, which older versions of the AWS CLI print, and Jackson in Java.
    /// Nil outside the years 1970 to 9999, such as for milliseconds.
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
        guard let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard Self.seconds.contains(seconds) else { return nil }
        secondsSince1970 = seconds
    }

    /// The text in the wire form.
    package var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The wire form with six digits of a second, for times with smaller differences.
    package static func text(_ time: Duration) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        append(time, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the same.
    package static func append(_ time: Duration, to bytes: inout [UInt8]) {
        let (seconds, attoseconds) = time.components
        Timestamp(secondsSince1970: Int(seconds)).append(to: &bytes)
        bytes.removeLast()
        append(attoseconds: attoseconds, to: &bytes)
    }

    /// Appends `.123456Z`, the end of the wire form of a time with a fraction.
    package static func append(attoseconds: Int64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "."))
        bytes.appendDecimal(Int(attoseconds / 1_000_000_000_000), digits: 6)
        bytes.append(UInt8(ascii: "Z"))
    }

    private func append(to bytes: inout [UInt8]) {
        let time = CivilTime(secondsSince1970: secondsSince1970)
        bytes.appendDecimal(time.date.year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDecimal(time.date.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDecimal(time.date.day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendDecimal(time.hour, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDecimal(time.minute, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDecimal(time.second, digits: 2)
        bytes.append(UInt8(ascii: "Z"))
    }
}

/// A reader of fixed-width numbers and signs at the start of a text.
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
            guard let byte = rest.popFirst(), byte.isDigit else {
                return nil
            }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Skips digits. Returns false if there is none.
    mutating func skipDigits() -> Bool {
        let digits = rest.prefix(while: \.isDigit)
        rest.removeFirst(digits.count)
        return !digits.isEmpty
    }

    /// Reads `Z`, `+hh:mm` or `-hh:mm` as seconds east of UTC.
    mutating func offset(needsColon: Bool = true) -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(digits: 2), skip(":") || !needsColon,
            let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    /// Reads an offset with or without a blank and a colon, with `UTC` after it or alone. Without text the
    /// offset is zero.
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
