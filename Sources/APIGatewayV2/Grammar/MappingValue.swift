/// The value of an HTTP API's parameter mapping in, a sequence of texts and expressions out: `$request.path`,
/// or several in one value, each in braces, as in `${request.path.a}-${context.requestId}`. Refuses what is
/// plainly meant as an expression and names no source that the message has. Follows AWS's developer guide,
/// "Transform API requests and responses for HTTP APIs".

/// What a parameter becomes.
package struct MappingValue: Sendable, Equatable {
    /// Where a part of the value comes from.
    package enum Source: Sendable, Equatable {
        case text(String)
        /// Nil for all of them.
        case requestHeader(String?)
        case requestQueryString(String?)
        /// The path, or the value of one of its variables.
        case requestPath(variable: String?)
        /// The body, or what a JSON path (without its `$`) finds in it.
        case requestBody(path: String?)
        case responseHeader(String?)
        case responseBody(path: String?)
        case context(String)
        case stageVariable(String)
    }

    /// In order; what they give is joined.
    package let sources: [Source]

    /// Nil where an expression names no source. A `$` before any other word than the roots of expressions is
    /// text, since nothing is known against it.
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

/// The words of an expression, before anybody asks what they mean.
private struct Expression {
    enum Root: String {
        case request, response, context, stageVariables
    }

    let root: Root
    /// After the root and its full stop.
    let name: Substring
    let rest: Substring

    /// Nil where the text that begins at the `$` is no expression.
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

    /// How many characters of `text` an expression without braces has: up to one that separates values,
    /// unless that stands in the brackets of a JSON path.
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
    /// Requests know nothing of the response yet. Of the request, a response's mapping is documented to take
    /// a header alone.
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

    /// A part of a message and what is named within it.
    private struct Place {
        let word: Substring
        let name: String?

        /// Nil where a name is announced and none follows.
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

        /// Neither recursive descent nor filters: the developer guide excludes both.
        var isPlainPath: Bool {
            guard let name else { return true }
            return !name.hasPrefix(".") && !name.contains("..") && !name.contains("?(")
        }
    }
}
