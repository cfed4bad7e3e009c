// See CWebSocket.h.

#include "CWebSocket.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static cwslay_functions wslay_table;
static char wslay_missing[256];
static pthread_once_t wslay_once = PTHREAD_ONCE_INIT;
static czlib_functions zlib_table;
static char zlib_missing[256];
static pthread_once_t zlib_once = PTHREAD_ONCE_INIT;

#ifdef APIGATEWAYV2_LOCAL_STATIC
#define LINKED_FROM_WSLAY(name) wslay_table.name = name;
#define LINKED_FROM_ZLIB(name) zlib_table.name = name;

static void load_wslay(void) { CWEBSOCKET_OF_WSLAY(LINKED_FROM_WSLAY) }

static void load_zlib(void) { CWEBSOCKET_OF_ZLIB(LINKED_FROM_ZLIB) }
#else
#define FIND(table, name) \
    if (!(*(void **)&table##_table.name = dlsym(library, #name))) { \
        snprintf(table##_missing, sizeof table##_missing, "the library lacks the function %s", #name); \
        return; \
    }
#define FIND_IN_WSLAY(name) FIND(wslay, name)
#define FIND_IN_ZLIB(name) FIND(zlib, name)

static void load_wslay(void) {
    void *library = dlopen("libwslay.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(wslay_missing, sizeof wslay_missing, "%s", dlerror());
        return;
    }
    CWEBSOCKET_OF_WSLAY(FIND_IN_WSLAY)
}

static void load_zlib(void) {
    void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(zlib_missing, sizeof zlib_missing, "%s", dlerror());
        return;
    }
    CWEBSOCKET_OF_ZLIB(FIND_IN_ZLIB)
}
#endif

const char *cwslay_load(void) {
    pthread_once(&wslay_once, load_wslay);
    return wslay_missing[0] ? wslay_missing : NULL;
}

const cwslay_functions *cwslay(void) { return &wslay_table; }

const char *czlib_load(void) {
    pthread_once(&zlib_once, load_zlib);
    return zlib_missing[0] ? zlib_missing : NULL;
}

const czlib_functions *czlib(void) { return &zlib_table; }
