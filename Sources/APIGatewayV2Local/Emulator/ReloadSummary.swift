/// The figures of a reload.

/// The numbers of resources and rules that a reload has loaded, kept and dropped.
public struct ReloadSummary: Sendable, Hashable {
    /// The number of resources of the fixtures.
    public let resources: Int
    /// The number of rules of the files and options of the start.
    public let rules: Int
    /// The number of created resources that stayed. 0 unless the reload keeps created resources.
    public let keptResources: Int
    /// The number of added rules that stayed. 0 unless the reload keeps created resources.
    public let keptRules: Int
    /// The number of created resources that went, because the new fixtures leave no room for them.
    public let droppedResources: Int
    /// The number of added rules that went, because new rules have their names.
    public let droppedRules: Int
}
