/// The key sets of issuers that need no network. A reload replaces them while requests are answered. Usually
/// there are none, and a token costs one load.

package import APIGatewayV2Invoke
internal import Synchronization

/// Key sets by issuer.
package final class IssuerKeys: Sendable {
    private let sets: Mutex<[String: JWKS]>
    private let isEmpty: Atomic<Bool>

    package init(_ sets: [String: JWKS] = [:]) {
        self.sets = Mutex(sets)
        isEmpty = Atomic(sets.isEmpty)
    }

    /// The keys of the issuer; nil if they have to be fetched.
    func keys(of issuer: String) -> JWKS? {
        isEmpty.load(ordering: .acquiring) ? nil : sets.withLock { $0[issuer] }
    }

    /// Replaces all key sets by `new`.
    func replace(with new: [String: JWKS]) {
        sets.withLock { sets in
            sets = new
            isEmpty.store(new.isEmpty, ordering: .releasing)
        }
    }
}
