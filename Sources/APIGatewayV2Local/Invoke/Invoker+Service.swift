/// Integrations that call an action of an AWS service, such as SQS-SendMessage, at the endpoint that the user
/// names. The requests carry a signature's form without a secret, because emulators read the region and the
/// account from it.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// The endpoints of AWS services.
struct AWSServices: Sendable {
    /// That of the option; nil for none.
    private let endpoint: UpstreamTarget?
    /// Behind all others.
    private let variables: ServiceVariables
    private let book: TargetBook

    /// `book` has the endpoints that may change.
    init(endpoint: UpstreamTarget?, variables: ServiceVariables, book: TargetBook) {
        self.endpoint = endpoint
        self.variables = variables
        self.book = book
    }

    /// The server of a service, by its name in signatures; nil refuses integrations that call it.
    func endpoint(of service: String) -> UpstreamTarget? {
        let layers = book.current
        return layers?.added.settings.awsEndpoint ?? endpoint ?? layers?.file.settings.awsEndpoint
            ?? variables.services[service] ?? variables.others
    }
}

extension Invoker {
    func callService(
        _ exchange: InvocationExchange, _ integration: DeployedIntegration, _ action: ServiceAction
    ) -> Answer {
        let arrived = traceTime(exchange)
        let call: ServiceCall
        do throws(ServiceCall.Problem) {
            call = try action.call(for: exchange.invocation, limits: mappingLimits)
        } catch {
            return finish(exchange, error.reply)
        }
        guard let endpoint = targets.services.endpoint(of: call.service) else {
            let cause =
                "\(action.subtype.rawValue) has no endpoint: add --aws-endpoint http://localhost:4566"
            return complete(exchange, integration, GatewayReply(.internalServerError, cause: cause))
        }
        var called = exchange
        called.noteMapping(traceTime(exchange) - arrived)
        var request = OutgoingRequest(
            call.method, endpoint.serviceURL(call.target), fields: call.fields, body: call.body)
        request.fields.append(
            "Authorization", Self.credential(of: exchange, service: call.service, region: call.region))
        request.timeout = integration.timeout
        request.outlastsStop = true
        request.bodyBytesMax = callLimits.backendBodyBytesMax
        let (sent, mapped, began) = (request, called, clock.monotonicTime())
        return .call(
            OutgoingCall(sent) { [self] result in
                var exchange = mapped
                let outcome = BackendOutcome(result, of: sent, isMapped: true)
                let reply = call.reply(to: outcome)
                exchange.integration = IntegrationOutcome(
                    outcome, latency: clock.monotonicTime() - began, error: reply.cause)
                note(sent, result, since: began, in: &exchange)
                return complete(exchange, integration, reply)
            })
    }

    /// The account's number stands in for an access key, as emulators read it.
    static func credential(of exchange: InvocationExchange, service: String, region: String) -> String {
        let date = CivilDate(daysSince1970: Int(exchange.invocation.time.components.seconds / 86_400)).digits
        return "AWS4-HMAC-SHA256 Credential=\(exchange.stage.scope.account)/\(date)/\(region)/"
            + "\(service)/aws4_request, SignedHeaders=host, Signature=none"
    }
}

extension CivilDate {
    /// `20261127`.
    fileprivate var digits: String { String(year * 10_000 + month * 100 + day) }
}
