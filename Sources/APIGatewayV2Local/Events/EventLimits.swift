/// Every bound of event streams, with its default. A page that nobody looks at must cost nothing, and a fast
/// server must not spend its time on a page.

/// The bounds of `/__admin/events`.
package struct EventLimits: Sendable, Hashable {
    /// Open streams. One more is a 503.
    package var streamsMax = 16
    /// Requests a second of which events tell all. Faster ones are sampled, because a page that shows them
    /// all takes the processor from the server.
    package var rateMax = 2_000
    /// Requests of which events tell all, however fast they come: a bucket that fills at `rateMax`.
    package var burstMax = 2_000
    /// Requests of an event that is a sample, the newest ones. A client misses the others, and is told how
    /// many.
    package var sampleMax = 25
    /// Requests of any event. It is the number of rows that the page shows.
    package var requestsMax = 1_000
    /// Real time between two events.
    package var pause: Duration = .milliseconds(100)
    /// Real time behind an event that is a sample.
    package var samplePause: Duration = .milliseconds(250)
    /// Requests a second above which samples are rarer. At such a rate a browser takes its processor from
    /// the clients that make the requests.
    package var sampleRateMax = 10_000
    /// Real time behind a sample above `sampleRateMax`.
    package var samplePauseMax: Duration = .milliseconds(500)
    /// Real time without an event, after which a comment shows that the connection is alive.
    package var commentPause: Duration = .seconds(15)

    package init() {}
}
