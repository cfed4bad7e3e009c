/// The origin of a rule that a server starts with. A reload reads files again. Rules that were given as
/// values stay.

/// A rule, or a file of rules.
public enum FaultSource: Sendable, Hashable {
    /// A rule of an option or a program.
    case rule(FaultRule)
    /// The path of a file of rules.
    case file(String)
}
