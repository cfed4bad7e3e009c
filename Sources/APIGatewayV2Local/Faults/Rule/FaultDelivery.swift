/// The delivery of a message of a WebSocket API: never, or twice. The service promises neither that a message
/// arrives nor that it arrives once. The value and its checks.

/// The fate of a message.
public enum FaultDelivery: String, Sendable, Hashable, CaseIterable {
    /// The message is lost, and nobody is told.
    case drop
    /// The message arrives twice.
    case duplicate
}
