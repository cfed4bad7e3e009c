/// A JSON value in, YAML text out, in the form of API Gateway's exports. The style is block style. Names are
/// plain where YAML allows it, every string is in double quotation marks, and no line is folded. libyaml
/// writes the text. Refuses nothing. A value that libyaml cannot write is a mistake of the caller.

import CYaml
package import JSON

/// libyaml's emitter for one document.
@safe package struct YAMLEmitter {
    /// The memory into which libyaml writes.
    private final class Output {
        var bytes: [UInt8] = []
    }

    private let emitter: UnsafeMutablePointer<yaml_emitter_t>

    /// The text of `value`, ending in a newline.
    package static func bytes(of value: JSON) -> [UInt8] {
        let output = Output()
        // libyaml keeps pointers into the emitter, which therefore needs a fixed address.
        let emitter = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)
        defer { unsafe emitter.deallocate() }
        let isInitialized = unsafe yaml_emitter_initialize(emitter) == 1
        precondition(isInitialized, "libyaml has no memory for an emitter.")
        defer { unsafe yaml_emitter_delete(emitter) }
        // The output lives longer than the emitter, which borrows it.
        let context = unsafe Unmanaged.passUnretained(output).toOpaque()
        unsafe yaml_emitter_set_output(
            emitter,
            { context, start, count in
                guard let context = unsafe context, let start = unsafe start else { return 0 }
                let output = unsafe Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                unsafe output.bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
                return 1
            }, context)
        unsafe yaml_emitter_set_unicode(emitter, 1)
        unsafe yaml_emitter_set_width(emitter, -1)
        unsafe YAMLEmitter(emitter: emitter).emitDocument(value)
        withExtendedLifetime(output) {}
        return output.bytes
    }

    private func emitDocument(_ value: JSON) {
        unsafe emit { unsafe yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
        unsafe emit { unsafe yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
        emitValue(value)
        unsafe emit { unsafe yaml_document_end_event_initialize($0, 1) }
        unsafe emit { unsafe yaml_stream_end_event_initialize($0) }
    }

    /// Recursive, because a value is as deep as its document, which was bounded when it was read.
    private func emitValue(_ value: JSON) {
        switch value {
        case .null: emitScalar("null", isQuoted: false)
        case .bool(let bool): emitScalar(bool ? "true" : "false", isQuoted: false)
        case .integer(let integer): emitScalar(String(integer), isQuoted: false)
        case .number(let number): emitScalar(number.description, isQuoted: false)
        case .string(let string): emitScalar(string, isQuoted: true)
        case .array(let elements):
            unsafe emit {
                unsafe yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE)
            }
            for element in elements { emitValue(element) }
            unsafe emit { unsafe yaml_sequence_end_event_initialize($0) }
        case .object(let object):
            unsafe emit {
                unsafe yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE)
            }
            for member in object.members {
                // Without quotation marks the name `<<` would merge.
                emitScalar(member.name, isQuoted: member.name == "<<")
                emitValue(member.value)
            }
            unsafe emit { unsafe yaml_mapping_end_event_initialize($0) }
        }
    }

    /// Emits a scalar. Without `isQuoted` it still gets quotation marks if YAML would read it as another
    /// type.
    private func emitScalar(_ text: String, isQuoted: Bool) {
        let bytes = Array(text.utf8)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe emit {
                unsafe yaml_scalar_event_initialize(
                    $0, nil, nil, buffer.baseAddress, Int32(buffer.count), 1, 1,
                    isQuoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE)
            }
        }
    }

    private func emit(_ initialize: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
        var event = unsafe yaml_event_t()
        let isInitialized = unsafe initialize(&event) == 1
        precondition(isInitialized, "libyaml has no memory for an event, or was given bad UTF-8.")
        let isEmitted = unsafe yaml_emitter_emit(emitter, &event) == 1
        precondition(isEmitted, "libyaml has no memory for its output.")
    }
}
