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
        let isValid = MappingExpression.split(value.utf8.span, in: message) { part in
            sources.append(Source(part, in: value))
        }
        guard isValid else { return nil }
        self.sources = sources.isEmpty ? [.text("")] : sources
    }

    /// The places of the names of headers that the value reads; nil if an expression has no source. No String
    /// is made, because each write of an integration asks.
    static func headers(of value: Span<UInt8>, in message: ParameterMapping.Message) -> [Range<Int>]? {
        var headers: [Range<Int>] = []
        let isValid = MappingExpression.split(value, in: message) { part in
            switch (part.kind, part.name) {
            case (.requestHeader, let name?), (.responseHeader, let name?): headers.append(name)
            default: break
            }
        }
        return isValid ? headers : nil
    }

    /// Whether each expression of the value has a source.
    static func isValid(_ value: Span<UInt8>, in message: ParameterMapping.Message) -> Bool {
        headers(of: value, in: message) != nil
    }
}

extension MappingValue.Source {
    fileprivate init(_ part: MappingExpression.Part, in value: String) {
        let name = part.name.map { value.text(ofBytes: $0) }
        switch part.kind {
        case .text: self = .text(name ?? "")
        case .requestHeader: self = .requestHeader(name)
        case .requestQueryString: self = .requestQueryString(name)
        case .requestPath: self = .requestPath(variable: name)
        case .requestBody: self = .requestBody(path: name)
        case .responseHeader: self = .responseHeader(name)
        case .responseBody: self = .responseBody(path: name)
        case .context: self = .context(name ?? "")
        case .stageVariable: self = .stageVariable(name ?? "")
        }
    }
}

extension String {
    /// The text of the bytes at these offsets of UTF-8. Both ends must be ends of scalars.
    func text(ofBytes range: Range<Int>) -> String {
        let first = utf8.index(startIndex, offsetBy: range.lowerBound)
        return String(self[first..<utf8.index(first, offsetBy: range.count)])
    }
}
