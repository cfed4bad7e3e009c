/// The two sides of the server: the service's own operations, and the calls of deployed APIs. Rules belong to
/// one of them, and journal entries tell theirs.

/// The side of the server that a request reached.
public enum Plane: String, Sendable, Hashable, CaseIterable {
    /// The operations of the service, such as `GetIntegration`.
    case control
    /// Calls of deployed APIs.
    case invoke
}
