/// Writing at the end of a file, and moving it away when it has its size. Throws the `SystemError` of the
/// call that failed. It waits for disks, so event loops must not call it.

internal import Glibc
internal import SocketServer

/// A regular file, open for writing at its end.
final class AppendedFile: Sendable {
    private let descriptor: Int32

    /// Opens the file, or makes it. A line that a former process has not ended is ended.
    init(_ path: String) throws(SystemError) {
        let opened = unsafe open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard opened >= 0 else { throw SystemError(call: "open", errno: errno) }
        descriptor = opened
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError(call: "fstat", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError(call: "open", errno: ENOTSUP) }
        var last: UInt8 = 0
        if status.st_size > 0, unsafe pread(descriptor, &last, 1, status.st_size - 1) == 1, last != 0x0A {
            try write([0x0A])
        }
    }

    deinit {
        close(descriptor)
    }

    var byteCount: Int {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Writes all of `bytes`. After an error a part of them may be there.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0 {
                guard errno == EINTR else { throw SystemError(call: "write", errno: errno) }
                continue
            }
            offset += count
        }
    }

    /// Gives the file at `path` another name, in the place of a file that has it.
    static func move(_ path: String, to newPath: String) throws(SystemError) {
        guard unsafe rename(path, newPath) == 0 else { throw SystemError(call: "rename", errno: errno) }
    }
}
