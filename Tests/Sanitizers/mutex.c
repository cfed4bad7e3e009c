// Shows the thread sanitizer what it cannot see: that a contended `Mutex` of Swift's Synchronization orders its owners.
// The uncontended path is compiled into our own code and is seen. The contended one is in a library that is not
// instrumented, and hands the lock over in the kernel, so without this every access behind a contended lock is reported as
// a race. Loaded before that library by `make sanitize`; calls through to it. Nothing is suppressed: an access
// without the lock is still reported. Names and calling convention as in swiftlang/swift, Mutex/LinuxImpl.swift, Swift 6.3.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

// Absent in processes that are not built for the sanitizer, such as the package manager.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

typedef SWIFT void (*Lock)(uint32_t thread, SELF void *handle);
typedef SWIFT void (*Unlock)(SELF void *handle);

SWIFT void lock(uint32_t thread, SELF void *handle) __asm__(LOCK);
SWIFT void unlock(SELF void *handle) __asm__(UNLOCK);

SWIFT void lock(uint32_t thread, SELF void *handle) {
    ((Lock)dlsym(RTLD_NEXT, LOCK))(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT void unlock(SELF void *handle) {
    if (__tsan_release) __tsan_release(handle);
    ((Unlock)dlsym(RTLD_NEXT, UNLOCK))(handle);
}
