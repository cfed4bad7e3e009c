/// A process that runs a command of the shell, started by posix_spawn. It has a process group of its own, a
/// given environment, and no descriptor of this program. It ends with this program, whatever ends that.
/// A guard, the first process of the group, reads from a pipe that only this program can write to. At the
/// pipe's end the guard kills the group. Throws the `SystemError` of the call that failed.

internal import CEpoll
internal import Glibc
internal import HTTPWire
internal import Synchronization

/// A process from its start until `collect`. The last reference to it kills the group. Signals and `collect`
/// come from one queue, because the number of a collected process may soon be that of another one.
package final class ChildProcess: Sendable {
    /// The number of the process.
    package let id: Int32
    /// The number of the guard, and of the group.
    private let group: Int32
    /// The end of the pipe that keeps the group alive.
    private let lifeline: FileDescriptor
    private let output: FileDescriptor
    private let ending: FileDescriptor
    private let isCollected = Mutex(false)

    /// Ends at the end of descriptor 3. `$$` is the number of the guard.
    private static let guardScript = "trap '' HUP INT QUIT TERM; read -r line <&3; kill -s KILL -- -$$"

    /// Starts `/bin/sh -c command`. The entries of the environment are `NAME=value`.
    package init(command: String, environment: [String]) throws(SystemError) {
        let life = try Pipe()
        let text = try Pipe()
        group = try spawn(Self.guardScript, environment: [], group: 0, lifeline: life.reading.rawValue)
        do throws(SystemError) {
            id = try spawn(
                Self.script(of: command), environment: environment, group: group,
                output: text.writing.rawValue)
            let descriptor = cepoll_process_descriptor(id)
            if descriptor < 0 { throw SystemError(call: "pidfd_open", errno: errno) }
            ending = FileDescriptor(adopting: descriptor)
        } catch {
            kill(-group, SIGKILL)
            while waitpid(-group, nil, 0) > 0 {}
            throw error
        }
        lifeline = life.writing.take()
        output = text.reading.take()
        // A read must return when the pipe is empty.
        _ = fcntl(output.rawValue, F_SETFL, O_NONBLOCK)
    }

    /// The command, as the shell itself if it is one program with its arguments. Its end is then told as it
    /// is, and no child of the shell is left for others to collect. Some shells do so without being told.
    private static func script(of command: String) -> String {
        let plain = "-_./:@%+,= ".utf8
        let isPlain = command.utf8.allSatisfy { $0.isLetterOrDigit || plain.contains($0) }
        let program = command.split(separator: " ").first ?? ""
        return isPlain && !program.contains("=") && !builtins.contains(program) ? "exec \(command)" : command
    }

    /// Commands of one word and plain arguments that the shell has no program for (POSIX, "Special Built-In
    /// Utilities").
    private static let builtins: Set<Substring> = [
        ".", ":", "cd", "eval", "exec", "exit", "export", "readonly", "set", "source", "trap", "unset",
    ]

    /// Readable if there is output.
    package var outputDescriptor: Int32 { output.rawValue }
    /// Readable if the process has ended.
    package var endDescriptor: Int32 { ending.rawValue }

    /// The output that is there, at most `count` bytes; empty if there is none, and nil at its end.
    package func readOutput(atMost count: Int) -> [UInt8]? {
        let descriptor = output.rawValue
        var received = -1
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat {
                received = unsafe read(descriptor, buffer.baseAddress, count)
            } while received < 0 && errno == EINTR
            filled = max(received, 0)
        }
        return received == 0 ? nil : bytes
    }

    /// Asks the process and its children to end.
    package func terminate() { signal(SIGTERM) }

    /// Kills the process and its children.
    package func killGroup() { signal(SIGKILL) }

    private func signal(_ number: Int32) {
        if !isCollected.withLock({ $0 }) { kill(-group, number) }
    }

    /// Ends the children of a process that has ended, and its guard. Takes all of them from the kernel's
    /// table and returns the end in words, such as `ended with status 1`. To be called once.
    package func collect() -> String {
        // The group keeps its number until the kernel is asked for the status of the guard.
        killGroup()
        isCollected.withLock { $0 = true }
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        // The first process of a container inherits the children of others: they too are of this group.
        while waitpid(-group, nil, 0) > 0 || errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? "ended with status \((status >> 8) & 0xff)" : "was ended by signal \(signal)"
    }

    /// The value of a variable of this program; nil if it is not set.
    package static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The folder in which this program runs, and every process that it starts.
    package static var folder: String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}

/// The two ends of a pipe.
private struct Pipe {
    let reading: End
    let writing: End

    /// An end, until somebody takes it.
    final class End {
        private var descriptor: Int32?

        init(_ descriptor: Int32) throws(SystemError) {
            // Numbers below 10 are those that the new process gives to its own descriptors.
            let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
            let error = SystemError(call: "fcntl", errno: errno)
            close(descriptor)
            guard moved >= 0 else { throw error }
            self.descriptor = moved
        }

        deinit {
            if let descriptor { close(descriptor) }
        }

        var rawValue: Int32 { descriptor ?? -1 }

        func take() -> FileDescriptor {
            guard let taken = descriptor else { preconditionFailure("An end is taken once.") }
            descriptor = nil
            return FileDescriptor(adopting: taken)
        }
    }

    init() throws(SystemError) {
        let ends = cepoll_pipe()
        guard ends >= 0 else { throw SystemError(call: "pipe2", errno: errno) }
        let writingNumber = Int32(truncatingIfNeeded: ends)
        do throws(SystemError) {
            reading = try End(Int32(truncatingIfNeeded: ends >> 32))
        } catch {
            close(writingNumber)
            throw error
        }
        writing = try End(writingNumber)
    }
}

/// Starts `/bin/sh -c script`, with nothing to read, and returns the number of its process. Group 0 makes a
/// new group. `lifeline` becomes descriptor 3.
private func spawn(
    _ script: String, environment: [String], group: Int32, output: Int32? = nil, lifeline: Int32? = nil
) throws(SystemError) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output ?? 0, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, output ?? 0, 2)
    if let lifeline { unsafe posix_spawn_file_actions_adddup2(&actions, lifeline, 3) }
    // Every descriptor of this program closes on exec. Code that embeds the server may have others.
    unsafe cepoll_close_from(&actions, lifeline == nil ? 3 : 4)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    unsafe posix_spawnattr_setpgroup(&attributes, group)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let texts = ["/bin/sh", "-c", script]
    var arguments = unsafe texts.map { unsafe strdup($0) } + [nil]
    var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    var number: pid_t = 0
    let failure = unsafe posix_spawn(&number, "/bin/sh", &actions, &attributes, &arguments, &variables)
    guard failure == 0 else { throw SystemError(call: "posix_spawn", errno: failure) }
    return number
}
