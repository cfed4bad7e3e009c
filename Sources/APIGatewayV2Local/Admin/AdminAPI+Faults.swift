/// `/__admin/faults`: lists, adds, replaces and removes rules. A body with a mistake changes nothing. Its 400
/// has every mistake, with the line and the expected value.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension AdminAPI {
    func listFaults(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            let reports = emulator.faults.reports(account: try AdminQuery.account(of: call.request.target))
            return .admin(status: 200, .object(["rules": .array(reports.map(\.summary))]))
        }
    }

    func addFaults(_ call: AdminCall) -> HTTPResponse {
        inAccount(of: call) { account throws(DocumentError) in
            let taken = Set(emulator.faults.all.compactMap(\.key))
            let rules = try FaultRule.rules(reading: call.request.body, taken: taken, account: account)
            return .admin(status: 201, FaultRule.json(try emulator.faults.add(rules)))
        }
    }

    func removeFaults(_ call: AdminCall) -> HTTPResponse {
        inAccount(of: call) { account throws(DocumentError) in
            if let account { emulator.faults.removeAll(of: account) } else { emulator.faults.removeAll() }
            return HTTPResponse(status: 204)
        }
    }

    func readFault(_ call: AdminCall) -> HTTPResponse {
        inAccount(of: call) { account throws(DocumentError) in
            emulator.faults.report(on: call.name, account: account).map { .admin(status: 200, $0.json) }
                ?? unknownFault(call.name, account)
        }
    }

    func putFault(_ call: AdminCall) -> HTTPResponse {
        inAccount(of: call) { account throws(DocumentError) in
            let rule = try FaultRule.rule(reading: call.request.body, named: call.name, account: account)
            return .admin(status: try emulator.faults.replace(rule) ? 200 : 201, rule.json)
        }
    }

    /// Turns a rule on or off.
    func switchFault(_ call: AdminCall) -> HTTPResponse {
        inAccount(of: call) { account throws(DocumentError) in
            let isOn = try FaultRule.isEnabled(reading: call.request.body)
            guard emulator.faults.setEnabled(isOn, named: call.name, account: account) != nil,
                let report = emulator.faults.report(on: call.name, account: account)
            else { return unknownFault(call.name, account) }
            return .admin(status: 200, report.json)
        }
    }

    func removeFault(_ call: AdminCall) -> HTTPResponse {
        inAccount(of: call) { account throws(DocumentError) in
            emulator.faults.remove(named: call.name, account: account)
                ? HTTPResponse(status: 204) : unknownFault(call.name, account)
        }
    }

    /// The 404 for an unknown name, with the names that exist, or with the account that has the name.
    private func unknownFault(_ name: String, _ account: String?) -> HTTPResponse {
        let keys = emulator.faults.all.compactMap(\.key)
        let names = keys.filter { $0.account == account }.map(\.name)
        let elsewhere = account == nil ? keys.first { $0.name == name }?.account : nil
        var hint = nearestName(to: name, among: names).map { " Did you mean \($0)?" } ?? ""
        if let elsewhere { hint = " Account \(elsewhere) has one: add ?account=\(elsewhere)." }
        let place = account.map { " of account \($0)" } ?? ""
        return .admin(
            status: 404, message: "No fault rule\(place) is called \(quoted(name)).\(hint)",
            ["rules": .array(names.map(JSON.string))])
    }

    private func inAccount(
        of call: AdminCall, _ answer: (_ account: String?) throws(DocumentError) -> HTTPResponse
    ) -> HTTPResponse {
        var account: String?
        do throws(DocumentError) {
            account = try AdminQuery.account(of: call.request.target)
        } catch {
            return refusal(error, of: "The query")
        }
        return refusing("The rules") { () throws(DocumentError) in try answer(account) }
    }
}

extension AdminAPI {
    /// Returns the response of `change`, or the refusal of a change that throws. `subject` names the refused
    /// document.
    func refusing(_ subject: String, _ change: () throws(DocumentError) -> HTTPResponse) -> HTTPResponse {
        do throws(DocumentError) {
            return try change()
        } catch {
            return refusal(error, of: subject, ". Nothing was changed.")
        }
    }

    /// A 400 with the mistakes of `subject`: as one sentence that ends in `ending`, and as a list.
    func refusal(_ error: DocumentError, of subject: String, _ ending: String = ".") -> HTTPResponse {
        let count = error.problems.count
        let verb = subject.hasSuffix("s") ? "have" : "has"
        return .admin(
            status: 400,
            message: "\(subject) \(verb) \(count == 1 ? "a mistake" : "\(count) mistakes")\(ending)",
            ["errors": .array(error.problems.map(\.json))])
    }
}
