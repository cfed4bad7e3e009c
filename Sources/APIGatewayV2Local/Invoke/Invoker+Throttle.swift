/// The step that holds a request to the rate limits of its account, stage and route.

internal import APIGatewayV2Invoke
internal import SocketServer

extension Invoker {
    func throttle(_ exchange: consuming InvocationExchange) -> Answer {
        let routeKey = exchange.invocation.routeKey
        guard throttles.admits(routeKey, of: exchange.stage, at: clock.emulatedTime()) else {
            return finish(
                exchange,
                GatewayReply(
                    .throttled,
                    cause: "route \(routeKey) of stage \(exchange.stage.settings.name) is above its limit"))
        }
        return meetFaults(exchange)
    }
}
