/// Times as rules write them: `250ms`, `1s`, `1.5s`, `2m`, `1h`. Reads decimal digits into whole nanoseconds,
/// without floating point. Refuses signs, spaces, exponents, other units and numbers that do not fit.

internal import HTTPWire

extension Duration {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// Nil for other text, and for digits below a nanosecond.
    package init?(ruleText text: String) {
        guard let unit = Self.units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let number = text.dropLast(unit.suffix.count)
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = Self.digits(parts[0]) else { return nil }
        var (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        if parts.count == 2 {
            guard let fraction = Self.digits(parts[1]) else { return nil }
            guard let part = Self.part(fraction, digits: parts[1].utf8.count, of: unit.nanoseconds) else {
                return nil
            }
            let sum = nanoseconds.addingReportingOverflow(part)
            nanoseconds = sum.partialValue
            overflow = overflow || sum.overflow
        }
        if overflow { return nil }
        self = .nanoseconds(nanoseconds)
    }

    /// The number in decimal digits; nil without a digit, and for more than fit 64 bits.
    private static func digits(_ text: Substring) -> Int64? {
        guard (1...18).contains(text.utf8.count) else { return nil }
        return text.wholeNumber.map(Int64.init)
    }

    /// `numerator / 10^digits` of `unit`; nil if that is not a whole number.
    private static func part(_ numerator: Int64, digits: Int, of unit: Int64) -> Int64? {
        var denominator: Int128 = 1
        for _ in 0..<digits { denominator *= 10 }
        let (quotient, remainder) = (Int128(numerator) * Int128(unit)).quotientAndRemainder(
            dividingBy: denominator)
        return remainder == 0 ? Int64(quotient) : nil
    }

    /// The same form, in seconds if they are whole and in milliseconds otherwise. Not for negative times.
    package var ruleText: String {
        let (seconds, attoseconds) = components
        if attoseconds == 0 { return "\(seconds)s" }
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        let fraction = nanoseconds % 1_000_000
        if fraction == 0 { return "\(nanoseconds / 1_000_000)ms" }
        let digits = String(fraction)
        var text = "\(nanoseconds / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
        while text.last == "0" { text.removeLast() }
        return text + "ms"
    }
}
