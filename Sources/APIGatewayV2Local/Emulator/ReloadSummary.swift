/// The figures of a reload.

/// The numbers of resources and rules that a reload has loaded, kept and dropped.
public struct ReloadSummary: Sendable, Hashable {
    /// Resources that the fixtures hold.
    public let resources: Int
    /// Rules of the files and options that the server was started with.
    public let rules: Int
    /// Resources that requests had created and that stayed. 0 unless the reload was to keep them.
    public let keptResources: Int
    /// Rules that had been added and stayed. 0 unless the reload was to keep them.
    public let keptRules: Int
    /// Resources that were to be kept and for which the new fixtures leave no room.
    public let droppedResources: Int
    /// Rules that were to be kept and whose names are those of new rules.
    public let droppedRules: Int
}
