/// The directives: `#set`, `#if`, `#foreach` and their parts, comments and verbatim text.

/// The words that are directives in Velocity. Other words after a `#` are text.
enum Directive: String {
    case set, `if`, `elseif`, `else`, end, foreach, `break`, stop
    // Velocity has the rest, and mapping templates have not.
    case macro, parse, include, evaluate, define, literal
}

extension TemplateParser {
    func name(of terminator: Terminator) -> String {
        switch terminator {
        case .end: "#end"
        case .elseIf: "#elseif"
        case .otherwise: "#else"
        }
    }

    /// The longest word behind the `#` at the cursor, with or without braces, and the place behind it.
    func directiveWord() -> (name: String, end: Int)? {
        var reader = cursor
        reader.place += 1
        let isBraced = reader.take("{")
        guard let name = reader.takeName(with: "@") else { return nil }
        if isBraced, !reader.take("}") { return nil }
        return (name, reader.place)
    }

    /// Parses `#set(…)` with the blanks before it. Returns false, and stays, at anything else.
    mutating func parseSet(into block: inout Block) throws(SyntaxFailure) -> Bool {
        let start = cursor.place
        cursor.skip { $0.isBlank }
        guard cursor.take("#set") || cursor.take("#{set}") else {
            cursor.place = start
            return false
        }
        cursor.skip { $0 == UInt8(ascii: " ") }
        guard cursor.take("(") else {
            cursor.place = start
            return false
        }
        cursor.skipWhitespace()
        guard cursor.byte == UInt8(ascii: "$"), let target = try parseReference(escapes: 0) else {
            throw failure("#set expects a reference, as in #set($name = 1)")
        }
        cursor.skipWhitespace()
        guard cursor.byte == UInt8(ascii: "="), cursor.byte(after: 1) != UInt8(ascii: "=") else {
            throw failure("#set expects = behind the reference")
        }
        cursor.place += 1
        let value = try parseExpression()
        try closeParenthesis(of: "#set")
        block.append(.set(target, value))
        return true
    }

    /// Parses behind the word. Returns the word if it ends the block.
    mutating func parse(
        _ directive: Directive, endingAt end: Int, into block: inout Block
    ) throws(SyntaxFailure) -> Terminator? {
        switch directive {
        case .end, .else:
            cursor.place = end
            cursor.skipRestOfEmptyLine()
            return directive == .end ? .end : .otherwise
        case .elseif:
            cursor.place = end
            return .elseIf
        case .if: block.append(try parseIf(endingAt: end))
        case .foreach: block.append(try parseForEach(endingAt: end))
        case .break, .stop:
            cursor.place = end
            block.append(directive == .stop ? .stop : .leave)
        case .set:
            // With blanks alone before its parenthesis it has been parsed. Without one it is text.
            var reader = cursor
            reader.place = end
            reader.skip { $0.isBlank }
            if reader.byte == UInt8(ascii: "(") { throw failure("#set expects (, as in #set($name = 1)") }
            block.append(cursor.text[cursor.place..<end])
            cursor.place = end
        case .macro, .parse, .include, .evaluate, .define, .literal:
            throw failure("#\(directive.rawValue) is not part of mapping templates")
        }
        return nil
    }

    private mutating func parseIf(endingAt end: Int) throws(SyntaxFailure) -> Statement {
        let start = cursor.place
        cursor.place = end
        try enter()
        var branches: [Branch] = []
        var condition: Expression? = try parseCondition(of: "#if")
        while true {
            let (body, terminator) = try parseBlock()
            branches.append(Branch(condition: condition, body: body))
            switch terminator {
            case .end:
                depth -= 1
                return .choose(branches)
            case .elseIf where condition != nil: condition = try parseCondition(of: "#elseif")
            case .otherwise where condition != nil: condition = nil
            case .elseIf, .otherwise: throw failure("#end is expected behind #else")
            case nil: throw SyntaxFailure("#end of this #if is missing", at: base + start)
            }
        }
    }

    private mutating func parseCondition(of word: String) throws(SyntaxFailure) -> Expression {
        cursor.skipWhitespace()
        guard cursor.take("(") else { throw failure("\(word) expects (") }
        let condition = try parseExpression()
        try closeParenthesis(of: word)
        return condition
    }

    private mutating func parseForEach(endingAt end: Int) throws(SyntaxFailure) -> Statement {
        let start = cursor.place
        let form = "#foreach expects ($name in list)"
        cursor.place = end
        try enter()
        cursor.skipWhitespace()
        guard cursor.take("(") else { throw failure(form) }
        cursor.skipWhitespace()
        guard cursor.byte == UInt8(ascii: "$"), let variable = try parseReference(escapes: 0),
            variable.steps.isEmpty
        else { throw failure(form) }
        cursor.skipWhitespace()
        var reader = cursor
        guard reader.takeName(with: "@") == "in" else { throw failure(form) }
        cursor = reader
        let values = try parseOperand()
        try closeParenthesis(of: "#foreach")
        let (body, terminator) = try parseBlock()
        guard terminator == .end else {
            throw terminator.map { failure("\(name(of: $0)) without #if before it") }
                ?? SyntaxFailure("#end of this #foreach is missing", at: base + start)
        }
        depth -= 1
        return .loop(Loop(variable: variable.name, values: values, body: body, offset: base + start))
    }

    /// Goes behind the arguments of an unknown word, which are text with it: `#pragma($once)`. Stays if none
    /// are there.
    mutating func skipArguments() {
        var reader = self
        reader.cursor.skip { $0.isBlank }
        guard reader.cursor.take("(") else { return }
        do throws(SyntaxFailure) {
            reader.cursor.skipWhitespace()
            while !reader.cursor.take(")") {
                if reader.cursor.takeName(with: "@") == nil { _ = try reader.parseOperand() }
                reader.cursor.skipWhitespace()
                if reader.cursor.take(",") { reader.cursor.skipWhitespace() }
            }
            cursor = reader.cursor
        } catch {
            return
        }
    }

    private mutating func closeParenthesis(of word: String) throws(SyntaxFailure) {
        cursor.skipWhitespace()
        guard cursor.take(")") else { throw failure("\(word) expects ) or an operator here\(found)") }
        cursor.skipRestOfEmptyLine()
    }

    /// `, found x` for the text at the cursor.
    var found: String {
        guard !cursor.isAtEnd else { return ", found the end of the template" }
        let rest = String(
            decoding: cursor.text[cursor.place..<min(cursor.end, cursor.place + 24)], as: UTF8.self)
        return ", found \(rest.prefix { !$0.isWhitespace }.prefix(12))"
    }

    /// A comment to the end of the line, with the end, or `#* … *#`.
    mutating func skipComment() throws(SyntaxFailure) -> Bool {
        if cursor.take("##") {
            cursor.skip { !$0.isLineEnd }
            _ = cursor.skipLineEnd()
            return true
        }
        let start = cursor.place
        guard cursor.take("#*") else { return false }
        while !cursor.take("*#") {
            if cursor.isAtEnd { throw SyntaxFailure("*# of this comment is missing", at: base + start) }
            cursor.place += 1
        }
        return true
    }

    /// The inside of `#[[ … ]]#`.
    mutating func takeVerbatim() throws(SyntaxFailure) -> ArraySlice<UInt8> {
        let start = cursor.place
        cursor.place += 3
        while !cursor.has("]]#") {
            if cursor.isAtEnd { throw SyntaxFailure("]]# of this text is missing", at: base + start) }
            cursor.place += 1
        }
        cursor.place += 3
        return cursor.text[start + 3..<cursor.place - 3]
    }
}
