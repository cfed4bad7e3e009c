/// Text in, statements out. The tokens are those of Velocity 1.7 (`Parser.jjt` of
/// github.com/apache/velocity-engine), because white space in the output depends on them. A directive takes
/// the rest of an empty line with it, and `#set` also the blanks before it, if they don't belong to a text.

/// Parses one template, or the inside of a string in double quotes.
struct TemplateParser {
    var cursor: Cursor
    let limits: TemplateLimits
    /// The place of the text in the template: not zero within a string.
    let base: Int
    var depth = 0
    /// The names of all references so far.
    var names: Set<String> = []

    init(text: [UInt8], limits: TemplateLimits, base: Int = 0, depth: Int = 0) {
        cursor = Cursor(text)
        self.limits = limits
        self.base = base
        self.depth = depth
    }

    /// The words that end a block, or part one.
    enum Terminator: Equatable {
        case end, elseIf, otherwise
    }

    mutating func parse() throws(SyntaxFailure) -> [Statement] {
        let (statements, terminator) = try parseBlock()
        if let terminator { throw failure("\(name(of: terminator)) without #if or #foreach before it") }
        return statements
    }

    func failure(_ message: String) -> SyntaxFailure {
        SyntaxFailure(message, at: base + cursor.place)
    }

    /// Enters one more level of nesting. The caller leaves it by `depth -= 1`.
    mutating func enter() throws(SyntaxFailure) {
        depth += 1
        if depth > limits.depthMax { throw failure("more than \(limits.depthMax) levels of nesting") }
    }

    /// The statements up to the word that ends the block, or to the end of the text.
    mutating func parseBlock() throws(SyntaxFailure) -> ([Statement], Terminator?) {
        var block = Block()
        while !cursor.isAtEnd {
            if try parseSet(into: &block) { continue }
            switch cursor.byte {
            case UInt8(ascii: "$"): try parseDollar(escapes: 0, into: &block)
            case UInt8(ascii: "\\"): try parseBackslashes(into: &block)
            case UInt8(ascii: "#"):
                if let end = try parseHash(into: &block) { return (block.statements, end) }
            default: parseText(into: &block)
            }
        }
        return (block.statements, nil)
    }

    private mutating func parseText(into block: inout Block) {
        let start = cursor.place
        cursor.skip { $0 != UInt8(ascii: "$") && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") }
        block.append(cursor.text[start..<cursor.place])
    }

    /// `$name`, or a dollar sign that is text.
    private mutating func parseDollar(escapes: Int, into block: inout Block) throws(SyntaxFailure) {
        if let reference = try parseReference(escapes: escapes) {
            block.append(.reference(reference))
            // Such a brace is a token of its own, so that blanks behind it belong to a `#set` there.
            if reference.literal.last != UInt8(ascii: "}"), cursor.take("}") {
                block.append([UInt8(ascii: "}")])
            }
            return
        }
        if cursor.place + 1 == cursor.end, base == 0 { throw failure("a $ at the end of the template") }
        block.append(repeatElement(UInt8(ascii: "\\"), count: escapes))
        cursor.place += 1
        block.append([UInt8(ascii: "$")])
        // Velocity keeps the dollar sign of a quiet reference without a name, and drops its exclamation mark.
        if cursor.byte == UInt8(ascii: "!") { cursor.place += 1 }
    }

    /// Backslashes escape a reference or a directive that follows them, and are text before all else.
    private mutating func parseBackslashes(into block: inout Block) throws(SyntaxFailure) {
        let start = cursor.place
        cursor.skip { $0 == UInt8(ascii: "\\") }
        let count = cursor.place - start
        if cursor.byte == UInt8(ascii: "$") { return try parseDollar(escapes: count, into: &block) }
        guard cursor.byte == UInt8(ascii: "#"), let word = directiveWord(),
            Directive(rawValue: word.name) != nil
        else { return block.append(cursor.text[start..<cursor.place]) }
        block.append(repeatElement(UInt8(ascii: "\\"), count: count / 2))
        if count % 2 == 1 {
            block.append(cursor.text[cursor.place..<word.end])
            cursor.place = word.end
        }
    }

    /// Returns the word if it ends the block.
    private mutating func parseHash(into block: inout Block) throws(SyntaxFailure) -> Terminator? {
        if try skipComment() { return nil }
        if cursor.has("#[[") {
            block.append(try takeVerbatim())
            return nil
        }
        if try parseBlockMacro(into: &block) { return nil }
        guard let word = directiveWord() else {
            if cursor.place + 1 == cursor.end, base == 0 { throw failure("a # at the end of the template") }
            let start = cursor.place
            cursor.place += 1
            cursor.skip { $0.isDigit }
            block.append(cursor.text[start..<cursor.place])
            return nil
        }
        guard let directive = Directive(rawValue: word.name) else {
            let start = cursor.place
            cursor.place = word.end
            skipArguments()
            block.append(cursor.text[start..<cursor.place])
            return nil
        }
        return try parse(directive, endingAt: word.end, into: &block)
    }

    /// Parses a call of an unknown macro with a body, `#@note() … #end`, which is text as a whole. Returns
    /// false, and stays, at anything else.
    private mutating func parseBlockMacro(into block: inout Block) throws(SyntaxFailure) -> Bool {
        let start = cursor.place
        var reader = cursor
        guard reader.take("#@"), reader.takeName(with: "@") != nil else { return false }
        let nameEnd = reader.place
        reader.skip { $0.isBlank }
        guard reader.byte == UInt8(ascii: "(") else { return false }
        try enter()
        cursor.place = nameEnd
        skipArguments()
        guard try parseBlock().1 == .end else {
            throw SyntaxFailure("#end of this macro is missing", at: base + start)
        }
        depth -= 1
        block.append(cursor.text[start..<cursor.place])
        return true
    }

    /// The statements of a block, with neighbouring texts in one.
    struct Block {
        private(set) var statements: [Statement] = []

        mutating func append(_ statement: Statement) { statements.append(statement) }

        mutating func append(_ text: some Sequence<UInt8>) {
            if case .text(var bytes)? = statements.last {
                bytes.append(contentsOf: text)
                statements[statements.count - 1] = .text(bytes)
            } else {
                statements.append(.text(Array(text)))
            }
        }
    }
}
