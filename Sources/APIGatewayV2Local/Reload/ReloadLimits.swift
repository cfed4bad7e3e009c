/// The bounds of reloads and of the watch over files.

/// Bounds, each with its reason. docs/admin.md lists them.
package enum ReloadLimits {
    /// Time between a SIGHUP and the command's look at its terminal: the kernel sends the signal a moment
    /// before it takes the terminal away (`disassociate_ctty` of Linux), and shells send another.
    package static let hangupGraceMilliseconds = 50
    /// Time without a change of a file before a watch reloads: a program that writes several files, or one
    /// in pieces, is mostly done by then.
    static let quietTime: Duration = .milliseconds(100)
    /// Time after which a watch reloads although changes go on, so that a busy folder does not keep it from
    /// reloading.
    static let unquietTimeMax: Duration = .seconds(2)
    /// Time for which an answer waits for its reload, on the emulated clock. The reload goes on after it.
    static let answerTimeMax: Duration = .seconds(60)
    /// Times that a watch looks for new folders in new folders, for one change. Deeper than fixtures go.
    static let folderRoundsMax = FixtureFiles.folderDepthMax + 1
    /// Bytes of events that are taken from the kernel at once.
    static let eventBytesMax = 64 * 1024
}
