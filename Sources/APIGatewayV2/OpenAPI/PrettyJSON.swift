/// A JSON value in, bytes out, in the layout of the service's exports. It has two spaces a level, and a space
/// on both sides of a colon. An array begins on the line of its name. There is no newline at the end.

import JSON

enum PrettyJSON {
    static func bytes(of value: JSON) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, level: 0, to: &bytes)
        return bytes
    }

    /// Recursive, because an export is as deep as its parts, which were bounded when they were read.
    private static func append(_ value: JSON, level: Int, to bytes: inout [UInt8]) {
        switch value {
        case .object(let object) where object.members.isEmpty: bytes += "{ }".utf8
        case .object(let object): append(object, level: level + 1, to: &bytes)
        case .array(let elements) where elements.isEmpty: bytes += "[ ]".utf8
        case .array(let elements):
            bytes += "[ ".utf8
            for (place, element) in elements.enumerated() {
                if place > 0 { bytes += ", ".utf8 }
                append(element, level: level, to: &bytes)
            }
            bytes += " ]".utf8
        case .null, .bool, .integer, .number, .string: JSONWriter.append(value, to: &bytes)
        }
    }

    private static func append(_ object: JSONObject, level: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (place, member) in object.members.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            startLine(level: level, in: &bytes)
            JSONWriter.appendString(member.name, to: &bytes)
            bytes += " : ".utf8
            append(member.value, level: level, to: &bytes)
        }
        startLine(level: level - 1, in: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    private static func startLine(level: Int, in bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }
}
