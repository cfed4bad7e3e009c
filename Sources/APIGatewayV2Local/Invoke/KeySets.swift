/// The public keys of token issuers: fetched by the issuer's discovery document as the service does. A set is
/// kept for two hours, and fetched again for a key that it does not have. Source: developer guide, "Control
/// access to HTTP APIs with JWT authorizers".

internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer
internal import Synchronization

/// Key sets by issuer.
final class KeySets: Sendable {
    /// The result of the search for a token's key.
    enum Found: Sendable {
        case key(RSAPublicKey)
        case unknown
        /// No key set can be had: `problem` is for the client, `reason` for the log.
        case noKeys(JWTProblem, reason: String)
    }

    private struct Entry {
        let keys: JWKS
        let fetched: Duration
    }

    /// Time after a fetch in which an unknown key does not lead to another fetch.
    private static let refetchPause = Duration.seconds(60)

    private let fixed: IssuerKeys
    private let backends: Backends
    private let fetched = Mutex<[String: Entry]>([:])
    private let issuersMax: Int

    /// `fixed` are key sets that need no network. At `issuersMax` the fetched ones are forgotten.
    init(fixed: IssuerKeys, backends: Backends, issuersMax: Int) {
        self.fixed = fixed
        self.backends = backends
        self.issuersMax = issuersMax
    }

    /// The key of `token`. `now` is the emulator's time. `then` is told once, on the thread of the
    /// connection's loop, and gives the answer.
    func key(
        of token: JWT, issuer: String, now: Duration, then: @escaping @Sendable (Found) -> Answer
    ) -> Answer {
        if let keys = fixed.value(of: issuer) {
            return then(keys.key(token.keyId).map(Found.key) ?? .unknown)
        }
        if let entry = fetched.withLock({ $0[issuer] }), now - entry.fetched < JWKS.timeToLive {
            if let key = entry.keys.key(token.keyId) { return then(.key(key)) }
            if now - entry.fetched < Self.refetchPause { return then(.unknown) }
        }
        return get(JWKS.discoveryURL(issuer: issuer)) { [self] document in
            switch document {
            case .failure(let failure): return then(.noKeys(.discovery, reason: failure.reason))
            case .success(let document):
                guard let url = JWKS.keySetURL(in: document) else {
                    let reason = "the discovery document of \(issuer) names no jwks_uri"
                    return then(.noKeys(.discovery, reason: reason))
                }
                return get(url) { [self] document in
                    then(found(document, url: url, token, issuer, now))
                }
            }
        }
    }

    private func found(
        _ document: Result<[UInt8], FetchFailure>, url: String, _ token: JWT, _ issuer: String,
        _ now: Duration
    ) -> Found {
        switch document {
        case .failure(let failure): return .noKeys(.keySet, reason: failure.reason)
        case .success(let bytes):
            guard let keys = JWKS(bytes) else { return .noKeys(.keySet, reason: "\(url) is no key set") }
            fetched.withLock { fetched in
                if fetched.count >= issuersMax { fetched = [:] }
                fetched[issuer] = Entry(keys: keys, fetched: now)
            }
            return keys.key(token.keyId).map(Found.key) ?? .unknown
        }
    }

    private struct FetchFailure: Error {
        let reason: String
    }

    private func get(
        _ url: String, then: @escaping @Sendable (Result<[UInt8], FetchFailure>) -> Answer
    ) -> Answer {
        var fields = HTTPFields()
        fields.append("Accept", "application/json")
        let upstream: UpstreamTarget?
        switch backends.route(toPublic: url) {
        case .refused(let cause): return then(.failure(FetchFailure(reason: cause)))
        case .direct: upstream = nil
        case .through(let found): upstream = found
        }
        let request = BackendRequest(method: .get, url: url, fields: fields, body: [])
        var outgoing = backends.outgoing(request, to: upstream, timeout: JWKS.timeout)
        outgoing.bodyBytesMax = JWKS.documentBytesMax
        return .call(
            OutgoingCall(outgoing) { result in
                switch result {
                case .success(let response) where response.status == 200: then(.success(response.body))
                case .success(let response):
                    then(.failure(FetchFailure(reason: "\(url) answered \(response.status)")))
                case .failure(let failure): then(.failure(FetchFailure(reason: "\(url): \(failure)")))
                }
            })
    }
}

/// The check of a token's signature by OpenSSL.
enum TokenSignature {
    /// False also where OpenSSL cannot be loaded.
    static func isValid(_ token: JWT, _ key: RSAPublicKey) -> Bool {
        let hash: RSASignature.Hash =
            switch token.algorithm {
            case .rs256: .sha256
            case .rs384: .sha384
            case .rs512: .sha512
            }
        do throws(TLSError) {
            return try RSASignature.verify(
                token.signature, of: token.signedBytes, hash: hash, modulus: key.modulus,
                exponent: key.exponent)
        } catch {
            return false
        }
    }
}
