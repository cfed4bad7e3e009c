/// The step that lets a request in or turns it away, as its route demands. Whatever goes wrong turns it away.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

extension Invoker {
    func authorize(
        _ exchange: consuming InvocationExchange, by authorization: RouteAuthorization
    ) -> Answer {
        do throws(AuthorizationRefusal) {
            switch authorization {
            case .none: return admit(exchange)
            case .iam:
                let caller = try IAMSignature.authorization(of: exchange.invocation)
                return admit(exchange, as: caller)
            case .jwt(let authorizer, let scopes):
                return try authorize(exchange, by: authorizer, scopes: scopes)
            case .function(let authorizer): return try authorize(exchange, by: authorizer)
            case .webSocket: throw AuthorizationRefusal.unusable("a handshake has its own check")
            case .unusable(let text): throw AuthorizationRefusal.unusable(text)
            }
        } catch {
            return refuse(exchange, error)
        }
    }

    private func admit(
        _ exchange: consuming InvocationExchange, as authorization: Authorization = .none
    ) -> Answer {
        exchange.invocation.authorization = authorization
        exchange.isAdmitted = true
        return throttle(exchange)
    }

    private func refuse(_ exchange: InvocationExchange, _ refusal: AuthorizationRefusal) -> Answer {
        var exchange = exchange
        exchange.authorizerError = refusal.contextError
        return finish(exchange, GatewayReply(refusal.response, cause: refusal.cause))
    }
}

// MARK: Tokens

extension Invoker {
    private func authorize(
        _ exchange: InvocationExchange, by authorizer: JWTAuthorizer, scopes: [String]
    ) throws(AuthorizationRefusal) -> Answer {
        let token = try authorizer.token(
            of: exchange.invocation, scopes: scopes, depthMax: tokenDepthMax)
        let began = traceTime(exchange)
        return keySets.key(of: token, issuer: authorizer.issuer, now: clock.emulatedTime()) { [self] found in
            var exchange = exchange
            var problem: String?
            if case .noKeys(_, let reason) = found { problem = reason }
            note(.authorizer, authorizer.issuer, error: problem, since: began, in: &exchange)
            do throws(AuthorizationRefusal) {
                let key: RSAPublicKey?
                switch found {
                case .key(let found): key = found
                case .unknown: key = nil
                case .noKeys(let problem, let reason):
                    throw authorizer.refusal(problem, exchange.invocation, scopes, reason)
                }
                let authorization = try authorizer.authorization(
                    of: token, exchange.invocation, scopes: scopes, key: key, now: clock.wallTime(),
                    verify: TokenSignature.isValid)
                return admit(exchange, as: authorization)
            } catch {
                return refuse(exchange, error)
            }
        }
    }
}

// MARK: Functions

extension Invoker {
    private func authorize(
        _ exchange: InvocationExchange, by authorizer: LambdaAuthorizer
    ) throws(AuthorizationRefusal) -> Answer {
        let invocation = exchange.invocation
        let identity = try authorizer.identity(of: invocation)
        let uri = invocation.stageVariables.substituted(in: authorizer.uri)
        let key = authorizer.cacheKey(identity, invocation, uri: uri)
        let began = traceTime(exchange)
        if let key, let known = authorizers.answer(of: key, at: clock.emulatedTime()) {
            var exchange = exchange
            note(.authorizer, authorizer.uri, since: began, in: &exchange)
            return admit(exchange, as: try known.authorization(of: invocation))
        }
        let payload = authorizer.payload(invocation, identity: identity)
        return call(uri, payload, timeout: LambdaAuthorizer.timeout, for: exchange) { [self] outcome, _ in
            var exchange = exchange
            note(.authorizer, uri, payload, outcome, since: began, in: &exchange)
            do throws(AuthorizationRefusal) {
                let answer = try authorizer.answer(outcome)
                if let key {
                    authorizers.keep(answer, of: key, until: clock.emulatedTime() + authorizer.timeToLive)
                }
                return admit(exchange, as: try answer.authorization(of: invocation))
            } catch {
                return refuse(exchange, error)
            }
        }
    }
}
