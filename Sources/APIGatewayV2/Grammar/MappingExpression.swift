/// The value of a parameter mapping in as bytes, its texts and expressions out as places in the bytes. The
/// check of a write and the compiled form of a deployment both read a value through it.

internal import HTTPWire

/// The words of an expression, such as `request.header.x` in `$request.header.x`.
struct MappingExpression {
    /// A text of the value, or an expression with a source in the message.
    struct Part {
        enum Kind {
            case text, requestHeader, requestQueryString, requestPath, requestBody
            case responseHeader, responseBody, context, stageVariable
        }

        let kind: Kind
        /// The offsets of the text, or of the name in the source; nil for a source without a name.
        let name: Range<Int>?
    }

    private enum Root {
        case request, response, context, stageVariables

        init?(_ word: Span<UInt8>) {
            if word.equals("request") {
                self = .request
            } else if word.equals("context") {
                self = .context
            } else if word.equals("response") {
                self = .response
            } else if word.equals("stageVariables") {
                self = .stageVariables
            } else {
                return nil
            }
        }
    }

    private let root: Root
    /// The offsets of the text after the root and its full stop.
    private let name: Range<Int>
    private let end: Int

    /// Calls `take` with each part of the value in order. Returns false at the first expression without a
    /// source in the message.
    static func split(
        _ value: Span<UInt8>, in message: ParameterMapping.Message, _ take: (Part) -> Void
    ) -> Bool {
        var (textStart, i) = (0, 0)
        while i < value.count {
            guard value[i] == UInt8(ascii: "$"), let expression = Self(in: value, at: i) else {
                i += 1
                continue
            }
            guard let part = expression.part(of: value, in: message) else { return false }
            if textStart < i { take(Part(kind: .text, name: textStart..<i)) }
            take(part)
            (textStart, i) = (expression.end, expression.end)
        }
        if textStart < i { take(Part(kind: .text, name: textStart..<i)) }
        return true
    }

    /// Nil if the bytes from the `$` at `dollar` are not an expression.
    private init?(in value: Span<UInt8>, at dollar: Int) {
        var words = dollar + 1..<value.count
        if dollar + 1 < value.count, value[dollar + 1] == UInt8(ascii: "{") {
            let first = dollar + 2
            guard let last = value.firstIndex(of: UInt8(ascii: "}"), in: first..<value.count) else {
                return nil
            }
            words = first..<last
            end = last + 1
        } else {
            end = Self.endOfPlain(value, from: dollar + 1)
            words = dollar + 1..<end
        }
        guard let stop = value.firstIndex(of: UInt8(ascii: "."), in: words),
            let root = Root(value.extracting(words.lowerBound..<stop))
        else { return nil }
        self.root = root
        name = stop + 1..<words.upperBound
    }

    /// The end of an expression without braces. It ends before a separator of values, unless that is in the
    /// brackets of a JSON path.
    private static func endOfPlain(_ value: Span<UInt8>, from start: Int) -> Int {
        var depth = 0
        for i in start..<value.count {
            switch value[i] {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "/"), UInt8(ascii: "\""),
                UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "$"),
                UInt8(ascii: "{"), UInt8(ascii: "}"):
                if depth <= 0 { return i }
            default: break
            }
        }
        return value.count
    }

    /// The source of the expression; nil if the message has none like it. A request has no response yet. For
    /// a response's mapping, only headers of the request are documented.
    private func part(of value: Span<UInt8>, in message: ParameterMapping.Message) -> Part? {
        switch root {
        case .context: return name.isEmpty ? nil : Part(kind: .context, name: name)
        case .stageVariables: return name.isEmpty ? nil : Part(kind: .stageVariable, name: name)
        case .request:
            guard let place = Place(name, of: value) else { return nil }
            if place.word(of: value, is: "header") { return Part(kind: .requestHeader, name: place.name) }
            guard message == .request else { return nil }
            if place.word(of: value, is: "querystring") {
                return Part(kind: .requestQueryString, name: place.name)
            }
            if place.word(of: value, is: "path") { return Part(kind: .requestPath, name: place.name) }
            guard place.isBody(of: value) else { return nil }
            return Part(kind: .requestBody, name: place.name)
        case .response:
            guard message == .response, let place = Place(name, of: value) else { return nil }
            if place.word(of: value, is: "header") { return Part(kind: .responseHeader, name: place.name) }
            guard place.isBody(of: value) else { return nil }
            return Part(kind: .responseBody, name: place.name)
        }
    }

    /// A part of a message, and the name within it.
    private struct Place {
        let word: Range<Int>
        let name: Range<Int>?

        /// Nil if a name should follow and does not.
        init?(_ range: Range<Int>, of value: Span<UInt8>) {
            var end = range.lowerBound
            while end < range.upperBound, value[end] != UInt8(ascii: "."), value[end] != UInt8(ascii: "[") {
                end += 1
            }
            word = range.lowerBound..<end
            guard end < range.upperBound else {
                name = nil
                return
            }
            let start = value[end] == UInt8(ascii: ".") ? end + 1 : end
            if start == range.upperBound { return nil }
            name = start..<range.upperBound
        }

        func word(of value: Span<UInt8>, is wanted: String) -> Bool {
            value.extracting(word).equals(wanted)
        }

        /// Whether this is the body, or a JSON path in it without recursive descent and without a filter,
        /// which the developer guide excludes.
        func isBody(of value: Span<UInt8>) -> Bool {
            guard word(of: value, is: "body") else { return false }
            guard let name else { return true }
            let path = value.extracting(name)
            if path[0] == UInt8(ascii: ".") { return false }
            for i in 1..<path.count {
                switch (path[i - 1], path[i]) {
                case (UInt8(ascii: "."), UInt8(ascii: ".")), (UInt8(ascii: "?"), UInt8(ascii: "(")):
                    return false
                default: break
                }
            }
            return true
        }
    }
}

extension Span<UInt8> {
    /// The first index in `range` of `byte`; nil if there is none.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        for i in range where self[i] == byte { return i }
        return nil
    }
}
