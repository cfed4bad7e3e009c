/// A model's schema against JSON Schema draft 4, as the service checks it when a model is written. The form
/// of the message, and the refusals that were seen: docs/fidelity-members.md, "Model". It checks no
/// instances.

import JSON

/// A walk over one schema that notes an error for each of its faults.
struct ModelSchema {
    /// The most levels: more than real schemas have, and far fewer than would exhaust the stack. Fixed,
    /// because the walk is recursive.
    private static let depthMax = 128
    private static let fault = "Invalid model schema specified"

    private var errors: [String] = []

    /// The service's message for a refused schema; nil if the schema is accepted.
    static func breach(of text: String) -> String? {
        var check = ModelSchema()
        do throws(JSONError) {
            check.walk(try JSONDocument(parsing: Array(text.utf8), depthMax: depthMax).root)
        } catch {
            check.errors.append(fault)
        }
        guard !check.errors.isEmpty else { return nil }
        return "Invalid model specified: Validation Result: warnings : [], errors : "
            + "[\(check.errors.joined(separator: ", "))]"
    }

    private enum Keyword {
        case any, text, boolean, number, positive, count, names, values, types
        case schema, schemas, schemaOrSchemas, schemaOrBoolean, schemaMap, dependencies
    }

    /// The keywords of the draft's metaschema, and `$ref` and `format`.
    private static let keywords: [String: Keyword] = [
        "$ref": .text, "$schema": .text, "additionalItems": .schemaOrBoolean,
        "additionalProperties": .schemaOrBoolean, "allOf": .schemas, "anyOf": .schemas, "default": .any,
        "definitions": .schemaMap, "dependencies": .dependencies, "description": .text, "enum": .values,
        "exclusiveMaximum": .boolean, "exclusiveMinimum": .boolean, "format": .text, "id": .text,
        "items": .schemaOrSchemas, "maxItems": .count, "maxLength": .count, "maxProperties": .count,
        "maximum": .number, "minItems": .count, "minLength": .count, "minProperties": .count,
        "minimum": .number, "multipleOf": .positive, "not": .schema, "oneOf": .schemas, "pattern": .text,
        "patternProperties": .schemaMap, "properties": .schemaMap, "required": .names, "title": .text,
        "type": .types, "uniqueItems": .boolean,
    ]

    private static let types: Set = ["array", "boolean", "integer", "null", "number", "object", "string"]

    private mutating func walk(_ schema: JSONNode) {
        guard schema.kind == .object, schema.duplicateMember == nil else { return errors.append(Self.fault) }
        // The other members of an object with a reference have no meaning.
        if let reference = schema["$ref"] { return note(reference.kind == .string) }
        var unknown: [String] = []
        for member in schema.members {
            guard let keyword = Self.keywords[member.name] else {
                unknown.append("\"\(member.name)\"")
                continue
            }
            check(member.value, as: keyword)
        }
        note(schema["exclusiveMaximum"] == nil || schema["maximum"] != nil)
        note(schema["exclusiveMinimum"] == nil || schema["minimum"] != nil)
        guard !unknown.isEmpty else { return }
        errors.append("\(Self.fault). Unsupported keyword(s): [\(unknown.joined(separator: ", "))]")
    }

    private mutating func note(_ isRight: Bool) {
        if !isRight { errors.append(Self.fault) }
    }

    private mutating func check(_ value: JSONNode, as keyword: Keyword) {
        switch keyword {
        case .any: break
        case .text: note(value.kind == .string)
        case .boolean: note(value.kind == .bool)
        case .number: note(value.number != nil)
        case .positive: note(value.number.map { $0 > 0 } ?? false)
        case .count: note(value.number.map { $0 >= 0 && $0.rounded() == $0 } ?? false)
        case .names: note(value.isNameList)
        case .values: note(value.kind == .array && value.count > 0 && value.isSet)
        case .types: note(isType(value) || value.isNameList && value.elements.allSatisfy(isType))
        case .schema: walk(value)
        case .schemas:
            note(value.kind == .array && value.count > 0)
            for element in value.elements { walk(element) }
        case .schemaOrSchemas: check(value, as: value.kind == .array ? .schemas : .schema)
        case .schemaOrBoolean: if value.kind != .bool { walk(value) }
        case .schemaMap:
            note(value.kind == .object)
            for member in value.members { walk(member.value) }
        case .dependencies:
            note(value.kind == .object)
            for dependency in value.members.map(\.value) {
                check(dependency, as: dependency.kind == .array ? .names : .schema)
            }
        }
    }

    private func isType(_ value: JSONNode) -> Bool {
        value.string.map(Self.types.contains) ?? false
    }
}

extension JSONNode {
    /// Whether the value is a list of different strings with at least one.
    fileprivate var isNameList: Bool {
        kind == .array && count > 0 && elements.allSatisfy { $0.kind == .string } && isSet
    }

    /// Whether no two elements have the same text.
    fileprivate var isSet: Bool {
        var texts: Set<[UInt8]> = []
        return elements.allSatisfy { element in
            var text: [UInt8] = []
            JSONWriter.append(element, to: &text)
            return texts.insert(text).inserted
        }
    }
}
