/// The short forms of the command line for the common rules: `10/40` and `GetIntegration:429:first=2`. They
/// make the same rules as JSON does and pass the same checks.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension FaultRule {
    /// `RATE[/BURST]`: requests a second for each account and region, above which the answer is 429. The
    /// burst is what a second brings if it is left out.
    public init(rateLimit text: String) throws(FaultRuleError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let expected = "RATE or RATE/BURST, such as 10/40"
        guard parts.count <= 2, let perSecond = decimal(parts[0]) else {
            throw FaultRuleError(found: quoted(text), expected: expected)
        }
        guard FaultLimits.ratePerSecond.contains(perSecond) else {
            throw FaultRuleError(
                found: "a rate of \(parts[0])", expected: "requests a second, from 0.0001 to 1000000")
        }
        let rate = RequestRate(perSecond: perSecond)
        var burst = rate.defaultBurst
        if parts.count == 2 {
            guard let given = number(parts[1]) else {
                throw FaultRuleError(found: quoted(text), expected: expected)
            }
            burst = given
        }
        self.init(name: "rate-limit", when: .rate(rate, burst: burst), then: .error(.tooManyRequests))
        try refuseIfWrong()
    }

    /// `OPERATION:STATUS[:first=N|every=N|after=N]`: the status's error in the service's model if it has one,
    /// and a body like the service's if not.
    public init(fail text: String) throws(FaultRuleError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let status = number(parts[1]) else {
            throw FaultRuleError(
                found: quoted(text),
                expected: "OPERATION:STATUS or OPERATION:STATUS:first=N, such as GetIntegration:429:first=2")
        }
        let when = parts.count == 3 ? try Self.trigger(parts[2]) : .always
        let then =
            FaultError(status: status).map { FaultAction.error($0) } ?? Self.plainAction(status: status)
        self.init(match: FaultMatch(operation: String(parts[0])), when: when, then: then)
        try refuseIfWrong()
    }

    private static func trigger(_ text: Substring) throws(FaultRuleError) -> FaultTrigger {
        let pair = text.split(separator: "=", omittingEmptySubsequences: false)
        if pair.count == 2, let count = number(pair[1]) {
            switch pair[0] {
            case "first": return .first(count)
            case "every": return .every(count)
            case "after": return .after(count)
            default: break
            }
        }
        let names = ["first", "every", "after"]
        throw FaultRuleError(
            found: quoted(String(text)), expected: "first=N, every=N or after=N",
            suggestion: pair.first.flatMap { nearestName(to: String($0), among: names) }.map { "\($0)=N" })
    }

    private static func plainAction(status: Int) -> FaultAction {
        // The one fault outside the model that is on record by name and text.
        if status == 500 {
            return .status(
                500, headers: [FaultHeader("x-amzn-ErrorType", "InternalServerException")],
                body: #"{"message":"Internal server error"}"#)
        }
        if status < 400 { return .status(status) }
        var body: [UInt8] = []
        JSONWriter.append(.object(["message": .string(reasonPhrase(of: status))]), to: &body)
        return .status(status, body: String(decoding: body, as: UTF8.self))
    }

    /// The first mistake in words of the short form: what is wrong stands in the message, so the path goes.
    private func refuseIfWrong() throws(FaultRuleError) {
        var problems = RuleProblems()
        check(at: [], into: &problems)
        guard let first = problems.withoutPositions.first else { return }
        throw FaultRuleError(found: first.found, expected: first.expected, suggestion: first.suggestion)
    }
}

extension FaultRuleError {
    /// One mistake in a text that is no document.
    fileprivate init(found: String, expected: String, suggestion: String? = nil) {
        self.init([
            FaultRuleProblem(
                pointer: "", position: nil, found: found, expected: expected, suggestion: suggestion)
        ])
    }
}

/// Digits alone: `Int` would take a sign too.
private func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) ? Int(text) : nil
}

/// Digits and at most one point: `Double` would take exponents and names too.
private func decimal(_ text: Substring) -> Double? {
    let isPlain = text.utf8.allSatisfy {
        $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    return isPlain ? Double(text) : nil
}
