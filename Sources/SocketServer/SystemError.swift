/// A system call that failed, with the reason the kernel gave.

/// The call by name and its `errno`. Closes the connection it happened on, or fails start-up.
package struct SystemError: Error, Equatable, Sendable {
    package let call: String
    package let errno: Int32

    package init(call: String, errno: Int32) {
        self.call = call
        self.errno = errno
    }
}
