/// Values of options: from a flag, else from the environment variable of the same name, else the default. The
/// same readers check flags and variables. Their refusal names the flag or variable and the expected form.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Reads one option's value from text.
typealias SettingReader<Value> = @Sendable (String) throws -> Value

/// The reason why a text is not a value of an option. ArgumentParser puts the flag and the text before it.
struct SettingError: Error, CustomStringConvertible {
    let description: String

    init(expected: String) {
        description = "expected \(expected)"
    }
}

/// The readers of options, and the look-up of an option's variable.
enum Setting {
    /// The variable of an option: `APIGATEWAYV2_LOCAL_BODY_BYTES_MAX` for `body-bytes-max`.
    static func variable(of option: String) -> String {
        let name = option.uppercased().map { $0 == "-" ? "_" : $0 }
        return "APIGATEWAYV2_LOCAL_" + String(name)
    }

    /// The flag's value, else the variable's, else that of the variable `other`, else nil. An empty variable
    /// counts as missing.
    static func value<Value>(
        _ option: String, _ flag: Value?, orVariable other: String? = nil, _ read: SettingReader<Value>
    ) throws -> Value? {
        if let flag { return flag }
        for variable in [variable(of: option)] + (other.map { [$0] } ?? []) {
            if let text = text(ofVariable: variable) { return try self.read(text, of: variable, read) }
        }
        return nil
    }

    /// The flag's values, else those in the variable, divided by `separator`.
    static func values<Value>(
        _ option: String, _ flags: [Value], separator: Character, _ read: SettingReader<Value>
    ) throws -> [Value] {
        let variable = variable(of: option)
        guard flags.isEmpty, let text = text(ofVariable: variable) else { return flags }
        return try text.split(separator: separator).map { try self.read(String($0), of: variable, read) }
    }

    /// The value of a variable that has no option; nil if it is missing or empty.
    static func value<Value>(ofVariable name: String, _ read: SettingReader<Value>) throws -> Value? {
        try text(ofVariable: name).map { try self.read($0, of: name, read) }
    }

    static func text(ofVariable name: String) -> String? {
        SystemCalls.environmentVariable(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func read<Value>(
        _ text: String, of variable: String, _ read: SettingReader<Value>
    ) throws -> Value {
        do {
            return try read(text)
        } catch {
            throw ValidationError(
                "The value '\(text)' of the environment variable \(variable) is invalid: \(error)")
        }
    }
}

// MARK: Readers

extension Setting {
    static let text: SettingReader<String> = { text in
        guard !text.isEmpty else { throw SettingError(expected: "a text that is not empty") }
        return text
    }

    static let port: SettingReader<UInt16> = { text in
        guard let port = UInt16(text) else { throw SettingError(expected: "a port from 0 to 65535") }
        return port
    }

    static let seed: SettingReader<UInt64> = { text in
        guard let seed = UInt64(text) else { throw SettingError(expected: "a whole number from 0 up") }
        return seed
    }

    static let account: SettingReader<String> = { text in
        guard text.utf8.count == 12, text.allSatisfy({ ("0"..."9").contains($0) }) else {
            throw SettingError(expected: "an account of 12 digits")
        }
        return text
    }

    /// The reader for the variable of a flag without a value.
    static let isOn: SettingReader<Bool> = { text in
        switch text.lowercased() {
        case "on", "true", "1": return true
        case "off", "false", "0": return false
        default: throw SettingError(expected: "on or off")
        }
    }

    /// The reader for a number of items or bytes in `range`.
    static func count(_ range: ClosedRange<Int>) -> SettingReader<Int> {
        { text in
            guard let count = Int(text), range.contains(count) else {
                throw SettingError(
                    expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return count
        }
    }

    /// The reader for the names of an enumeration.
    static func choice<Choice: RawRepresentable & CaseIterable & Sendable>() -> SettingReader<Choice>
    where Choice.RawValue == String {
        let choices = Array(Choice.allCases)
        return { text in
            guard let choice = choices.first(where: { $0.rawValue == text }) else {
                let names = choices.map(\.rawValue).joined(separator: ", ")
                throw SettingError(expected: "one of \(names)")
            }
            return choice
        }
    }
}
