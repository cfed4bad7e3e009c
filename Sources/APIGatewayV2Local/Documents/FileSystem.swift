/// Reading files and folders by POSIX. Throws the `SystemError` of the call that failed. It waits for disks,
/// so event loops must not call it.

internal import Glibc
package import SocketServer

/// Reads files and folders.
package enum FileSystem {
    /// A name in a folder.
    struct Entry {
        let name: String
        let isFolder: Bool
    }

    /// The most bytes of a file. No document of this service has more. Fixed, because whoever starts the
    /// program chooses its files.
    package static let fileBytesMax = 2 * 1024 * 1024 * 1024
    private static let chunkBytes = 64 * 1024

    static func isFolder(_ path: String) throws(SystemError) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemError(call: "stat", errno: errno) }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// The entries of a folder but `.` and `..`, by name. A link counts as its target. A broken link counts
    /// as a file, so that reading it reports the error.
    static func entries(of path: String) throws(SystemError) -> [Entry] {
        guard let folder = unsafe opendir(path) else { throw SystemError(call: "opendir", errno: errno) }
        defer { unsafe closedir(folder) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(folder) else {
                if errno != 0 { throw SystemError(call: "readdir", errno: errno) }
                return entries.sorted { $0.name < $1.name }
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let isFolder: Bool
            switch unsafe Int(entry.pointee.d_type) {
            case Int(DT_DIR): isFolder = true
            case Int(DT_REG): isFolder = false
            default: isFolder = leadsToFolder(path + "/" + name)
            }
            entries.append(Entry(name: name, isFolder: isFolder))
        }
    }

    /// The stamp of the file at `path`, with links followed; nil if there is none.
    static func stamp(of path: String) -> FileStamp? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return FileStamp(
            device: UInt64(status.st_dev), number: UInt64(status.st_ino), bytes: Int64(status.st_size),
            times: [status.st_mtim, status.st_ctim].map { time in
                unsafe withUnsafeBytes(of: time) { unsafe Array($0) }
            })
    }

    /// Whether there is a folder at `path`, with links followed.
    static func leadsToFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// All bytes of a file. Throws if there are more than `bytesMax`.
    package static func read(_ path: String, bytesMax: Int = fileBytesMax) throws(SystemError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(call: "open", errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError(call: "fstat", errno: errno) }
        var bytes: [UInt8] = []
        // One byte more than the size, so that the end is found without growing the array.
        var room = max(Int(status.st_size) + 1, chunkBytes)
        while true {
            let start = bytes.count
            let received = try read(descriptor, room: room, after: &bytes)
            if received == 0 { return bytes }
            guard bytes.count <= bytesMax else { throw SystemError(call: "read", errno: EFBIG) }
            room = max(room - (bytes.count - start), chunkBytes)
        }
    }

    /// Reads once, at most `room` bytes, and appends them to `bytes`. Returns 0 at the end of the file.
    private static func read(
        _ descriptor: Int32, room: Int, after bytes: inout [UInt8]
    ) throws(SystemError) -> Int {
        var failure: Int32 = 0
        var received = 0
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            repeat {
                unsafe received = Glibc.read(descriptor, buffer.baseAddress, room)
            } while received < 0
                && errno == EINTR
            failure = received < 0 ? errno : 0
            count = max(received, 0)
        }
        guard failure == 0 else { throw SystemError(call: "read", errno: failure) }
        if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
        return received
    }

    /// Whether the error means that the path does not exist or may not be read.
    static func isMissingOrClosed(_ error: SystemError) -> Bool {
        [ENOENT, ENOTDIR, EACCES, ELOOP].contains(error.errno)
    }

    /// The remedy for an error of inotify(7), to follow its reason; nil if there is none.
    static func watchRemedy(for error: SystemError) -> String? {
        switch error.errno {
        case ENOSPC: "; raise fs.inotify.max_user_watches"
        case EMFILE: "; raise fs.inotify.max_user_instances"
        default: nil
        }
    }

    /// The meaning of an error, in the C library's words. `getaddrinfo` has its own codes.
    static func reason(_ error: SystemError) -> String {
        if error.call == "getaddrinfo", let text = unsafe gai_strerror(error.errno) {
            return unsafe withinSentence(String(cString: text))
        }
        guard let text = unsafe strerror(error.errno) else { return "error \(error.errno)" }
        return unsafe withinSentence(String(cString: text))
    }

    /// The text as it stands behind "found". Abbreviations keep their capitals.
    private static func withinSentence(_ text: String) -> String {
        guard let second = text.dropFirst().first, second.isLowercase else { return text }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

/// The identity and times of a file, without its contents. Two stamps of one path differ if the file was
/// written or replaced between them.
struct FileStamp: Sendable, Hashable {
    let device: UInt64
    /// The number of the file's inode.
    let number: UInt64
    let bytes: Int64
    /// The kernel's times of the last change of the bytes, and of the owner or permissions. They are only
    /// compared.
    let times: [[UInt8]]
}
