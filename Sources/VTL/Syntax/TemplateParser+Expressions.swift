/// Expressions of `#set` and conditions, and the simpler operands that arguments, lists, maps and `#foreach`
/// take.

extension TemplateParser {
    mutating func parseExpression() throws(SyntaxFailure) -> Expression {
        try enter()
        let expression = try parseOperators(from: 0)
        depth -= 1
        return expression
    }

    /// The operators, weakest first. Symbols that begin like others come before them.
    private static let levels: [[(text: String, operation: Expression.Operator)]] = [
        [("||", .or), ("or", .or)],
        [("&&", .and), ("and", .and)],
        [("==", .equal), ("eq", .equal), ("!=", .notEqual), ("ne", .notEqual)],
        [
            ("<=", .lessOrEqual), ("le", .lessOrEqual), (">=", .greaterOrEqual), ("ge", .greaterOrEqual),
            ("<", .less), ("lt", .less), (">", .greater), ("gt", .greater),
        ],
        [("+", .add), ("-", .subtract)],
        [("*", .multiply), ("/", .divide), ("%", .modulo)],
    ]

    /// Operators of one level bind from the left.
    private mutating func parseOperators(from level: Int) throws(SyntaxFailure) -> Expression {
        guard level < Self.levels.count else { return try parseUnary() }
        var left = try parseOperators(from: level + 1)
        while true {
            cursor.skipWhitespace()
            let offset = base + cursor.place
            guard let operation = takeOperator(of: level) else { return left }
            left = .binary(operation, left, try parseOperators(from: level + 1), offset: offset)
        }
    }

    private mutating func takeOperator(of level: Int) -> Expression.Operator? {
        for (text, operation) in Self.levels[level] where cursor.has(text) {
            let next = cursor.byte(after: text.utf8.count)
            // A word goes on, as in `order`. A sign before a digit belongs to the number, as in Velocity.
            if text.utf8.first?.isLetter == true, next.map({ $0.isLetter || $0.isDigit }) == true { continue }
            if operation == .subtract, next?.isDigit == true { continue }
            cursor.place += text.utf8.count
            return operation
        }
        return nil
    }

    private mutating func parseUnary() throws(SyntaxFailure) -> Expression {
        cursor.skipWhitespace()
        var reader = cursor
        if cursor.byte == UInt8(ascii: "!") || reader.takeName(with: "@") == "not" {
            cursor.place += cursor.byte == UInt8(ascii: "!") ? 1 : 3
            try enter()
            let operand = try parseUnary()
            depth -= 1
            return .not(operand)
        }
        if cursor.take("(") {
            let inner = try parseExpression()
            cursor.skipWhitespace()
            guard cursor.take(")") else {
                throw failure("an expression expects ) or an operator here\(found)")
            }
            return inner
        }
        return try parseOperand()
    }

    /// A value without operators.
    mutating func parseOperand() throws(SyntaxFailure) -> Expression {
        cursor.skipWhitespace()
        switch cursor.byte {
        case UInt8(ascii: "\""): return try parseDoubleQuoted()
        case UInt8(ascii: "'"):
            return .literal(.string(String(decoding: try takeQuoted(UInt8(ascii: "'")).bytes, as: UTF8.self)))
        case UInt8(ascii: "["): return try parseList()
        case UInt8(ascii: "{"): return try parseMap()
        case UInt8(ascii: "$"):
            if let reference = try parseReference(escapes: 0) { return .reference(reference) }
        case UInt8(ascii: "t"): if cursor.take("true") { return .literal(.boolean(true)) }
        case UInt8(ascii: "f"): if cursor.take("false") { return .literal(.boolean(false)) }
        default: if let number = try takeNumber() { return .literal(number) }
        }
        throw failure("a value is expected here\(found)")
    }

    private mutating func parseList() throws(SyntaxFailure) -> Expression {
        let offset = base + cursor.place
        try enter()
        cursor.place += 1
        if cursor.take("]") {
            depth -= 1
            return .list([])
        }
        var elements = [try parseOperand()]
        cursor.skipWhitespace()
        if cursor.take("..") {
            let last = try parseOperand()
            try closeList()
            return .range(elements[0], last, offset: offset)
        }
        while cursor.take(",") {
            elements.append(try parseOperand())
            cursor.skipWhitespace()
        }
        try closeList()
        return .list(elements)
    }

    private mutating func closeList() throws(SyntaxFailure) {
        cursor.skipWhitespace()
        guard cursor.take("]") else { throw failure("a list expects , or ] here\(found)") }
        depth -= 1
    }

    private mutating func parseMap() throws(SyntaxFailure) -> Expression {
        try enter()
        cursor.place += 1
        cursor.skipWhitespace()
        var entries: [(key: Expression, value: Expression)] = []
        if !cursor.take("}") {
            repeat {
                let key = try parseOperand()
                cursor.skipWhitespace()
                guard cursor.take(":") else { throw failure("a map expects : here\(found)") }
                entries.append((key, try parseOperand()))
                cursor.skipWhitespace()
            } while cursor.take(",")
            guard cursor.take("}") else { throw failure("a map expects , or } here\(found)") }
        }
        depth -= 1
        return .map(entries)
    }
}
