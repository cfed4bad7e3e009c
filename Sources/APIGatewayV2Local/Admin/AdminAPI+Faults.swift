/// `/__admin/faults`: rules are listed, added, replaced and removed. All or nothing: a body with a mistake
/// changes nothing and is answered 400 with every mistake, its line and what was expected.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension AdminAPI {
    static let faultEndpoints: [Endpoint] = [
        Endpoint(
            path: ["faults"],
            methods: [
                (.get, { admin, _ in .admin(status: 200, FaultRule.json(admin.faults.all)) }),
                (.post, { admin, call in admin.addFaults(call.request.body) }),
                (
                    .delete,
                    { admin, _ in
                        admin.faults.removeAll()
                        return HTTPResponse(status: 204)
                    }
                ),
            ]),
        Endpoint(
            path: ["faults", "{name}"],
            methods: [
                (.get, { admin, call in admin.fault(named: call.name) }),
                (.put, { admin, call in admin.putFault(named: call.name, call.request.body) }),
                (.delete, { admin, call in admin.removeFault(named: call.name) }),
            ]),
    ]

    private func addFaults(_ body: [UInt8]) -> HTTPResponse {
        refusing { () throws(FaultRuleError) in
            let taken = Set(faults.all.compactMap(\.name))
            let added = try faults.add(FaultRule.rules(reading: body, taken: taken))
            return .admin(status: 201, FaultRule.json(added))
        }
    }

    private func fault(named name: String) -> HTTPResponse {
        faults.rule(named: name).map { .admin(status: 200, $0.json) } ?? unknownFault(name)
    }

    private func putFault(named name: String, _ body: [UInt8]) -> HTTPResponse {
        refusing { () throws(FaultRuleError) in
            let rule = try FaultRule.rule(reading: body, named: name)
            return .admin(status: try faults.replace(rule) ? 200 : 201, rule.json)
        }
    }

    private func removeFault(named name: String) -> HTTPResponse {
        faults.remove(named: name) ? HTTPResponse(status: 204) : unknownFault(name)
    }

    private func unknownFault(_ name: String) -> HTTPResponse {
        let names = faults.all.compactMap(\.name)
        let nearest = nearestName(to: name, among: names).map { " Did you mean \($0)?" } ?? ""
        return .admin(
            status: 404, message: "No fault rule is called \(quoted(name)).\(nearest)",
            ["rules": .array(names.map(JSON.string))])
    }

    private func refusing(_ change: () throws(FaultRuleError) -> HTTPResponse) -> HTTPResponse {
        do throws(FaultRuleError) {
            return try change()
        } catch {
            let count = error.problems.count
            return .admin(
                status: 400,
                message:
                    "The rules have \(count == 1 ? "a mistake" : "\(count) mistakes"). Nothing was changed.",
                ["errors": .array(error.problems.map(\.json))])
        }
    }
}

extension FaultRuleProblem {
    fileprivate var json: JSON {
        var object = JSONObject()
        object["path"] = .string(pointer)
        if line > 0 {
            object["line"] = .integer(line)
            object["column"] = .integer(column)
        }
        object["found"] = .string(found)
        object["expected"] = .string(expected)
        object["suggestion"] = suggestion.map(JSON.string)
        return .object(object)
    }
}
