/// `/__admin/invocations`: the journal's calls of deployed APIs, a line for each in a list, and everything
/// about one of them by its `Apigw-Requestid`. The filters are those of `/__admin/requests`.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import SocketServer

extension AdminAPI {
    func listInvocations(_ call: AdminCall) -> Answer {
        answerWhenFound(
            call.request, parameters: JournalFilter.parametersOfInvocations, of: \.forInvocations
        ) { filter throws(JournalError) in
            try emulator.journal.invocations(filter)
        } document: { reports in
            .admin(
                status: 200,
                .object([
                    "invocations": .array(reports.map { .object($0.summary) }),
                    "overwritten": .integer(emulator.journal.overwrittenCount),
                    "capacity": .integer(emulator.journal.limits.entriesMax),
                ]))
        }
    }

    func readInvocation(_ call: AdminCall) -> HTTPResponse {
        answering { () throws(JournalError) in
            try emulator.journal.invocation(requestID: call.name).map { .admin(status: 200, $0.json) }
        } otherwise: {
            missingEntry(call.name, "invocation")
        }
    }

    func removeInvocations(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            emulator.journal.removeAll(of: .invoke, account: try AdminQuery.account(of: call.request.target))
            return HTTPResponse(status: 204)
        }
    }
}
