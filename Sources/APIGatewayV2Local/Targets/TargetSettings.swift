/// The places of functions and backends that a file of `--targets` or `PUT /__admin/targets` names:
/// `{"functions": {"resize": "runtime:9001"}, "upstreams": {"api.example.com": "http://localhost:8080"}}`.
/// Refuses a document with every mistake at its place.

internal import APIGatewayV2
internal import JSON
internal import SocketServer

/// Functions and servers, as a document names them.
package struct TargetSettings: Sendable, Hashable {
    /// The origins of a document, which decide what it may hold.
    package enum Origin: Sendable {
        case file
        /// A request to the admin API. It may name URLs and ports alone, because each program on this machine
        /// could otherwise start others in the server's name.
        case request
    }

    package private(set) var functions: [FunctionSetting] = []
    /// By host, host and port, or ARN.
    private(set) var upstreams: [String: UpstreamTarget] = [:]
    /// The server of the Lambda Invoke API for all other functions.
    package private(set) var lambdaEndpoint: String?
    /// The server of AWS services.
    private(set) var awsEndpoint: UpstreamTarget?

    /// No targets.
    package init() {}

    /// The targets of options.
    init(
        functions: [FunctionSetting], upstreams: [String: UpstreamTarget], lambdaEndpoint: String?,
        awsEndpoint: UpstreamTarget?
    ) {
        self.functions = functions
        self.upstreams = upstreams
        self.lambdaEndpoint = lambdaEndpoint
        self.awsEndpoint = awsEndpoint
    }

    package var isEmpty: Bool { self == TargetSettings() }

    /// Reads a document. `file` is its path, for messages.
    package init(reading bytes: [UInt8], from origin: Origin, file: String? = nil) throws(DocumentError) {
        let document = try JSONDocument(reading: bytes, file: file)
        var problems = DocumentProblems()
        let place = DocumentPlace(node: document.root, path: [])
        if problems.isObject(place, members: Self.members) {
            readFunctions(place["functions"], origin, &problems)
            readUpstreams(place["upstreams"], &problems)
            lambdaEndpoint = place["lambdaEndpoint"].flatMap { place in
                problems.value(at: place) { text throws(DocumentError) in
                    try checkURL(text)
                    return text
                }
            }
            awsEndpoint = place["awsEndpoint"].flatMap { place in
                problems.value(at: place) { text throws(DocumentError) in try UpstreamTarget(parsing: text) }
            }
        }
        try problems.check(in: document, file: file)
    }

    /// Reads a file. Waits for the disk.
    package init(file path: String) throws(DocumentError) {
        let bytes = try FileSystem.document(path, expected: "a file of targets")
        try self.init(reading: bytes, from: .file, file: path)
    }

    private static let members = ["functions", "upstreams", "lambdaEndpoint", "awsEndpoint"]

    private mutating func readFunctions(
        _ place: DocumentPlace?, _ origin: Origin, _ problems: inout DocumentProblems
    ) {
        guard let place = problems.object(place, expected: #"an object such as {"resize": "runtime:9001"}"#)
        else { return }
        for (name, value) in place.members {
            if name.contains("=") {
                problems.note(value, found: quoted(name), expected: "a function's name without its ARN")
                continue
            }
            let earlier = functions
            let isObject = value.node.kind == .object
            guard let place = isObject ? problems.place(in: value) : value else { continue }
            let setting = problems.value(at: place) { text throws(DocumentError) in
                if origin == .request, text.hasPrefix("run:") {
                    throw DocumentError(
                        found: quoted(text),
                        expected:
                            "http://HOST:PORT or runtime:PORT: commands come from options and files alone")
                }
                let setting = try FunctionSetting(parsing: "\(name)=\(text)")
                try setting.checkPort(against: earlier)
                return setting
            }
            guard var setting else { continue }
            if isObject, let concurrency = value["concurrency"] {
                guard case .command = setting.target else {
                    problems.note(
                        concurrency, expected: "it with run:COMMAND alone: other runtimes are somebody else's"
                    )
                    continue
                }
                setting.concurrency = problems.count(concurrency, in: FunctionLimits.concurrencies) ?? 1
            }
            functions.append(setting)
        }
    }

    private mutating func readUpstreams(_ place: DocumentPlace?, _ problems: inout DocumentProblems) {
        let expected = #"an object such as {"api.example.com": "http://localhost:8080"}"#
        guard let place = problems.object(place, expected: expected) else { return }
        for (name, value) in place.members {
            guard let key = UpstreamTarget.key(of: name) else {
                problems.note(value, found: quoted(name), expected: UpstreamTarget.nameForm)
                continue
            }
            if upstreams[key] != nil {
                problems.note(value, found: "\(quoted(name)) twice", expected: "each host once, in any case")
                continue
            }
            let target = problems.value(at: value) { text throws(DocumentError) in
                try UpstreamTarget(parsing: text)
            }
            upstreams[key] = target
        }
    }
}

extension DocumentProblems {
    /// The place of an object, with its mistakes noted; nil for a missing member and for another value.
    fileprivate mutating func object(_ place: DocumentPlace?, expected: String) -> DocumentPlace? {
        guard let place else { return nil }
        guard place.node.kind == .object else {
            note(place, expected: expected)
            return nil
        }
        noteDuplicate(in: place)
        return place
    }

    /// The place of a function in `{"place": "run:…", "concurrency": 4}`; nil with its mistake noted.
    fileprivate mutating func place(in function: DocumentPlace) -> DocumentPlace? {
        guard isObject(function, members: ["place", "concurrency"]) else { return nil }
        if let place = function["place"] { return place }
        note(function, found: "an object without place", expected: "one with it")
        return nil
    }

    /// The whole number at `place`; nil with its mistake noted.
    fileprivate mutating func count(_ place: DocumentPlace, in range: ClosedRange<Int>) -> Int? {
        guard let count = place.node.integer, range.contains(count) else {
            note(place, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return count
    }

    /// The value that `read` makes of the text at `place`; nil with its mistake noted.
    fileprivate mutating func value<Value>(
        at place: DocumentPlace, _ read: (String) throws(DocumentError) -> Value
    ) -> Value? {
        guard let text = string(place) else { return nil }
        do throws(DocumentError) {
            return try read(text)
        } catch {
            for problem in error.problems {
                note(
                    place, found: problem.found, expected: problem.expected, suggestion: problem.suggestion)
            }
            return nil
        }
    }
}
