/// The one owner of an open file descriptor. It cannot be copied and closes itself, so that no descriptor
/// leaks and none is closed twice.

internal import Glibc

/// An open descriptor and the duty to close it.
package struct FileDescriptor: ~Copyable, Sendable {
    package let rawValue: Int32

    /// Takes over a descriptor that no other code closes.
    package init(adopting rawValue: Int32) {
        precondition(rawValue >= 0, "An open descriptor is not negative.")
        self.rawValue = rawValue
    }

    deinit {
        // On Linux, close(2) releases the descriptor even when it reports an error. A second call would close
        // a descriptor of somebody else.
        let result = close(rawValue)
        precondition(result == 0 || errno != EBADF, "A descriptor is closed once, by its owner.")
    }

    /// Returns the number, and leaves the duty to close to the caller.
    package consuming func release() -> Int32 {
        let descriptor = rawValue
        discard self
        return descriptor
    }
}
