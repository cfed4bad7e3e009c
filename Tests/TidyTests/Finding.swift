/// What a rule has to say, in the form that editors and compilers use: `path:line: message`.

struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

extension SwiftSource {
    /// A finding at the line with this index in `lines`.
    func finding(at index: Int, _ message: String) -> Finding {
        Finding(path: path, line: index + 1, message: message)
    }
}
