/// One client of `/__admin/events`. The feed has the events, and the stream only has a place in them. A
/// client that reads slowly gets the newest entries when it reads again, and is told how many it has missed.

internal import SocketServer
internal import Synchronization

/// The source of one stream of events.
final class EventStream: BodySource {
    private struct State {
        /// The number of the last entry that the client has or has missed.
        var after: Int
        /// The key at the feed; nil before the head is sent.
        var key: Int?
        var isOpening = true
        var isFirst = true
        /// The monotonic time of the next comment.
        var commentAt: Duration = .zero
    }

    private let feed: EventFeed
    private let state: Mutex<State>

    init(_ feed: EventFeed, after number: Int) {
        self.feed = feed
        state = Mutex(State(after: number))
    }

    func opened(_ bell: BodyBell, at now: Duration) {
        let key = feed.add(bell)
        state.withLock { state in
            state.key = key
            state.commentAt = now + feed.limits.commentPause
        }
    }

    func nextPiece(at now: Duration) -> [UInt8]? {
        let before = state.withLock { $0 }
        let next = feed.next(after: before.after, of: before.key, isFirst: before.isFirst, at: now)
        return state.withLock { state in
            var bytes = state.isOpening ? EventText.opening : []
            state.isOpening = false
            if let next {
                state.after = next.last
                state.isFirst = false
                bytes += next.bytes
            } else if bytes.isEmpty, state.commentAt <= now {
                bytes = EventText.comment
            }
            if !bytes.isEmpty { state.commentAt = now + feed.limits.commentPause }
            return bytes
        }
    }

    var nextTime: Duration {
        let (after, commentAt, isOpening) = state.withLock { ($0.after, $0.commentAt, $0.isOpening) }
        if isOpening { return .zero }
        return min(feed.nextTime(after: after) ?? commentAt, commentAt)
    }

    func ended() {
        feed.remove(state.withLock { $0.key })
    }
}
