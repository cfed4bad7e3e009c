/// `/__admin/state`: the whole store, or one account's part of it, as a document in the form of fixtures. PUT
/// takes the document that GET gives. A document with a mistake changes nothing. The 400 has every mistake
/// with its place.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension AdminAPI {
    func readState(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            let account = try AdminQuery.account(of: call.request.target)
            // First makes the changes that are due by now, as every operation does.
            emulator.service.makeAllTransitions(dueAt: emulator.clock.wallTime())
            let document = StateDocument.bytes(of: emulator.store.state(account: account))
            return HTTPResponse(status: 200, contentType: "application/json", body: document)
        }
    }

    func putState(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            let account = try AdminQuery.account(of: call.request.target)
            let scope = Scope(account: account ?? defaultScope.account, region: defaultScope.region)
            var loader = FixtureLoader(defaultScope: scope)
            loader.load("state", at: .single, bytes: call.request.body)
            let loaded = loader.finish()
            var problems = loaded.problems
            if !loaded.accessKeyAccounts.isEmpty {
                problems.append(
                    DocumentProblem(
                        file: "state", pointer: "/accessKeys",
                        found: "access keys", expected: "none: they are read from fixtures alone")
                )
            }
            let others = Set(loaded.state.keys.map(\.account)).filter { $0 != account }.sorted()
            if let account, let other = others.first {
                problems.append(
                    DocumentProblem(
                        file: "state", pointer: "/",
                        found: "account \(quoted(other))", expected: "\(quoted(account)) alone"))
            }
            guard problems.isEmpty else { return refusal(of: problems) }
            emulator.store.replace(with: loaded.state, account: account)
            emulator.storedSettings.noteAll()
            return HTTPResponse(status: 204)
        }
    }

    private func refusal(of problems: [DocumentProblem]) -> HTTPResponse {
        let count = problems.count == 1 ? "a mistake" : "\(problems.count) mistakes"
        return .admin(
            status: 400, message: "The state has \(count). Nothing was changed.",
            ["errors": .array(problems.map(\.messageJSON))])
    }
}
