/// Shortcuts for the tests of this folder: a text in, its value or its error out.

import JSON

/// The value of `bytes`, or nil when they are refused.
func parsed(_ bytes: [UInt8]) -> JSON? {
    do {
        return try JSONDocument(parsing: bytes).root.json
    } catch {
        return nil
    }
}

func parsed(_ text: String) -> JSON? { parsed([UInt8](text.utf8)) }

/// Why `bytes` are refused, or nil when they are accepted.
func refusal(_ bytes: [UInt8], depthMax: Int = JSONDocument.depthMaxDefault) -> JSONError? {
    do {
        _ = try JSONDocument(parsing: bytes, depthMax: depthMax)
        return nil
    } catch {
        return error
    }
}

func refusal(_ text: String) -> JSONError? { refusal([UInt8](text.utf8)) }

func root(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: [UInt8](text.utf8)).root
}

func written(_ value: JSON) -> String {
    var bytes: [UInt8] = []
    JSONWriter.append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}
