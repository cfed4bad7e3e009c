/// A system call that failed, with the kernel's reason, and the one wrapper that makes such calls. It repeats
/// calls that a signal interrupted and throws every other failure.

internal import Glibc

/// The name of a call and its `errno`. The error closes the connection on which the call was made, or fails
/// the start.
package struct SystemError: Error, Equatable, Sendable {
    package let call: String
    /// The value of `errno`; for `getaddrinfo` its own (negative) code.
    package let errno: Int32

    package init(call: String, errno: Int32) {
        self.call = call
        self.errno = errno
    }
}

/// Makes the call, repeats it if a signal interrupted it, and returns its result, which is never -1.
func repeatingOnInterrupt<Result: FixedWidthInteger & SignedInteger>(
    _ call: String, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        if errno != EINTR { throw SystemError(call: call, errno: errno) }
    }
}
