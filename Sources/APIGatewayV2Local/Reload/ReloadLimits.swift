/// The bounds of reloads and of the watch over files.

/// Bounds, each with its reason. docs/admin.md lists them.
package enum ReloadLimits {
    /// Time between a SIGHUP and the command's look at its terminal. The kernel sends the signal a moment
    /// before it takes the terminal away (`disassociate_ctty` of Linux), and shells send another.
    package static let hangupGraceMilliseconds = 50
    /// Time without a change before a watch reloads. A program that writes several files, or one in pieces,
    /// is usually done by then.
    static let quietTime: Duration = .milliseconds(100)
    /// Time after which a watch reloads despite further changes, so that a busy folder cannot prevent it.
    /// Fixed, because each reload costs little.
    static let unquietTimeMax: Duration = .seconds(2)
    /// Time for which an answer waits for its reload, on the emulated clock. The reload goes on after that.
    /// Fixed, because the answer then tells that it goes on.
    static let answerTimeMax: Duration = .seconds(60)
    /// Times that a watch looks for new folders in new folders after one change, more than the depth of
    /// fixtures. Fixed by that depth.
    static let folderRoundsMax = FixtureFiles.folderDepthMax + 1
    /// Bytes of events that one read takes from the kernel. Fixed, because the kernel keeps the others.
    static let eventBytesMax = 64 * 1024
}
