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

    /// The ends of the last fetches from an issuer. Times are the emulator's.
    private struct Entry {
        var keys: (set: JWKS, fetched: Duration)?
        /// Nil after a fetch that gave keys.
        var failure: (Failure, time: Duration)?
    }

    private struct Failure: Error {
        let problem: JWTProblem
        let reason: String
    }

    private typealias Fetched = Result<JWKS, Failure>

    /// Time after a fetch in which an unknown key does not lead to another fetch.
    private static let refetchPause = Duration.seconds(60)

    private let fixed: IssuerKeys
    private let backends: Backends
    private let entries = Mutex<[String: Entry]>([:])
    private let flights = SingleFlight<Fetched>()
    private let issuersMax: Int
    private let failurePause: Duration

    /// `fixed` are key sets that need no network. At `issuersMax` the fetched ones are forgotten. An
    /// issuer is not asked again for `failurePause` after a failure.
    init(fixed: IssuerKeys, backends: Backends, issuersMax: Int, failurePause: Duration) {
        self.fixed = fixed
        self.backends = backends
        self.issuersMax = issuersMax
        self.failurePause = failurePause
    }

    /// The key of `token`. `now` is the emulator's time, which never goes back. `then` is told once, on the
    /// thread of the connection's loop, and gives the answer.
    func key(
        of token: JWT, issuer: String, now: Duration, then: @escaping @Sendable (Found) -> Answer
    ) -> Answer {
        if let keys = fixed.value(of: issuer) {
            return then(keys.key(token.keyId).map(Found.key) ?? .unknown)
        }
        if let known = known(token, issuer, now) { return then(known) }
        return flights.answer(
            for: issuer,
            fetch: { [self] end in
                // Another request may have ended a fetch since the look-up.
                if let ended = ended(issuer, since: now) { return end(ended) }
                return fetch(issuer) { [self] fetched in
                    keep(fetched, of: issuer, at: now)
                    return end(fetched)
                }
            },
            then: { fetched in
                switch fetched {
                case .success(let keys): then(keys.key(token.keyId).map(Found.key) ?? .unknown)
                case .failure(let failure): then(.noKeys(failure.problem, reason: failure.reason))
                }
            })
    }

    /// The result without a fetch; nil if a fetch is needed.
    private func known(_ token: JWT, _ issuer: String, _ now: Duration) -> Found? {
        guard let entry = entries.withLock({ $0[issuer] }) else { return nil }
        if let (keys, fetched) = entry.keys, now - fetched < JWKS.timeToLive {
            if let key = keys.key(token.keyId) { return .key(key) }
            if now - fetched < Self.refetchPause { return .unknown }
        }
        guard let (failure, time) = entry.failure, (.zero..<failurePause).contains(now - time) else {
            return nil
        }
        return .noKeys(failure.problem, reason: "\(failure.reason); the issuer is not asked again yet")
    }

    /// The end of a fetch from `time` on; nil if there was none.
    private func ended(_ issuer: String, since time: Duration) -> Fetched? {
        guard let entry = entries.withLock({ $0[issuer] }) else { return nil }
        if let (failure, failed) = entry.failure, failed >= time { return .failure(failure) }
        if let (keys, fetched) = entry.keys, fetched >= time { return .success(keys) }
        return nil
    }

    private func keep(_ fetched: Fetched, of issuer: String, at time: Duration) {
        entries.withLock { entries in
            if entries.count >= issuersMax, entries[issuer] == nil { entries = [:] }
            switch fetched {
            case .success(let keys): entries[issuer] = Entry(keys: (keys, time))
            case .failure(let failure): entries[issuer, default: Entry()].failure = (failure, time)
            }
        }
    }
}

// MARK: The fetch

extension KeySets {
    private func fetch(_ issuer: String, then: @escaping @Sendable (Fetched) -> Answer) -> Answer {
        get(JWKS.discoveryURL(issuer: issuer)) { [self] document in
            switch document {
            case .failure(let failure):
                return then(.failure(Failure(problem: .discovery, reason: failure.reason)))
            case .success(let document):
                guard let url = JWKS.keySetURL(in: document) else {
                    let reason = "the discovery document of \(issuer) names no jwks_uri"
                    return then(.failure(Failure(problem: .discovery, reason: reason)))
                }
                return get(url) { document in then(Self.keys(in: document, from: url)) }
            }
        }
    }

    private static func keys(in document: Result<[UInt8], FetchFailure>, from url: String) -> Fetched {
        switch document {
        case .failure(let failure): .failure(Failure(problem: .keySet, reason: failure.reason))
        case .success(let bytes):
            JWKS(bytes).map(Fetched.success)
                ?? .failure(Failure(problem: .keySet, reason: "\(url) is no key set"))
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
