/// The value of an HTTP API's parameter mapping in, a sequence of texts and expressions out. The value is
/// `$request.path`, or has expressions in braces, as in `${request.path.a}-${context.requestId}`. Refuses an
/// expression without a source in the message. Follows AWS's developer guide, "Transform API requests and
/// responses for HTTP APIs".

/// The new value of a parameter.
package struct MappingValue: Sendable, Equatable {
    /// The source of a part of the value.
    package enum Source: Sendable, Equatable {
        case text(String)
        /// One header, or all of them for nil.
        case requestHeader(String?)
        case requestQueryString(String?)
        /// The path, or the value of one of its variables.
        case requestPath(variable: String?)
        /// The body, or the value at a JSON path (without its `$`).
        case requestBody(path: String?)
        case responseHeader(String?)
        case responseBody(path: String?)
        case context(String)
        case stageVariable(String)
    }

    /// The sources in order. Their values are joined.
    package let sources: [Source]

    /// Nil if an expression has no source. A `$` before any word but the roots of expressions is text,
    /// because no refusal of it is known.
    package init?(_ value: String, in message: ParameterMapping.Message) {
        var sources: [Source] = []
        var text = ""
        var rest = value[...]
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[dollar...]
            guard let expression = Expression(at: rest) else {
                text.append("$")
                rest = rest.dropFirst()
                continue
            }
            guard let source = Source(expression, in: message) else { return nil }
            if !text.isEmpty { sources.append(.text(text)) }
            sources.append(source)
            text = ""
            rest = expression.rest
        }
        text += rest
        if !text.isEmpty || sources.isEmpty { sources.append(.text(text)) }
        self.sources = sources
    }
}

/// The words of an expression, without their meaning.
private struct Expression {
    enum Root: String {
        case request, response, context, stageVariables
    }

    let root: Root
    /// The text after the root and its full stop.
    let name: Substring
    let rest: Substring

    /// Nil if the text from the `$` is not an expression.
    init?(at text: Substring) {
        let words: Substring
        let after = text.dropFirst()
        if after.first == "{" {
            guard let end = after.firstIndex(of: "}") else { return nil }
            words = after[..<end].dropFirst()
            rest = after[after.index(after: end)...]
        } else {
            words = after.prefix(Self.length(of: after))
            rest = after.dropFirst(words.count)
        }
        guard let stop = words.firstIndex(of: "."), let root = Root(rawValue: String(words[..<stop])) else {
            return nil
        }
        self.root = root
        name = words[words.index(after: stop)...]
    }

    /// The number of characters of an expression without braces. It ends before a separator of values, unless
    /// that is in the brackets of a JSON path.
    private static func length(of text: Substring) -> Int {
        var (length, depth) = (0, 0)
        for character in text {
            switch character {
            case "[": depth += 1
            case "]": depth -= 1
            case " ", "\t", "/", "\"", "&", ";", ",", "$", "{", "}":
                if depth <= 0 { return length }
            default: break
            }
            length += 1
        }
        return length
    }
}

extension MappingValue.Source {
    /// A request has no response yet. For a response's mapping, only headers of the request are documented.
    fileprivate init?(_ expression: Expression, in message: ParameterMapping.Message) {
        switch expression.root {
        case .context:
            if expression.name.isEmpty { return nil }
            self = .context(String(expression.name))
        case .stageVariables:
            if expression.name.isEmpty { return nil }
            self = .stageVariable(String(expression.name))
        case .request:
            guard let place = Place(expression.name) else { return nil }
            switch (place.word, message) {
            case ("header", _): self = .requestHeader(place.name)
            case ("querystring", .request): self = .requestQueryString(place.name)
            case ("path", .request): self = .requestPath(variable: place.name)
            case ("body", .request):
                guard place.isPlainPath else { return nil }
                self = .requestBody(path: place.name)
            default: return nil
            }
        case .response:
            guard message == .response, let place = Place(expression.name) else { return nil }
            switch place.word {
            case "header": self = .responseHeader(place.name)
            case "body":
                guard place.isPlainPath else { return nil }
                self = .responseBody(path: place.name)
            default: return nil
            }
        }
    }

    /// A part of a message, and the name within it.
    private struct Place {
        let word: Substring
        let name: String?

        /// Nil if a name should follow and does not.
        init?(_ text: Substring) {
            guard let end = text.firstIndex(where: { $0 == "." || $0 == "[" }) else {
                (word, name) = (text, nil)
                return
            }
            word = text[..<end]
            let name = text[end] == "." ? text[text.index(after: end)...] : text[end...]
            if name.isEmpty { return nil }
            self.name = String(name)
        }

        /// Whether a JSON path has no recursive descent and no filter, which the developer guide excludes.
        var isPlainPath: Bool {
            guard let name else { return true }
            return !name.hasPrefix(".") && !name.contains("..") && !name.contains("?(")
        }
    }
}
