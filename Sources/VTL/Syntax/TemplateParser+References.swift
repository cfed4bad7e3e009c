/// References: `$name`, `$!name`, `${name}`, with properties, calls and indexes behind it.

extension TemplateParser {
    /// Parses at a dollar sign. Returns nil, and stays, if it is text.
    mutating func parseReference(escapes: Int) throws(SyntaxFailure) -> Reference? {
        let start = cursor.place
        cursor.place += 1
        let isQuiet = cursor.take("!")
        let isBraced = cursor.take("{")
        guard let name = cursor.takeName(with: "-") else {
            cursor.place = start
            return nil
        }
        try enter()
        var steps = try parseIndexes()
        while let step = try parseMember() {
            steps.append(step)
            steps += try parseIndexes()
        }
        if isBraced, !cursor.take("}") { throw failure("} of ${\(name) is missing\(found)") }
        let isFollowedByName = cursor.byte(after: 1).map { $0.isLetter || $0 == UInt8(ascii: "_") } == true
        if !isBraced, cursor.byte == UInt8(ascii: "{"), isFollowedByName {
            throw failure("{ behind $\(name) needs braces around the name: ${\(name)}{")
        }
        depth -= 1
        names.insert(name)
        return Reference(
            literal: Array(cursor.text[start..<cursor.place]), escapes: escapes, isQuiet: isQuiet, name: name,
            steps: steps, offset: base + start)
    }

    private mutating func parseIndexes() throws(SyntaxFailure) -> [Reference.Step] {
        var steps: [Reference.Step] = []
        while cursor.take("[") {
            cursor.skipWhitespace()
            switch cursor.byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                throw failure("an index is a number, a string or a reference")
            default: steps.append(.index(try parseOperand()))
            }
            cursor.skipWhitespace()
            guard cursor.take("]") else { throw failure("] of an index is missing\(found)") }
        }
        return steps
    }

    /// `.name` or `.name(…)`. A dot without a letter behind it is text.
    private mutating func parseMember() throws(SyntaxFailure) -> Reference.Step? {
        guard cursor.byte == UInt8(ascii: "."), let letter = cursor.byte(after: 1), letter.isLetter else {
            return nil
        }
        cursor.place += 1
        guard let name = cursor.takeName(with: "-") else { return nil }
        guard cursor.byte == UInt8(ascii: "("), let next = cursor.byte(after: 1) else {
            return .property(name)
        }
        if !startsArgument(next) {
            // Velocity takes a parenthesis before a word for text, and stumbles over anything else there.
            if next.isLetter || "_],:}".utf8.contains(next) { return .property(name) }
            throw failure("\(name)(…) expects an argument or )\(found)")
        }
        cursor.place += 1
        return .call(name, try parseArguments(of: name))
    }

    /// Whether a parenthesis before this byte is that of a call. Before anything else it is text.
    private func startsArgument(_ byte: UInt8) -> Bool {
        let isWordOfOne =
            cursor.text[(cursor.place + 1)...].starts(with: "true".utf8)
            || cursor.text[(cursor.place + 1)...].starts(with: "false".utf8)
        return byte.isDigit || byte.isBlank || byte.isLineEnd || ")\"'$[{-.".utf8.contains(byte)
            || isWordOfOne
    }

    private mutating func parseArguments(of name: String) throws(SyntaxFailure) -> [Expression] {
        if cursor.take(")") { return [] }
        var arguments: [Expression] = []
        repeat {
            arguments.append(try parseOperand())
            cursor.skipWhitespace()
        } while cursor.take(",")
        guard cursor.take(")") else { throw failure("\(name)(…) expects , or ) here\(found)") }
        return arguments
    }
}
