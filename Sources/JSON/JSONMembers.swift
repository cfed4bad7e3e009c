/// One JSON object in, bytes out, member by member: for writers of many lines, which need no value in
/// between. The bytes are those of `JSONWriter` for the same object. Refuses nothing.

/// Appends the members of one object to the caller's buffer.
///
///     var members = JSONMembers(to: &bytes)
///     members.integer("status", 200, to: &bytes)
///     members.end(to: &bytes)
package struct JSONMembers {
    private var isFirst = true

    package init(to output: inout [UInt8]) { output.append(UInt8(ascii: "{")) }

    package func end(to output: inout [UInt8]) { output.append(UInt8(ascii: "}")) }

    /// Appends a name and a colon; the caller appends the value.
    package mutating func name(_ name: String, to output: inout [UInt8]) {
        begin(to: &output)
        JSONWriter.appendString(name, to: &output)
        output.append(UInt8(ascii: ":"))
    }

    /// Appends the comma before a member; the caller appends the name, a colon and the value.
    package mutating func begin(to output: inout [UInt8]) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    /// Appends a string; null for nil.
    package mutating func string(_ name: String, _ value: String?, to output: inout [UInt8]) {
        self.name(name, to: &output)
        if let value {
            JSONWriter.appendString(value, to: &output)
        } else {
            output.append(contentsOf: "null".utf8)
        }
    }

    /// Appends an integer; null for nil.
    package mutating func integer(_ name: String, _ value: Int?, to output: inout [UInt8]) {
        self.name(name, to: &output)
        if let value {
            JSONWriter.appendInteger(value, to: &output)
        } else {
            output.append(contentsOf: "null".utf8)
        }
    }

    /// Appends a number, which must be finite.
    package mutating func number(_ name: String, _ value: Double, to output: inout [UInt8]) {
        self.name(name, to: &output)
        JSONWriter.appendNumber(value, to: &output)
    }
}
