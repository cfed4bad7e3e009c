/// The one owner of an open file descriptor. It cannot be copied and closes itself, so that a descriptor is
/// neither leaked nor closed twice.

internal import Glibc

/// An open descriptor and the duty to close it.
package struct FileDescriptor: ~Copyable, Sendable {
    package let rawValue: Int32

    /// Takes over a descriptor that nobody else will close.
    package init(adopting rawValue: Int32) {
        precondition(rawValue >= 0, "An open descriptor is not negative.")
        self.rawValue = rawValue
    }

    deinit {
        // Whatever close(2) reports on Linux, the descriptor is gone and a second call would close a
        // stranger's.
        let result = close(rawValue)
        precondition(result == 0 || errno != EBADF, "A descriptor is closed once, by its owner.")
    }

    /// Gives the duty to close away together with the number.
    package consuming func release() -> Int32 {
        let descriptor = rawValue
        discard self
        return descriptor
    }
}
