/// Families of samples in, Prometheus's text out (exposition format 0.0.4): a help and a type line, then a
/// line for each sample. Refuses nothing, and escapes special characters in labels.

/// A document under construction.
struct PrometheusText {
    /// The value of Content-Type.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The name of a label and its value.
    typealias Label = (name: String, value: String)

    private(set) var text = ""

    /// Begins a family, to which the following samples belong. `kind` is counter, gauge or histogram.
    mutating func begin(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(kind)\n"
    }

    mutating func sample(_ name: String, _ labels: [Label] = [], _ value: some CustomStringConvertible) {
        let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        text += Self.prefix + name + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
    }

    private static let prefix = "apigatewayv2_local_"

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}

extension Duration {
    /// The time in seconds, for samples.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
