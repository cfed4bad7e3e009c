/// A YAML text in, one JSON value out. libyaml reads the grammar of YAML 1.1, which equals that of 1.2 for
/// documents in use. `YAMLComposer` builds the value, and this file is the border between C and Swift.
/// Refuses a text that is not YAML or breaks a bound of `YAMLLimits` with `YAMLError`.

import CYaml
package import JSON

/// The reader of whole texts.
package enum YAMLParser {
    /// The value of `bytes`, which must be one document in UTF-8.
    package static func value(of bytes: [UInt8]) throws(YAMLError) -> JSON {
        guard bytes.count <= YAMLLimits.bytesMax else {
            throw YAMLError(line: 1, column: 1, problem: "found more than \(YAMLLimits.bytesMax) bytes")
        }
        // libyaml keeps a pointer to the parser, which therefore needs a fixed address.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { unsafe parser.deallocate() }
        let isInitialized = unsafe yaml_parser_initialize(parser) == 1
        precondition(isInitialized, "libyaml has no memory for a parser.")
        defer { unsafe yaml_parser_delete(parser) }
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(YAMLError) in
            unsafe yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            return try unsafe compose(parser)
        }
    }

    private static func compose(_ parser: UnsafeMutablePointer<yaml_parser_t>) throws(YAMLError) -> JSON {
        var composer = YAMLComposer()
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else {
                throw unsafe error(of: parser.pointee)
            }
            let copy = unsafe YAMLEvent(event)
            unsafe yaml_event_delete(&event)
            try composer.add(copy)
            if case .streamEnd = copy.kind { return try composer.value() }
        }
    }

    private static func error(of parser: yaml_parser_t) -> YAMLError {
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "found no YAML"
        let mark = unsafe parser.problem_mark
        return YAMLError(line: mark.line + 1, column: mark.column + 1, problem: problem)
    }
}

extension YAMLEvent {
    /// Copies the event out of libyaml's memory.
    fileprivate init(_ event: yaml_event_t) {
        var anchor: String?
        var tag: String?
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = unsafe .scalar(
                text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE
            )
            anchor = unsafe text(scalar.anchor)
            tag = unsafe text(scalar.tag)
        case YAML_ALIAS_EVENT:
            kind = .alias
            anchor = unsafe text(event.data.alias.anchor)
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            anchor = unsafe text(event.data.sequence_start.anchor)
            tag = unsafe text(event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            anchor = unsafe text(event.data.mapping_start.anchor)
            tag = unsafe text(event.data.mapping_start.tag)
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_START_EVENT: kind = .streamStart
        default: kind = .streamEnd
        }
        self.anchor = anchor
        self.tag = tag
        line = unsafe event.start_mark.line + 1
        column = unsafe event.start_mark.column + 1
    }
}

/// A copy of a C string; nil for a null pointer.
private func text(_ characters: UnsafeMutablePointer<UInt8>?) -> String? {
    guard let characters = unsafe characters else { return nil }
    return unsafe String(cString: characters)
}
