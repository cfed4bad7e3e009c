/// Whole numbers into bytes without a String between.

extension [UInt8] {
    /// Appends a number that is not negative, with zeros before it up to `digits`.
    mutating func appendDecimal(_ number: Int, digits: Int = 1) {
        precondition(number >= 0, "Only lengths, codes and dates are written, and none is negative.")
        var divisor = 1
        var count = 1
        while number / divisor >= 10 || count < digits {
            divisor *= 10
            count += 1
        }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
