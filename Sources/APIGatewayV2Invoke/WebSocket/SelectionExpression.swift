/// The selection expressions of WebSocket APIs, compiled: static text with values of a message or of an
/// integration's answer. They choose routes, models, templates, API keys and integration responses. Developer
/// guide, "WebSocket selection expressions in API Gateway".

package import JSON

/// One expression, such as `${request.body.action}`.
package struct SelectionExpression: Sendable {
    /// A value that an expression names.
    package enum Variable: Sendable {
        case requestBody(JSONPath?)
        case requestHeader(String)
        case requestQueryString(String)
        case responseBody(JSONPath?)
        case responseHeader(String)
        case responseStatus
        case context(String)
        case stageVariable(String)
    }

    private enum Part: Sendable {
        case text(String)
        case variable(Variable)
    }

    private let parts: [Part]
    /// Whether a value of the message's body takes part.
    package let readsRequestBody: Bool

    /// Nil for an expression with an unknown variable. Words after a `$` that begin no variable are text. One
    /// JSON path visits at most `pathStepsMax` values.
    package init?(_ expression: String, pathStepsMax: Int) {
        var parts: [Part] = []
        var text = ""
        var rest = expression[...]
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[dollar...]
            if text.hasSuffix("\\") {
                text.removeLast()
                text += "$"
                rest = rest.dropFirst()
                continue
            }
            guard let (name, length) = Self.variable(at: rest) else {
                text += "$"
                rest = rest.dropFirst()
                continue
            }
            guard let variable = Variable(name, pathStepsMax) else { return nil }
            if !text.isEmpty { parts.append(.text(text)) }
            parts.append(.variable(variable))
            text = ""
            rest = rest.dropFirst(length)
        }
        text += rest
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
        readsRequestBody = parts.contains { part in
            if case .variable(.requestBody) = part { true } else { false }
        }
    }

    /// The name of the variable at a `$`, and the length of all of it; nil for text.
    private static func variable(at text: Substring) -> (name: String, length: Int)? {
        let isBraced = text.dropFirst().first == "{"
        let after = text.dropFirst(isBraced ? 2 : 1)
        guard roots.contains(where: { after.hasPrefix($0) }) else { return nil }
        if isBraced {
            guard let end = after.firstIndex(of: "}") else { return nil }
            let name = String(after[..<end])
            return (name, name.count + 3)
        }
        let name = String(
            after.prefix { $0.isLetter || $0.isNumber || "_.-[]'*@".contains($0) })
        return (name, name.count + 1)
    }

    private static let roots = ["request.", "integration.", "context.", "stageVariables."]

    /// The text of the expression. A missing value is nothing.
    package func text(_ value: (Variable) -> JSON?) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let own): text += own
            case .variable(let variable): text += value(variable).map(Self.text) ?? ""
            }
        }
        return text
    }

    /// Lists and objects as Java prints them: `[item1, item2]`.
    private static func text(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .array(let list): "[" + list.map(text).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.members.map { "\($0.name)=\(text($0.value))" }.joined(separator: ", ") + "}"
        case .string(let string): string
        case .bool, .integer, .number: value.jsonText
        }
    }
}

extension SelectionExpression.Variable {
    /// Nil for an unknown name.
    fileprivate init?(_ name: String, _ pathStepsMax: Int) {
        func rest(_ prefix: String) -> String? {
            name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
        }
        if name == "request.body" {
            self = .requestBody(nil)
        } else if let path = rest("request.body.") {
            guard let path = JSONPath("$." + path, stepsMax: pathStepsMax) else { return nil }
            self = .requestBody(path)
        } else if let header = rest("request.header.") {
            self = .requestHeader(header)
        } else if let query = rest("request.querystring.") {
            self = .requestQueryString(query)
        } else if name == "integration.response.body" {
            self = .responseBody(nil)
        } else if let path = rest("integration.response.body.") {
            guard let path = JSONPath("$." + path, stepsMax: pathStepsMax) else { return nil }
            self = .responseBody(path)
        } else if let header = rest("integration.response.header.") {
            self = .responseHeader(header)
        } else if name == "integration.response.statuscode" {
            self = .responseStatus
        } else if let context = rest("context.") {
            self = .context(context)
        } else if let variable = rest("stageVariables.") {
            self = .stageVariable(variable)
        } else {
            return nil
        }
    }
}
