/// OpenSSL, loaded when TLS is first asked for, and what it says of a failure. Throws `TLSError` where it is
/// missing.

internal import COpenSSL

/// Why there is no TLS, in a line: what was found and what was expected.
package struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// The library as a whole.
enum TLSLibrary {
    /// Loads it, once. Everything else needs that.
    static func load() throws(TLSError) {
        guard let missing = unsafe copenssl_load() else { return }
        throw TLSError(
            "TLS needs OpenSSL 3 (Debian: libssl3), which cannot be loaded: "
                + (unsafe String(cString: missing)))
    }

    /// The reason of this thread's last call that failed. Forgets it.
    static func takeReason() -> String {
        let code = unsafe copenssl().pointee.ERR_get_error()
        unsafe copenssl().pointee.ERR_clear_error()
        guard let reason = unsafe copenssl().pointee.ERR_reason_error_string(code) else {
            return "OpenSSL gives no reason"
        }
        return unsafe String(cString: reason)
    }
}
