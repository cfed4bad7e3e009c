/// The accounts of access keys, from the fixtures. A reload replaces them while requests are answered.
/// Usually there are none, and a request costs one load.

internal import Synchronization

/// Accounts by access key id.
package final class AccessKeyAccounts: Sendable {
    private let accounts: Mutex<[String: String]>
    private let isEmpty: Atomic<Bool>

    package init(_ accounts: [String: String] = [:]) {
        self.accounts = Mutex(accounts)
        isEmpty = Atomic(accounts.isEmpty)
    }

    /// The account of the access key; nil if no fixture names one.
    func account(of accessKeyID: @autoclosure () -> String?) -> String? {
        if isEmpty.load(ordering: .acquiring) { return nil }
        guard let key = accessKeyID() else { return nil }
        return accounts.withLock { $0[key] }
    }

    /// Replaces all accounts by `new`.
    func replace(with new: [String: String]) {
        accounts.withLock { accounts in
            accounts = new
            isEmpty.store(new.isEmpty, ordering: .releasing)
        }
    }
}
