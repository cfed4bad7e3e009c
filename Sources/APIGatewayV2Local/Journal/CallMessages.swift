/// The messages of one call of a deployed API: by reference while the call goes on, and as bytes in the
/// journal (`JournalSlabs.swift`).

internal import APIGatewayV2Invoke
internal import HTTPWire

/// The messages of a call, by reference.
struct CallMessages: Sendable {
    /// The identifier in the answer.
    let requestID: String
    /// The request, with the part of its body that the journal keeps.
    let request: HTTPRequest
    /// The body of the answer, even if a fault cuts it off.
    let answer: JournalBody
    let answerFields: HTTPFields
    /// The calls of the authorizer and the integration.
    let steps: [InvocationStep]

    /// Appends the messages, but for the identifier.
    func pack(into packer: inout OutputSpan<UInt8>) {
        packer.append(request)
        packer.append(answer)
        packer.append(answerFields)
        packer.append(count: steps.count)
        for step in steps { packer.append(step, beside: answer) }
    }

    /// At least the bytes of the packed messages.
    var byteCount: Int {
        var bytes = request.fields.byteCount + request.body.count + request.trailers.byteCount
        bytes += request.target.text.utf8.count + (request.target.authority?.utf8.count ?? 0)
        bytes += requestID.utf8.count + request.method.rawValue.utf8.count
        bytes += answer.bytes.count + answerFields.byteCount
        for step in steps { bytes += step.byteCount }
        return bytes + Self.countsRoom
    }

    /// Room for the version of eight bytes, and for the counts before each part.
    private static let countsRoom = 8 + 16 * PackedRoom.count
}

/// The messages of a call as bytes of the journal. Each reader makes the parts anew.
struct PackedMessages: Sendable {
    let requestID: String
    /// Begins with the messages, and may go on behind them.
    private let start: ByteUnpacker

    init(_ requestID: String, rest: ByteUnpacker) { (self.requestID, start) = (requestID, rest) }

    var request: HTTPRequest {
        var unpacker = start
        return unpacker.request()
    }

    var answer: JournalBody {
        var unpacker = start
        unpacker.skipRequest()
        return unpacker.body()
    }

    /// All messages.
    var whole: CallMessages {
        var unpacker = start
        let (request, answer, fields) = (unpacker.request(), unpacker.body(), unpacker.fields())
        let steps = (0..<unpacker.count()).map { _ in unpacker.step(beside: answer) }
        return CallMessages(
            requestID: requestID, request: request, answer: answer, answerFields: fields, steps: steps)
    }
}

// MARK: The packed form

extension OutputSpan<UInt8> {
    fileprivate mutating func append(_ request: HTTPRequest) {
        append(request.method.rawValue)
        append(request.target.text)
        append(request.target.authority)
        append(request.version.rawValue)
        append(request.fields)
        append(request.body)
        append(request.trailers)
    }

    fileprivate mutating func append(_ body: JournalBody) {
        append(count: body.count)
        append(body.bytes)
    }

    /// Most answers of backends have the body that the gateway answers with. It is packed once.
    fileprivate mutating func append(_ step: InvocationStep, beside answer: JournalBody) {
        append(step.part == .authorizer)
        append(step.target)
        append(step.error)
        append(step.start)
        append(step.duration)
        switch step.sent {
        case nil: append(count: 0)
        case .event(let body):
            append(count: 1)
            append(body)
        case .request(let method, let url, let fields, let body):
            append(count: 2)
            append(method)
            append(url)
            append(fields)
            append(body)
        }
        switch step.received {
        case nil: append(count: 0)
        case .payload(let body):
            append(count: 1)
            append(body)
        case .response(let status, let fields, let body):
            let isAnswer = body == answer
            append(count: isAnswer ? 3 : 2)
            append(count: status)
            append(fields)
            if !isAnswer { append(body) }
        }
    }
}

extension ByteUnpacker {
    fileprivate mutating func request() -> HTTPRequest {
        let (method, text, authority) = (text(), text(), optionalText())
        let version = HTTPVersion(rawValue: self.text()) ?? .http11
        return HTTPRequest(
            method: HTTPMethod(rawValue: method), target: RequestTarget(recorded: text, authority),
            version: version, fields: fields(), body: data(), trailers: fields())
    }

    fileprivate mutating func skipRequest() {
        skipData()
        skipData()
        if flag() { skipData() }
        skipData()
        skipFields()
        skipData()
        skipFields()
    }

    fileprivate mutating func body() -> JournalBody {
        let count = count()
        return JournalBody(data(), of: count)
    }

    fileprivate mutating func step(beside answer: JournalBody) -> InvocationStep {
        let part: InvocationStep.Part = flag() ? .authorizer : .integration
        let (target, error, start, duration) = (text(), optionalText(), duration(), duration())
        let sent: InvocationStep.Sent? =
            switch count() {
            case 0: nil
            case 1: .event(body())
            default: .request(method: text(), url: text(), fields: fields(), body: body())
            }
        let received: InvocationStep.Received?
        switch count() {
        case 0: received = nil
        case 1: received = .payload(body())
        case let kind:
            let (status, fields) = (count(), fields())
            received = .response(status: status, fields: fields, body: kind == 3 ? answer : body())
        }
        return InvocationStep(
            part, target, sent: sent, received: received, error: error, start: start, duration: duration)
    }
}

extension RequestTarget {
    /// The target of a request that was answered, with its text and authority.
    fileprivate init(recorded text: String, _ authority: String?) {
        do throws(HTTPParseError) {
            let parsed = try RequestTarget(parsing: text, isQueryLenient: true)
            self.init(
                text: text, pathSegments: parsed.pathSegments, queryItems: parsed.queryItems,
                authority: authority, queryMistake: parsed.queryMistake)
        } catch {
            // A call that was refused for its target.
            self.init(refused: text)
        }
    }
}
