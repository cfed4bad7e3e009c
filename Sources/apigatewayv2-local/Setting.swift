/// Values of options, wherever they come from: a flag, else the environment variable of the same name,
/// else a default. Both pass the same readers, and what they refuse names the flag or the variable and
/// says what was expected.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Reads one option's value from text.
typealias SettingReader<Value> = @Sendable (String) throws -> Value

/// Why a text is no value of an option. ArgumentParser puts the flag and the text before it.
struct SettingError: Error, CustomStringConvertible {
    let description: String

    init(expected: String) {
        description = "expected \(expected)"
    }
}

/// The readers of options, and where an option's variable is looked up.
enum Setting {
    /// `body-bytes-max` has `APIGATEWAYV2_LOCAL_BODY_BYTES_MAX`.
    static func variable(of option: String) -> String {
        let name = option.uppercased().map { $0 == "-" ? "_" : $0 }
        return "APIGATEWAYV2_LOCAL_" + String(name)
    }

    /// The flag's value, else the variable's, else nil. An empty variable counts as none.
    static func value<Value>(
        _ option: String, _ flag: Value?, _ read: SettingReader<Value>
    ) throws -> Value? {
        if let flag { return flag }
        return try variableText(of: option).map { try self.read($0, of: option, read) }
    }

    /// The flag's values, else those in the variable, divided by `separator`.
    static func values<Value>(
        _ option: String, _ flags: [Value], separator: Character, _ read: SettingReader<Value>
    ) throws -> [Value] {
        guard flags.isEmpty, let text = variableText(of: option) else { return flags }
        return try text.split(separator: separator).map { try self.read(String($0), of: option, read) }
    }

    private static func variableText(of option: String) -> String? {
        SystemCalls.environmentVariable(variable(of: option)).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func read<Value>(
        _ text: String, of option: String, _ read: SettingReader<Value>
    ) throws -> Value {
        do {
            return try read(text)
        } catch {
            throw ValidationError(
                "The value '\(text)' of the environment variable \(variable(of: option)) is invalid: \(error)"
            )
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

    /// The variable of a flag.
    static let isOn: SettingReader<Bool> = { text in
        switch text.lowercased() {
        case "on", "true", "1": return true
        case "off", "false", "0": return false
        default: throw SettingError(expected: "on or off")
        }
    }

    /// A number of things or bytes.
    static func count(_ range: ClosedRange<Int>) -> SettingReader<Int> {
        { text in
            guard let count = Int(text), range.contains(count) else {
                throw SettingError(
                    expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return count
        }
    }

    /// One of the names of an enumeration.
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
