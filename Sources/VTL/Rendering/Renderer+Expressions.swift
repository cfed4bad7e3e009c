/// The values of expressions, and their truth.

extension Renderer {
    mutating func value(of expression: Expression) throws(RenderFailure) -> TemplateValue {
        switch expression {
        case .literal(let constant): return constant.value
        case .interpolated(let statements): return .string(try interpolate(statements))
        case .reference(let reference): return try value(of: reference)
        case .list(let expressions):
            var elements: [TemplateValue] = []
            for expression in expressions { elements.append(try value(of: expression)) }
            let list = TemplateValue.list(ListValue(elements))
            keep(list)
            return list
        case .map(let entries):
            let map = MapValue()
            for entry in entries { map[try value(of: entry.key)] = try value(of: entry.value) }
            keep(.map(map))
            return .map(map)
        case .range(let first, let last, let offset): return try range(from: first, to: last, at: offset)
        case .not(let operand): return .boolean(try isTrue(operand) ? false : true)
        case .binary(let operation, let left, let right, let offset):
            try count(at: offset)
            return try value(of: operation, left, right, at: offset)
        }
    }

    /// A literal that is no boolean is not true, nor is a result of arithmetic. A reference is true if it has
    /// any value but false.
    mutating func isTrue(_ expression: Expression) throws(RenderFailure) -> Bool {
        switch expression {
        case .literal(.boolean(let boolean)): boolean
        case .literal, .interpolated, .list, .map, .range: false
        case .binary(.add, _, _, _), .binary(.subtract, _, _, _), .binary(.multiply, _, _, _),
            .binary(.divide, _, _, _), .binary(.modulo, _, _, _):
            false
        case .reference, .not, .binary: try value(of: expression).isTrue
        }
    }

    /// Counts downwards if the last number is the smaller one.
    private mutating func range(
        from first: Expression, to last: Expression, at offset: Int
    ) throws(RenderFailure) -> TemplateValue {
        guard case .integer(let first) = try value(of: first), case .integer(let last) = try value(of: last)
        else { return .null }
        let (difference, isBeyond) = last.subtractingReportingOverflow(first)
        guard !isBeyond, difference.magnitude < limits.passesMax else {
            throw RenderFailure("a range has more than \(limits.passesMax) numbers", at: offset)
        }
        let numbers = first <= last ? Array(first...last) : (last...first).reversed()
        return .list(ListValue(numbers.map { .integer($0) }))
    }

    private mutating func value(
        of operation: Expression.Operator, _ left: Expression, _ right: Expression, at offset: Int
    ) throws(RenderFailure) -> TemplateValue {
        switch operation {
        case .or: return .boolean(try isTrue(left) ? true : try isTrue(right))
        case .and: return .boolean(try isTrue(left) ? try isTrue(right) : false)
        case .equal: return .boolean(try value(of: left).isEqual(to: try value(of: right)))
        case .notEqual: return .boolean(try value(of: left).isEqual(to: try value(of: right)) ? false : true)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            // Velocity logs a comparison of anything but numbers, which is false.
            guard let first = try value(of: left).double, let second = try value(of: right).double else {
                return .boolean(false)
            }
            return .boolean(compare(first, operation, second))
        case .add: return try sum(left, right, at: offset)
        case .subtract, .multiply, .divide, .modulo:
            return try arithmetic(operation, try value(of: left), try value(of: right), at: offset)
        }
    }

    private func compare(_ left: Double, _ operation: Expression.Operator, _ right: Double) -> Bool {
        switch operation {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        default: left >= right
        }
    }

    /// A string on either side makes a string. There, a reference without a value counts as its own text.
    private mutating func sum(
        _ left: Expression, _ right: Expression, at offset: Int
    ) throws(RenderFailure) -> TemplateValue {
        let (first, second) = (try value(of: left), try value(of: right))
        switch (first, second) {
        case (.string, _), (_, .string):
            let parts = try (
                text(of: first, writtenAs: left, offset), text(of: second, writtenAs: right, offset)
            )
            guard let start = parts.0, let end = parts.1 else { return .null }
            guard start.utf8.count + end.utf8.count <= limits.outputBytesMax else {
                throw RenderFailure("a text is longer than \(limits.outputBytesMax) bytes", at: offset)
            }
            return .string(start + end)
        default: return try arithmetic(.add, first, second, at: offset)
        }
    }

    private func text(
        of value: TemplateValue, writtenAs expression: Expression, _ offset: Int
    ) throws(RenderFailure) -> String? {
        guard value.isNull else { return try text(of: value, at: offset) }
        guard case .reference(let reference) = expression else { return nil }
        return String(decoding: reference.literal, as: UTF8.self)
    }

    /// Null unless both are numbers, and for a division by zero.
    private func arithmetic(
        _ operation: Expression.Operator, _ left: TemplateValue, _ right: TemplateValue, at offset: Int
    ) throws(RenderFailure) -> TemplateValue {
        if case .integer(let first) = left, case .integer(let second) = right {
            if operation == .divide || operation == .modulo, second == 0 { return .null }
            let (result, isBeyond) = whole(operation, first, second)
            if isBeyond { throw RenderFailure("the result is beyond 64 bits", at: offset) }
            return .integer(result)
        }
        guard let first = left.double, let second = right.double else { return .null }
        switch operation {
        case .add: return .number(first + second)
        case .subtract: return .number(first - second)
        case .multiply: return .number(first * second)
        case .divide: return second == 0 ? .null : .number(first / second)
        default: return second == 0 ? .null : .number(first.truncatingRemainder(dividingBy: second))
        }
    }

    private func whole(_ operation: Expression.Operator, _ left: Int, _ right: Int) -> (Int, Bool) {
        switch operation {
        case .add: left.addingReportingOverflow(right)
        case .subtract: left.subtractingReportingOverflow(right)
        case .multiply: left.multipliedReportingOverflow(by: right)
        case .divide: left.dividedReportingOverflow(by: right)
        default: left.remainderReportingOverflow(dividingBy: right)
        }
    }
}

extension Expression.Constant {
    var value: TemplateValue {
        switch self {
        case .string(let text): .string(text)
        case .boolean(let boolean): .boolean(boolean)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        }
    }
}
