// Calls that Swift's Glibc module lacks or hides behind _GNU_SOURCE: epoll, eventfd, accept4, pipe2, pidfd_open, the
// number of processors for this process, and the closing of descriptors in a new one. But for the last, the
// functions take no pointers, so that Swift counts their calls as safe.
// _GNU_SOURCE is not defined here, because fd_set would then differ from that of the Glibc module.
#ifndef APIGATEWAYV2_LOCAL_CEPOLL_H
#define APIGATEWAYV2_LOCAL_CEPOLL_H
#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// accept4 without the peer's address, non-blocking and closed on exec. Returns -1 and sets errno on failure.
static inline int cepoll_accept(int listener) {
    return (int)syscall(SYS_accept4, listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// The processors in this process's affinity mask, which a container or taskset may have narrowed; at least 1.
static inline int cepoll_processor_count(void) {
    unsigned long mask[128] = {0};
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int count = 0;
    for (long i = 0; i < bytes / (long)sizeof mask[0]; i++) {
        count += __builtin_popcountl(mask[i]);
    }
    return count > 0 ? count : 1;
}

// A pipe whose ends close on exec: the end to read in the upper 32 bits, the end to write in the lower ones.
// Returns -1 and sets errno on failure.
static inline long long cepoll_pipe(void) {
    int ends[2];
    if (syscall(SYS_pipe2, ends, O_CLOEXEC) != 0) return -1;
    return (long long)ends[0] << 32 | ends[1];
}

// A descriptor that is readable once the process has ended, and closes on exec (Linux 5.3; the number is that of
// all architectures). Returns -1 and sets errno on failure.
static inline int cepoll_process_descriptor(int process) {
    return (int)syscall(434, process, 0);
}

// Closes all descriptors from `first` on in the process that is spawned. The C library has this since glibc 2.34;
// an older one leaves those open that do not close on exec.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first)
    __attribute__((weak));
static inline void cepoll_close_from(posix_spawn_file_actions_t *actions, int first) {
    if (posix_spawn_file_actions_addclosefrom_np) posix_spawn_file_actions_addclosefrom_np(actions, first);
}
#endif
