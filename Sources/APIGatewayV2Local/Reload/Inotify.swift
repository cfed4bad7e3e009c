/// Changes of files as the kernel reports them, by inotify(7). Throws the `SystemError` of the call that
/// failed.

internal import Glibc
internal import SocketServer

/// A queue of the kernel's events. It closes with its last reference.
final class Inotify: Sendable {
    /// A change in a watched folder or of a watched file.
    struct Event {
        /// The watch of the event; no watch if events were lost.
        let watch: Int32
        /// The name of the folder's entry that changed; empty for the folder or file itself.
        let name: String
        /// Whether the kernel has dropped events, because there were too many.
        let isOverflow: Bool
    }

    private static let changes =
        IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE
        | IN_DELETE_SELF | IN_MOVE_SELF
    /// Bytes of an event before its name: watch, mask, cookie and length of the name, 4 bytes each.
    private static let headBytes = 16

    /// The descriptor, which is readable if there are events.
    let descriptor: Int32

    init() throws(SystemError) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError(call: "inotify_init1", errno: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Watches a file, or a folder with its entries, with links followed. The same file or folder gets the
    /// same number each time.
    func watch(_ path: String) throws(SystemError) -> Int32 {
        let watch = unsafe inotify_add_watch(descriptor, path, UInt32(Self.changes))
        guard watch >= 0 else { throw SystemError(call: "inotify_add_watch", errno: errno) }
        return watch
    }

    /// Ends a watch. Ignores one that the kernel has ended because its file is gone.
    func unwatch(_ watch: Int32) {
        _ = inotify_rm_watch(descriptor, watch)
    }

    /// The events since the last call, at most as many as the bound of bytes allows.
    func events() -> [Event] {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: ReloadLimits.eventBytesMax) { buffer, count in
            count = unsafe max(read(descriptor, buffer.baseAddress, buffer.count), 0)
        }
        var events: [Event] = []
        var offset = 0
        while offset + Self.headBytes <= bytes.count {
            let mask = bytes.number(at: offset + 4)
            let nameStart = offset + Self.headBytes
            let end = min(nameStart + Int(bytes.number(at: offset + 12)), bytes.count)
            events.append(
                Event(
                    watch: Int32(bitPattern: bytes.number(at: offset)),
                    name: String(decoding: bytes[nameStart..<end].prefix { $0 != 0 }, as: UTF8.self),
                    isOverflow: mask & UInt32(IN_Q_OVERFLOW) != 0))
            offset = end
        }
        return events
    }
}

extension [UInt8] {
    /// The number in four bytes, in the machine's order.
    fileprivate func number(at offset: Int) -> UInt32 {
        let bytes = self[offset..<offset + 4]
        let number = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        return UInt32(littleEndian: 1) == 1 ? number : number.byteSwapped
    }
}
