/// Whole numbers into decimal digits, as bytes: status codes, lengths and the parts of a date. No String is
/// made on the way, because a response has three of them.

extension [UInt8] {
    /// Appends a number that is not negative, with zeros before it up to `digits`.
    mutating func appendDecimal(_ number: Int, digits: Int = 1) {
        precondition(number >= 0, "Only lengths, codes and dates are written, and none is negative.")
        let first = count
        var rest = number
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0 || count - first < digits
        var low = first
        var high = count - 1
        while low < high {
            swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}
