/// libcurl's handle for many transfers, driven by a loop. libcurl gives the descriptors and the time for
/// which it waits. The loop's poller watches the descriptors, and the loop's wait ends at that time.

internal import CCurl
internal import HTTPWire

/// The transfers of one loop and its kept connections. Never waits.
@safe final class CurlMulti {
    let library: CurlLibrary
    private let pointer: UnsafeMutableRawPointer
    private let registry: Poller.Registry
    private let clock = SystemClock()
    /// The watched descriptors.
    private var watched: [Int32: Watch] = [:]
    /// The descriptors of connections. libcurl closes all others without a word.
    private var connections: Set<Int32> = []
    /// The real time at which libcurl goes on without a descriptor; nil if it has no such time. In tests it
    /// differs from the loop's time, because libcurl has its own clock.
    private var timerDue: Duration?

    /// `keptMax` is the most connections to keep for later calls.
    init(
        _ library: CurlLibrary, _ registry: Poller.Registry, keptMax: Int
    ) throws(OutgoingFailure) {
        guard let pointer = unsafe ccurl_new_multi(library.pointer) else {
            throw .libraryMissing("libcurl has no memory")
        }
        self.library = library
        unsafe self.pointer = pointer
        self.registry = registry
        let isWatching = unsafe ccurl_set_watcher(
            library.pointer, pointer, keptMax, CurlMulti.watch, CurlMulti.noteConnection, CurlMulti.setTimer,
            Unmanaged.passUnretained(self).toOpaque())
        guard isWatching else { throw .libraryMissing("libcurl does not take an option") }
    }

    deinit { unsafe ccurl_free_multi(library.pointer, pointer) }

    /// The time until libcurl goes on by itself: zero if that is now, nil if never.
    var timeUntilTimer: Duration? { timerDue.map { max(.zero, $0 - clock.monotonicTime()) } }

    /// Begins a transfer. Returns false if libcurl refuses it.
    func begin(_ transfer: CurlTransfer) -> Bool {
        unsafe ccurl_begin(transfer.pointer, pointer)
    }

    /// Ends a transfer in any state. The connection is kept if another call can use it.
    func end(_ transfer: CurlTransfer) {
        unsafe ccurl_end(transfer.pointer, pointer)
    }

    /// Goes on with the transfer of the ready descriptor. Returns false if the event belongs to no transfer.
    func act(on event: Poller.Event) -> Bool {
        guard let watch = watched[event.descriptor], watch.generation == event.generation else {
            return false
        }
        guard watch.isWanted else {
            // The server ended a kept connection. libcurl sees that before the next use.
            forget(event.descriptor)
            return false
        }
        var ready: Int32 = 0
        // A read or write finds the error of a broken descriptor, and the bytes before the error.
        if event.isReadable || event.isBroken { ready |= CURL_CSELECT_IN }
        if event.isWritable || event.isBroken { ready |= CURL_CSELECT_OUT }
        act(on: event.descriptor, ready)
        return true
    }

    /// Lets libcurl go on if its time has come.
    func actIfDue() {
        guard timeUntilTimer == .zero else { return }
        timerDue = nil
        act(on: CURL_SOCKET_TIMEOUT, 0)
    }

    private func act(on descriptor: Int32, _ ready: Int32) {
        let isAlive = unsafe ccurl_act(library.pointer, pointer, descriptor, ready)
        precondition(isAlive, "libcurl is called in order, and never from its own callbacks.")
    }

    /// A finished transfer and its result; nil if there is none. The caller ends the transfer.
    func nextFinished() -> (transfer: CurlTransfer, code: CURLcode)? {
        var code = CURLE_OK
        let context = unsafe ccurl_next_finished(library.pointer, pointer, &code)
        return unsafe context.map {
            (unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue(), code)
        }
    }
}

/// The functions that libcurl calls during calls of this handle.
extension CurlMulti {
    private static let watch: curl_socket_callback = { _, descriptor, wish, context, _ in
        if let context = unsafe context {
            unsafe Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue().watch(descriptor, wish)
        }
        return 0
    }

    private static let setTimer: curl_multi_timer_callback = { _, milliseconds, context in
        if let context = unsafe context {
            let multi = unsafe Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
            multi.timerDue =
                milliseconds < 0 ? nil : multi.clock.monotonicTime() + .milliseconds(milliseconds)
        }
        return 0
    }

    private static let noteConnection: @convention(c) (UnsafeMutableRawPointer?, Int32, Bool) -> Void = {
        context, descriptor, isConnected in
        guard let context = unsafe context else { return }
        let multi = unsafe Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
        if isConnected {
            multi.connections.insert(descriptor)
        } else {
            multi.connections.remove(descriptor)
            multi.forget(descriptor)
        }
    }

    private func watch(_ descriptor: Int32, _ wish: Int32) {
        if wish == CURL_POLL_REMOVE {
            if connections.contains(descriptor) {
                watched[descriptor]?.isWanted = false
            } else {
                forget(descriptor)
            }
            return
        }
        var interest: Poller.Interest = []
        if wish & CURL_POLL_IN != 0 { interest.insert(.read) }
        if wish & CURL_POLL_OUT != 0 { interest.insert(.write) }
        do throws(SystemError) {
            if var watch = watched[descriptor] {
                if watch.interest != interest {
                    try registry.change(descriptor, generation: watch.generation, interest: interest)
                }
                watch.interest = interest
                watch.isWanted = true
                watched[descriptor] = watch
            } else {
                let generation = ConnectionID.next().generation
                try registry.add(descriptor, generation: generation, interest: interest)
                watched[descriptor] = Watch(generation: generation, interest: interest)
            }
        } catch {
            // The system watches no more descriptors: the call ends at its timeout.
            watched[descriptor] = nil
        }
    }

    private func forget(_ descriptor: Int32) {
        guard watched.removeValue(forKey: descriptor) != nil else { return }
        do throws(SystemError) {
            try registry.remove(descriptor)
        } catch {
            // The system has forgotten it already.
        }
    }
}

/// A descriptor in the loop's poller. It stays there while its connection is kept without a call: most
/// connections have the next call soon, and each change costs a system call.
private struct Watch {
    let generation: UInt32
    var interest: Poller.Interest
    /// Whether libcurl waits for it.
    var isWanted = true
}
