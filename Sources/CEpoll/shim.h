// Calls that Swift's Glibc module lacks or hides behind _GNU_SOURCE: epoll, eventfd, accept4, and the number of
// processors for this process. The functions take no pointers, so that Swift counts their calls as safe.
// _GNU_SOURCE is not defined here, because fd_set would then differ from that of the Glibc module.
#ifndef APIGATEWAYV2_LOCAL_CEPOLL_H
#define APIGATEWAYV2_LOCAL_CEPOLL_H
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
#endif
