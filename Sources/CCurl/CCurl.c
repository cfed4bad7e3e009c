// See CCurl.h.

#define _GNU_SOURCE
#include "CCurl.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CCURL_FUNCTIONS(F) \
    F(curl_easy_cleanup) F(curl_easy_getinfo) F(curl_easy_init) F(curl_easy_reset) F(curl_easy_setopt) \
    F(curl_easy_strerror) F(curl_global_init) F(curl_multi_add_handle) F(curl_multi_cleanup) F(curl_multi_info_read) \
    F(curl_multi_init) F(curl_multi_remove_handle) F(curl_multi_setopt) F(curl_multi_socket_action) F(curl_slist_append) \
    F(curl_slist_free_all) F(curl_url) F(curl_url_cleanup) F(curl_url_set) F(curl_version_info)

struct ccurl_library {
#define CCURL_FIELD(name) __typeof__(name) *name;
    CCURL_FUNCTIONS(CCURL_FIELD)
#undef CCURL_FIELD
    // Ended transfers for the next ones, as a list by `next`.
    ccurl_transfer *spares;
    size_t spare_count, spares_max;
    // Whether a handle may join a folded first line of a head to a line of the answer before, which is free.
    bool joins_freed_lines;
    // NULL without a handle for many transfers.
    void (*on_connection)(void *context, curl_socket_t descriptor, bool is_connected);
    void *context;
};

struct ccurl_transfer {
    ccurl_library *library;
    ccurl_transfer *next;
    CURL *easy;
    // Whether the options that are the same for every transfer are set, and no others that the next must not have.
    bool is_prepared;
    bool is_connecting_only;
    // The entries of the list of fields, and behind them their texts.
    struct curl_slist *fields;
    size_t fields_size;
    struct curl_slist *places;
    unsigned char *body;
    curl_write_callback on_line, on_body;
    bool (*on_progress)(void *context, bool is_connected);
    void *context;
    // The sockets that were opened for the transfer, of which one may become its connection.
    size_t opened_count;
    curl_socket_t opened[4];
    char reason[CURL_ERROR_SIZE];
};

static pthread_mutex_t initialization = PTHREAD_MUTEX_INITIALIZER;

#ifdef APIGATEWAYV2_LOCAL_STATIC
static bool find_functions(const char *soname, ccurl_library *library, char *reason, size_t reason_size) {
    (void)soname, (void)reason, (void)reason_size;
#define LINKED(name) library->name = name;
    CCURL_FUNCTIONS(LINKED)
#undef LINKED
    return true;
}
#else
static bool find_functions(const char *soname, ccurl_library *library, char *reason, size_t reason_size) {
    void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *error = dlerror();
        snprintf(reason, reason_size, "%s", error ? error : soname);
        return false;
    }
#define FIND(name) \
    if (!(*(void **)&library->name = dlsym(handle, #name))) { \
        snprintf(reason, reason_size, "libcurl lacks the function %s", #name); \
        return false; \
    }
    CCURL_FUNCTIONS(FIND)
#undef FIND
    return true;
}
#endif

ccurl_library *ccurl_load(const char *soname, size_t spares_max, char *reason, size_t reason_size) {
    ccurl_library *library = calloc(1, sizeof *library);
    if (!library) snprintf(reason, reason_size, "no memory");
    if (!library || !find_functions(soname, library, reason, reason_size)) {
        free(library);
        return NULL;
    }
    library->spares_max = spares_max;
    // Mended after libcurl 8.0.1; every 8.2 has it.
    library->joins_freed_lines = library->curl_version_info(CURLVERSION_NOW)->version_num < 0x080200;
    // Not every build of libcurl may be prepared by two threads at once.
    pthread_mutex_lock(&initialization);
    CURLcode result = library->curl_global_init(CURL_GLOBAL_DEFAULT);
    pthread_mutex_unlock(&initialization);
    if (result == CURLE_OK) return library;
    snprintf(reason, reason_size, "%s", library->curl_easy_strerror(result));
    free(library);
    return NULL;
}

static void destroy(ccurl_transfer *transfer) {
    transfer->library->curl_easy_cleanup(transfer->easy);
    free(transfer->fields);
    free(transfer);
}

void ccurl_free(ccurl_library *library) {
    while (library->spares) {
        ccurl_transfer *next = library->spares->next;
        destroy(library->spares);
        library->spares = next;
    }
    free(library);
}

CURLM *ccurl_new_multi(const ccurl_library *library) {
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
    return library->curl_multi_init();
}

bool ccurl_set_watcher(
    ccurl_library *library, CURLM *multi, long kept_max, curl_socket_callback on_socket,
    void (*on_connection)(void *context, curl_socket_t descriptor, bool is_connected), curl_multi_timer_callback on_timer,
    void *context) {
    library->on_connection = on_connection;
    library->context = context;
    return library->curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK
        && library->curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context) == CURLM_OK
        && library->curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK
        && library->curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context) == CURLM_OK
        && library->curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kept_max) == CURLM_OK;
}

void ccurl_free_multi(ccurl_library *library, CURLM *multi) {
    library->on_connection = NULL;
    library->curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, (curl_socket_callback)NULL);
    library->curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, (curl_multi_timer_callback)NULL);
    library->curl_multi_cleanup(multi);
}

bool ccurl_act(const ccurl_library *library, CURLM *multi, curl_socket_t descriptor, int ready) {
    int running;
    return library->curl_multi_socket_action(multi, descriptor, ready, &running) == CURLM_OK;
}

// A process that the program starts inherits no connection, which libcurl's own socket() would let it.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    ccurl_transfer *transfer = context;
    transfer->on_progress(transfer->context, false);
    curl_socket_t descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    size_t places = sizeof transfer->opened / sizeof *transfer->opened;
    if (descriptor != CURL_SOCKET_BAD) transfer->opened[transfer->opened_count++ % places] = descriptor;
    return descriptor;
}

static int local_port_of(curl_socket_t descriptor) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) return -1;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port) : -1;
}

// Names the socket that has become the connection, if it is new and no doubt is left. libcurl closes the others without
// a word.
static void note_connection(ccurl_transfer *transfer, int local_port) {
    ccurl_library *library = transfer->library;
    size_t count = transfer->opened_count, places = sizeof transfer->opened / sizeof *transfer->opened;
    transfer->opened_count = 0;
    for (size_t i = 0; i < count && count <= places && library->on_connection; i++)
        if (count == 1 || local_port_of(transfer->opened[i]) == local_port)
            return library->on_connection(library->context, transfer->opened[i], true);
}

// A kept connection outlives its transfer, so the context is the library.
static int close_socket(void *context, curl_socket_t descriptor) {
    ccurl_library *library = context;
    if (library->on_connection) library->on_connection(library->context, descriptor, false);
    return close(descriptor);
}

static int is_connected(void *context, char *ip, char *local_ip, int port, int local_port) {
    (void)ip, (void)local_ip, (void)port;
    ccurl_transfer *transfer = context;
    note_connection(transfer, local_port);
    return transfer->on_progress(transfer->context, true) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

ccurl_transfer *ccurl_new_transfer(ccurl_library *library) {
    ccurl_transfer *transfer = library->spares;
    if (transfer) {
        library->spares = transfer->next;
        library->spare_count--;
        return transfer;
    }
    transfer = calloc(1, sizeof *transfer);
    if (!transfer) return NULL;
    transfer->library = library;
    transfer->easy = library->curl_easy_init();
    if (transfer->easy) return transfer;
    free(transfer);
    return NULL;
}

#define SET(option, value) (transfer->library->curl_easy_setopt(transfer->easy, option, value) == CURLE_OK)

static size_t take_line(char *bytes, size_t size, size_t count, void *context) {
    ccurl_transfer *transfer = context;
    return transfer->on_line(bytes, size, count, transfer->context);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    ccurl_transfer *transfer = context;
    return transfer->on_body(bytes, size, count, transfer->context);
}

static bool set_callbacks(ccurl_transfer *transfer) {
    return SET(CURLOPT_PRIVATE, transfer) && SET(CURLOPT_ERRORBUFFER, transfer->reason)
        && SET(CURLOPT_HEADERFUNCTION, take_line) && SET(CURLOPT_HEADERDATA, transfer)
        && SET(CURLOPT_WRITEFUNCTION, take_body) && SET(CURLOPT_WRITEDATA, transfer)
        && SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) && SET(CURLOPT_OPENSOCKETDATA, transfer)
        && SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket) && SET(CURLOPT_CLOSESOCKETDATA, transfer->library)
        && SET(CURLOPT_PREREQFUNCTION, is_connected) && SET(CURLOPT_PREREQDATA, transfer);
}

bool ccurl_set_receiver(
    ccurl_transfer *transfer, curl_write_callback on_line, curl_write_callback on_body,
    bool (*on_progress)(void *context, bool is_connected), void *context) {
    transfer->on_line = on_line;
    transfer->on_body = on_body;
    transfer->on_progress = on_progress;
    transfer->context = context;
    return transfer->is_prepared || set_callbacks(transfer);
}

bool ccurl_is_prepared(const ccurl_transfer *transfer) { return transfer->is_prepared; }

void ccurl_note_preparation(ccurl_transfer *transfer) { transfer->is_prepared = true; }

// Unsets the options of one transfer. The others take most of the time of setting all.
static void unset(ccurl_transfer *transfer) {
    bool is_unset = transfer->is_prepared && SET(CURLOPT_HTTPHEADER, NULL)
        && (!transfer->is_connecting_only || SET(CURLOPT_CONNECT_ONLY, 0L))
        && (!transfer->places || SET(CURLOPT_CONNECT_TO, NULL))
        && (!transfer->body || (SET(CURLOPT_POSTFIELDS, NULL) && SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)-1)))
        && SET(CURLOPT_HTTPGET, 1L);
    if (!is_unset) {
        transfer->library->curl_easy_reset(transfer->easy);
        transfer->is_prepared = false;
    }
}

// More than most requests have is not kept.
enum { fields_size_kept = 16384 };

void ccurl_free_transfer(ccurl_transfer *transfer) {
    ccurl_library *library = transfer->library;
    // The options refer to the lists and to the body.
    unset(transfer);
    library->curl_slist_free_all(transfer->places);
    free(transfer->body);
    bool had_lines = !transfer->is_connecting_only;
    if (library->spare_count >= library->spares_max || (had_lines && library->joins_freed_lines))
        return destroy(transfer);
    if (transfer->fields_size > fields_size_kept) {
        free(transfer->fields);
        transfer->fields = NULL;
        transfer->fields_size = 0;
    }
    transfer->is_connecting_only = false;
    transfer->places = NULL;
    transfer->body = NULL;
    transfer->context = NULL;
    transfer->opened_count = 0;
    transfer->reason[0] = 0;
    transfer->next = library->spares;
    library->spares = transfer;
    library->spare_count++;
}

bool ccurl_set_authorities(ccurl_transfer *transfer, const char *file) {
    transfer->is_prepared = false;
    bool is_taken = SET(CURLOPT_CAINFO, file);
    // Without the system's authorities, so that none of their certificates is accepted by chance.
    SET(CURLOPT_CAPATH, NULL);
    return is_taken;
}

bool ccurl_set_number(ccurl_transfer *transfer, CURLoption option, long value) {
    return SET(option, value);
}

bool ccurl_set_text(ccurl_transfer *transfer, CURLoption option, const char *value) {
    return SET(option, value);
}

CURLU *ccurl_new_url(const ccurl_library *library, const char *text) {
    CURLU *url = library->curl_url();
    if (url && library->curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) return url;
    library->curl_url_cleanup(url);
    return NULL;
}

void ccurl_free_url(const ccurl_library *library, CURLU *url) { library->curl_url_cleanup(url); }

bool ccurl_set_url(ccurl_transfer *transfer, CURLU *url, const char *target) {
    return SET(CURLOPT_CURLU, url) && SET(CURLOPT_REQUEST_TARGET, target);
}

bool ccurl_set_fields(
    ccurl_transfer *transfer, const unsigned char *lines, size_t size, const uint32_t *starts, size_t count) {
    size_t needed = count * sizeof *transfer->fields + size;
    if (needed > transfer->fields_size) {
        free(transfer->fields);
        transfer->fields = malloc(needed);
        transfer->fields_size = transfer->fields ? needed : 0;
    }
    if (!transfer->fields || !count) return !count;
    char *text = memcpy(transfer->fields + count, lines, size);
    for (size_t i = 0; i < count; i++)
        transfer->fields[i] = (struct curl_slist){.data = text + starts[i], .next = transfer->fields + i + 1};
    transfer->fields[count - 1].next = NULL;
    return SET(CURLOPT_HTTPHEADER, transfer->fields);
}

bool ccurl_connect_only(ccurl_transfer *transfer) {
    transfer->is_connecting_only = true;
    return SET(CURLOPT_CONNECT_ONLY, 1L);
}

int ccurl_copy_socket(const ccurl_transfer *transfer) {
    curl_socket_t descriptor = CURL_SOCKET_BAD;
    CURLcode result = transfer->library->curl_easy_getinfo(transfer->easy, CURLINFO_ACTIVESOCKET, &descriptor);
    return result == CURLE_OK && descriptor != CURL_SOCKET_BAD ? fcntl(descriptor, F_DUPFD_CLOEXEC, 0) : -1;
}

bool ccurl_connect_to(ccurl_transfer *transfer, const char *place) {
    transfer->places = transfer->library->curl_slist_append(NULL, place);
    return transfer->places && SET(CURLOPT_CONNECT_TO, transfer->places);
}

bool ccurl_set_body(ccurl_transfer *transfer, const unsigned char *bytes, size_t count) {
    transfer->body = malloc(count ? count : 1);
    if (!transfer->body) return false;
    if (count) memcpy(transfer->body, bytes, count);
    return SET(CURLOPT_POST, 1L) && SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count)
        && SET(CURLOPT_POSTFIELDS, transfer->body);
}

bool ccurl_begin(ccurl_transfer *transfer, CURLM *multi) {
    return transfer->library->curl_multi_add_handle(multi, transfer->easy) == CURLM_OK;
}

void ccurl_end(ccurl_transfer *transfer, CURLM *multi) {
    transfer->library->curl_multi_remove_handle(multi, transfer->easy);
}

void *ccurl_next_finished(const ccurl_library *library, CURLM *multi, CURLcode *result) {
    int left;
    CURLMsg *message;
    do message = library->curl_multi_info_read(multi, &left);
    while (message && message->msg != CURLMSG_DONE);
    if (!message) return NULL;
    *result = message->data.result;
    ccurl_transfer *transfer = NULL;
    library->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
    return transfer ? transfer->context : NULL;
}

const char *ccurl_reason(const ccurl_transfer *transfer, CURLcode result) {
    return transfer->reason[0] ? transfer->reason : transfer->library->curl_easy_strerror(result);
}
