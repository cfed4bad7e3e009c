/// The parts of a parsed template, as the renderer walks them.

/// One part of a template's text.
indirect enum Statement: Sendable {
    case text([UInt8])
    case reference(Reference)
    case set(Reference, Expression)
    /// The first branch whose condition holds. An `#else` has no condition.
    case choose([Branch])
    case loop(Loop)
    /// `#break`: ends the innermost loop, and the template outside of one.
    case leave
    /// `#stop`: ends the rendering.
    case stop
}

/// One `#if`, `#elseif` or `#else`.
struct Branch: Sendable {
    let condition: Expression?
    let body: [Statement]
}

/// One `#foreach`.
struct Loop: Sendable {
    let variable: String
    let values: Expression
    let body: [Statement]
    let offset: Int
}

/// A reference such as `$!{pet.names[0]}`. A class, because each rendering copies it.
final class Reference: Sendable {
    /// The reference as written, without backslashes before it: the output if there is no value.
    let literal: [UInt8]
    /// The backslashes before it.
    let escapes: Int
    /// Whether an absent value gives no output: `$!name`.
    let isQuiet: Bool
    let name: String
    let steps: [Step]
    let offset: Int

    init(literal: [UInt8], escapes: Int, isQuiet: Bool, name: String, steps: [Step], offset: Int) {
        self.literal = literal
        self.escapes = escapes
        self.isQuiet = isQuiet
        self.name = name
        self.steps = steps
        self.offset = offset
    }

    /// The way from one value to the next.
    enum Step: Sendable {
        case property(String)
        case call(String, [Expression])
        case index(Expression)
    }
}

/// An expression of a directive, or an argument.
indirect enum Expression: Sendable {
    case literal(Constant)
    /// A string in double quotes with references or directives within.
    case interpolated([Statement])
    case reference(Reference)
    case list([Expression])
    case map([(key: Expression, value: Expression)])
    case range(Expression, Expression, offset: Int)
    case not(Expression)
    case binary(Operator, Expression, Expression, offset: Int)

    /// A value that the template writes out.
    enum Constant: Sendable {
        case string(String)
        case boolean(Bool)
        case integer(Int)
        case number(Double)
    }

    /// The operators with two sides.
    enum Operator: Sendable {
        case or, and
        case equal, notEqual
        case less, lessOrEqual, greater, greaterOrEqual
        case add, subtract
        case multiply, divide, modulo
    }
}

/// A text that is no template.
struct SyntaxFailure: Error {
    let message: String
    let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}
