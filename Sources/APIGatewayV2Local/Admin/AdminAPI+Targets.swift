/// `/__admin/targets`: the places to which invocations go. PUT takes URLs and ports alone. A document with a
/// mistake changes nothing, and the 400 has every mistake with its place.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import SocketServer

extension AdminAPI {
    func showTargets(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            try AdminQuery(call.request.target, names: []).check()
            let settings = emulator.targets.settings
            let book = emulator.targets
            let sources = [
                ("variable", book.variables), ("file", settings.file), ("option", book.options),
                ("request", settings.added),
            ]
            return .admin(status: 200, TargetSettings.json(of: sources))
        }
    }

    /// Replaces the targets on another thread. The answer is a wait for the end of that.
    func putTargets(_ call: AdminCall) -> Answer {
        let settings: TargetSettings
        do throws(DocumentError) {
            try AdminQuery(call.request.target, names: []).check()
        } catch {
            return .reply(Reply(refusal(error, of: "The query", ". Nothing was changed.")))
        }
        do throws(DocumentError) {
            settings = try TargetSettings(reading: call.request.body, from: .request)
        } catch {
            return .reply(Reply(refusal(error, of: "The targets", ". Nothing was changed.")))
        }
        let ticket = Ticket()
        emulator.targets.replaceAdded(by: settings) { error in
            ticket.complete { .reply(Reply(response(to: error))) }
        }
        return .wait(
            Wait(for: ticket, atMost: ReloadLimits.answerTimeMax) { _ in
                .reply(Reply(.admin(status: 503, message: "The change has not ended yet. It goes on.")))
            })
    }

    private func response(to error: DocumentError?) -> HTTPResponse {
        guard let error else { return HTTPResponse(status: 204) }
        return refusal(error, of: "The targets", ". Nothing was changed.")
    }
}

extension TargetSettings {
    /// `{"functions": {"resize": {"place": "runtime:9001", "from": "option"}}, "upstreams": {…}}`. A later
    /// source stands before an earlier one.
    fileprivate static func json(of sources: [(name: String, settings: TargetSettings)]) -> JSON {
        var functions: [String: JSON] = [:]
        var upstreams: [String: JSON] = [:]
        var document: JSONObject = ["functions": .null, "upstreams": .null]
        for (name, settings) in sources {
            func entry(_ place: String) -> JSON { ["place": .string(place), "from": .string(name)] }
            for function in settings.functions {
                var entry: JSONObject = ["place": .string(function.target.text), "from": .string(name)]
                if function.concurrency > 1 { entry["concurrency"] = .integer(function.concurrency) }
                functions[function.key] = .object(entry)
            }
            for (host, target) in settings.upstreams { upstreams[host] = entry(target.text) }
            if let endpoint = settings.lambdaEndpoint { document["lambdaEndpoint"] = entry(endpoint) }
            if let endpoint = settings.awsEndpoint { document["awsEndpoint"] = entry(endpoint.text) }
        }
        document["functions"] = object(functions)
        document["upstreams"] = object(upstreams)
        return .object(document)
    }

    private static func object(_ members: [String: JSON]) -> JSON {
        .object(
            JSONObject(
                members.sorted { $0.key < $1.key }.map { JSONObject.Member(name: $0.key, value: $0.value) }))
    }
}

extension FunctionSetting.Target {
    /// The form of the command line.
    fileprivate var text: String {
        switch self {
        case .url(let url): url
        case .runtime(let port): "runtime:\(port)"
        case .command(let command): "run:\(command)"
        }
    }
}
