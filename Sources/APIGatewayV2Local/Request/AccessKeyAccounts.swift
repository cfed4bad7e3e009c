/// The accounts of access keys, from the fixtures.

/// Accounts by access key id.
package typealias AccessKeyAccounts = ReloadedTable<String>
