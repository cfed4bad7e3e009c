/// Readiness by epoll, level-triggered: a descriptor is reported in every wait while it can be read or
/// written. The file also has the event descriptor by which another thread wakes a loop. For another system
/// (kqueue), replace this file by one with the same functions.

internal import CEpoll
internal import Glibc

/// The descriptors that one loop watches.
@safe package struct Poller: ~Copyable {
    /// The readiness that a descriptor is watched for. A broken stream is always reported.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let read = Interest(rawValue: EPOLLIN.rawValue)
        package static let write = Interest(rawValue: EPOLLOUT.rawValue)
    }

    /// One descriptor that is ready.
    package struct Event: Sendable {
        package let descriptor: Int32
        /// The generation with which the descriptor was added. The kernel reuses the number of a closed
        /// descriptor at once. The generation tells an event for the old descriptor from one for the new.
        package let generation: UInt32
        package let isReadable: Bool
        package let isWritable: Bool
        /// The stream was reset, or is shut in both directions. Nothing can be sent any more.
        package let isBroken: Bool

        /// The readiness for reading and writing.
        package var ready: Interest {
            var ready: Interest = []
            if isReadable { ready.insert(.read) }
            if isWritable { ready.insert(.write) }
            return ready
        }
    }

    /// The list of watched descriptors. It may be copied, and is of use while the poller lives.
    package struct Registry: Sendable {
        fileprivate let poller: Int32

        /// Starts to watch. Closing the descriptor ends it.
        package func add(
            _ descriptor: Int32, generation: UInt32, interest: Interest
        ) throws(SystemError) {
            try control(EPOLL_CTL_ADD, descriptor, generation, interest.rawValue)
        }

        package func change(
            _ descriptor: Int32, generation: UInt32, interest: Interest
        ) throws(SystemError) {
            try control(EPOLL_CTL_MOD, descriptor, generation, interest.rawValue)
        }

        /// Ends the watch of a descriptor that stays open.
        package func remove(_ descriptor: Int32) throws(SystemError) {
            try control(EPOLL_CTL_DEL, descriptor, 0, 0)
        }

        fileprivate func control(
            _ operation: Int32, _ descriptor: Int32, _ generation: UInt32, _ interest: UInt32
        ) throws(SystemError) {
            var event = unsafe epoll_event()
            unsafe event.events = interest
            unsafe event.data.u64 = UInt64(UInt32(descriptor)) << 32 | UInt64(generation)
            _ = try repeatingOnInterrupt("epoll_ctl") {
                unsafe epoll_ctl(poller, operation, descriptor, &event)
            }
        }
    }

    private let owned: FileDescriptor
    private var events: [epoll_event]

    package var registry: Registry { Registry(poller: owned.rawValue) }

    /// `eventsMax` is the most descriptors that one `wait` reports. The next `wait` reports the rest.
    package init(eventsMax: Int) throws(SystemError) {
        let opened = try repeatingOnInterrupt("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        owned = FileDescriptor(adopting: opened)
        unsafe events = Array(repeating: epoll_event(), count: eventsMax)
    }

    /// Starts to watch the descriptor. Closing it ends the watch.
    package func add(_ descriptor: Int32, generation: UInt32, interest: Interest) throws(SystemError) {
        try registry.add(descriptor, generation: generation, interest: interest)
    }

    package func change(_ descriptor: Int32, generation: UInt32, interest: Interest) throws(SystemError) {
        try registry.change(descriptor, generation: generation, interest: interest)
    }

    /// Starts to watch for wake-ups. Each is reported once as readable and need not be read.
    package func add(_ wakeUp: borrowing WakeUp) throws(SystemError) {
        try registry.control(EPOLL_CTL_ADD, wakeUp.descriptor, 0, EPOLLIN.rawValue | EPOLLET.rawValue)
    }

    /// Waits until a descriptor is ready or `timeout` has passed. Without `timeout` the wait has no end; a
    /// fraction of a millisecond counts as a whole one. Returns the number of events.
    package mutating func wait(_ timeout: Duration?) throws(SystemError) -> Int {
        let milliseconds = Poller.milliseconds(timeout)
        let descriptor = owned.rawValue
        let capacity = unsafe Int32(events.count)
        let count = unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe epoll_wait(descriptor, buffer.baseAddress, capacity, milliseconds)
        }
        if count >= 0 { return Int(count) }
        // The caller repeats the call with a new timeout.
        if errno == EINTR { return 0 }
        throw SystemError(call: "epoll_wait", errno: errno)
    }

    /// The event at `index` of the last `wait`.
    package func event(at index: Int) -> Event {
        let ready = unsafe events[index].events
        let key = unsafe events[index].data.u64
        return Event(
            descriptor: Int32(truncatingIfNeeded: key >> 32),
            generation: UInt32(truncatingIfNeeded: key),
            isReadable: ready & EPOLLIN.rawValue != 0,
            isWritable: ready & EPOLLOUT.rawValue != 0,
            isBroken: ready & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0)
    }

    /// Rounded up, so that a deadline has passed at the end of the wait. Without end it is -1.
    private static func milliseconds(_ timeout: Duration?) -> Int32 {
        guard let timeout else { return -1 }
        guard timeout > .zero else { return 0 }
        let (seconds, attoseconds) = timeout.components
        guard seconds < Int64(Int32.max) / 1_000 else { return Int32.max }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        return Int32(seconds) * 1_000
            + Int32((attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond)
    }
}

/// A descriptor by which any thread ends a loop's wait.
package struct WakeUp: ~Copyable, Sendable {
    private let owned: FileDescriptor

    package init() throws(SystemError) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        owned = FileDescriptor(adopting: try repeatingOnInterrupt("eventfd") { eventfd(0, flags) })
    }

    package var descriptor: Int32 { owned.rawValue }

    /// Ends the wait. Each call is a new edge for an edge-triggered poller, so that nobody reads the counter
    /// back.
    package func signal() {
        let descriptor = owned.rawValue
        let result = eventfd_write(descriptor, 1)
        precondition(result == 0, "The counter has room for 2^64 - 2 wake-ups.")
    }
}
