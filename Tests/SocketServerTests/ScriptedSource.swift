/// A body without a known end that a test fills piece by piece, and what the loop asked of it.

import SocketServer
import Synchronization

/// Gives the pieces that the test has put into it, and a dot after ten seconds without one.
final class ScriptedSource: BodySource {
    private struct State {
        var pieces: [String?] = []
        var bell: BodyBell?
        var dotAt: Duration = .zero
        var endCount = 0
    }

    private let state = Mutex(State())

    var endCount: Int { state.withLock { $0.endCount } }
    /// The pieces that the loop has not asked for.
    var pieceCount: Int { state.withLock { $0.pieces.count } }
    var isOpen: Bool { state.withLock { $0.bell != nil && $0.endCount == 0 } }

    /// Puts a piece, or the end of the body, behind the others, and rings.
    func put(_ piece: String?) {
        let bell = state.withLock { state in
            state.pieces.append(piece)
            return state.bell
        }
        bell?.ring()
    }

    func opened(_ bell: BodyBell, at now: Duration) {
        state.withLock { state in
            state.bell = bell
            state.dotAt = now + .seconds(10)
        }
    }

    func nextPiece(at now: Duration) -> [UInt8]? {
        state.withLock { state in
            if !state.pieces.isEmpty {
                state.dotAt = now + .seconds(10)
                return state.pieces.removeFirst().map { Array($0.utf8) }
            }
            guard state.dotAt <= now else { return [] }
            state.dotAt = now + .seconds(10)
            return Array(".".utf8)
        }
    }

    var nextTime: Duration {
        state.withLock { $0.pieces.isEmpty ? $0.dotAt : .zero }
    }

    func ended() {
        state.withLock { $0.endCount += 1 }
    }
}
