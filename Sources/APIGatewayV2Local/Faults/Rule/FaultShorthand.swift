/// The short forms of the command line for the common rules: `10/40`, `GetIntegration:429:first=2`,
/// `GET /pets/{id}:503` and `GetIntegration:3s`. They make the same rules as JSON and pass the same checks.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension FaultRule {
    /// `RATE[/BURST]`: requests a second for each account and region, above which the answer is 429. Without
    /// a burst it is the number of requests of one second.
    public init(rateLimit text: String) throws(DocumentError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let expected = "RATE or RATE/BURST, such as 10/40"
        guard parts.count <= 2, let perSecond = plainDecimal(parts[0]) else {
            throw DocumentError(found: quoted(text), expected: expected)
        }
        guard FaultLimits.ratePerSecond.contains(perSecond) else {
            throw DocumentError(
                found: "a rate of \(parts[0])", expected: "requests a second, from 0.0001 to 1000000")
        }
        let rate = RequestRate(perSecond: perSecond)
        var burst = rate.defaultBurst
        if parts.count == 2 {
            guard let given = parts[1].wholeNumber else {
                throw DocumentError(found: quoted(text), expected: expected)
            }
            burst = given
        }
        self.init(name: "rate-limit", when: .rate(rate, burst: burst), then: .error(.tooManyRequests))
        try refuseIfWrong()
    }

    /// `OPERATION:STATUS` or `OPERATION:ERROR`, or the same of a route such as `GET /pets/{id}`. Behind
    /// it is any sensible combination of `:first=N`, `:every=N`, `:after=N`, `:p=0.05`, `:seed=N` and
    /// `:attempt=N`. A status gives its error if there is one, else a body like the service's.
    public init(fail text: String) throws(DocumentError) {
        let parts = ShorthandParts(text)
        guard let effect = parts.effect, let then = Self.failure(effect, of: parts.plane) else {
            throw DocumentError(
                found: quoted(text),
                expected: parts.plane == .control
                    ? "OPERATION:STATUS or OPERATION:STATUS:first=N, such as GetIntegration:429:first=2"
                    : "ROUTE:STATUS or ROUTE:STATUS:first=N, such as GET /pets/{id}:503:first=2",
                suggestion: parts.effect.flatMap {
                    nearestName(to: String($0), among: parts.plane.errorNames)
                })
        }
        let options = try ShorthandOptions(parts.options)
        self.init(match: try parts.match(options), when: try options.trigger(), then: then)
        try refuseIfWrong()
    }

    /// `OPERATION:TIME` or `ROUTE:TIME`, or with `TIME-TIME` for times from a range, with the options of a
    /// failure.
    public init(delay text: String) throws(DocumentError) {
        let parts = ShorthandParts(text)
        let times = parts.effect.map { times in
            times.split(separator: "-", omittingEmptySubsequences: false).map {
                Duration(ruleText: String($0))
            }
        }
        guard let times, (1...2).contains(times.count), let low = times[0], let high = times[times.count - 1]
        else {
            throw DocumentError(
                found: quoted(text),
                expected: parts.plane == .control
                    ? "OPERATION:TIME or OPERATION:TIME-TIME, such as GetIntegration:3s or *:100ms-300ms"
                    : "ROUTE:TIME or ROUTE:TIME-TIME, such as GET /pets/{id}:3s or $default:100ms-300ms")
        }
        guard low <= high else {
            throw DocumentError(
                found: "\(low.ruleText) to \(high.ruleText)", expected: "the shorter time first")
        }
        let options = try ShorthandOptions(parts.options)
        let isRange = times.count == 2
        self.init(
            match: try parts.match(options),
            when: try options.trigger(isSeedUsed: isRange),
            then: .delay(isRange ? .uniform(low...high, seed: options.seed ?? 0) : .fixed(low)))
        try refuseIfWrong()
    }

    private static func failure(_ text: Substring, of plane: Plane) -> FaultAction? {
        if plane == .invoke {
            if let error = FaultGatewayError(rawValue: String(text)) { return .gateway(error) }
            guard let status = text.wholeNumber else { return nil }
            return FaultGatewayError(status: status).map { .gateway($0) } ?? plainAction(status: status)
        }
        if let error = FaultError(rawValue: String(text)) { return .error(error) }
        guard let status = text.wholeNumber else { return nil }
        return FaultError(status: status).map { .error($0) } ?? plainAction(status: status)
    }

    private static func plainAction(status: Int) -> FaultAction {
        if status < 400 { return .status(status) }
        var body: [UInt8] = []
        JSONWriter.append(.object(["message": .string(reasonPhrase(of: status))]), to: &body)
        return .status(status, body: String(decoding: body, as: UTF8.self))
    }

    /// Throws the first mistake without its path, because the message names the wrong part.
    private func refuseIfWrong() throws(DocumentError) {
        var problems = DocumentProblems()
        check(at: [], into: &problems)
        guard let first = problems.withoutPositions.first else { return }
        throw DocumentError(found: first.found, expected: first.expected, suggestion: first.suggestion)
    }
}

/// The parts of a short form: an operation or a route, its status or time, and the options.
private struct ShorthandParts {
    /// `invoke` for a route. Its key has a space or is `$default`, and no operation has either.
    let plane: Plane
    private let subject: String
    /// The status or the time; nil if there is none.
    let effect: Substring?
    let options: ArraySlice<Substring>

    init(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        plane = text.contains(" ") || text.hasPrefix("$") ? .invoke : .control
        // The path of a route may have colons, and no equals sign.
        let place = plane == .control ? 1 : parts.lastIndex { !$0.contains("=") } ?? 0
        subject = parts.prefix(max(1, place)).joined(separator: ":")
        effect = place > 0 && place < parts.count ? parts[place] : nil
        options = parts.dropFirst(place + 1)
    }

    func match(_ options: ShorthandOptions) throws(DocumentError) -> FaultMatch {
        if plane == .control { return FaultMatch(operation: subject, attempt: options.attempt) }
        guard options.attempt == nil else {
            throw DocumentError(
                found: "attempt=N of a route", expected: "it for an operation alone, whose client is an SDK")
        }
        return FaultMatch(plane: .invoke, route: subject)
    }
}

/// The options of a short form, each as `name=value`.
private struct ShorthandOptions {
    private static let names = ["first", "every", "after", "p", "seed", "attempt"]
    private static let expected = "first=N, every=N, after=N, p=0.05, seed=N or attempt=N"

    private var when: FaultTrigger?
    private var probability: Double?
    var seed: UInt64?
    var attempt: Int?

    init(_ parts: ArraySlice<Substring>) throws(DocumentError) {
        for part in parts {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let value = plainDecimal(pair[1]), try take(pair[0], pair[1], value) else {
                throw DocumentError(
                    found: quoted(String(part)), expected: Self.expected,
                    suggestion: pair.first.flatMap { nearestName(to: String($0), among: Self.names) }.map {
                        "\($0)=N"
                    })
            }
        }
    }

    /// Reads one option. Returns whether its name and value are valid.
    private mutating func take(
        _ name: Substring, _ text: Substring, _ value: Double
    ) throws(DocumentError) -> Bool {
        let isTaken = name == "attempt" ? attempt != nil : name == "seed" ? seed != nil : hasTrigger
        if isTaken, Self.names.contains(String(name)) {
            throw DocumentError(found: "\(name) beside another", expected: "one of a kind")
        }
        if name == "p" {
            probability = value
            return true
        }
        guard let count = text.wholeNumber else { return false }
        switch name {
        case "first": when = .first(count)
        case "every": when = .every(count)
        case "after": when = .after(count)
        case "seed": seed = UInt64(count)
        case "attempt": attempt = count
        default: return false
        }
        return true
    }

    private var hasTrigger: Bool { when != nil || probability != nil }

    /// The trigger of the options. With `isSeedUsed` a seed is useful without a probability too.
    func trigger(isSeedUsed: Bool = false) throws(DocumentError) -> FaultTrigger {
        if let probability { return .probability(probability, seed: seed ?? 0) }
        if seed != nil, !isSeedUsed {
            throw DocumentError(found: "seed without p", expected: "p=0.05:seed=N")
        }
        return when ?? .always
    }
}

/// A number of digits and at most one point. `Double` would also read exponents and names.
func plainDecimal(_ text: Substring) -> Double? {
    let isPlain = text.utf8.allSatisfy {
        $0 == UInt8(ascii: ".") || $0.isDigit
    }
    return isPlain ? Double(text) : nil
}
