/// Identifiers of resources as the service makes them: lower-case letters and digits, with a length for each
/// resource (docs/fidelity.md, "Identifiers").

extension RandomSource {
    /// An identifier of `length` characters of `[a-z0-9]`, at most twelve.
    package func identifier(length: Int) -> String {
        var word = next()
        var text: [UInt8] = []
        text.reserveCapacity(length)
        for _ in 0..<length {
            let digit = UInt8(truncatingIfNeeded: word % 36)
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            word /= 36
        }
        return String(decoding: text, as: UTF8.self)
    }
}
