// libcurl (Debian: libcurl4-openssl-dev to build, libcurl4 to run), loaded by name when the first call to another server
// is made: a program that calls nobody neither loads it nor needs it. Its functions are reached through a table, whose
// fields have the types of libcurl's own declarations. They are wrapped here, because Swift calls no function with a
// variable number of arguments, and a request needs memory that stays where it is.
#ifndef APIGATEWAYV2_LOCAL_CCURL_H
#define APIGATEWAYV2_LOCAL_CCURL_H
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Options younger than the oldest libcurl to build with (7.81).
#if LIBCURL_VERSION_NUM < 0x075500
#define CURLOPT_PROTOCOLS_STR ((CURLoption)10318)
#endif
#if LIBCURL_VERSION_NUM < 0x075700
#define CURLOPT_QUICK_EXIT ((CURLoption)322)
#endif

/// The functions of one loaded library.
typedef struct ccurl_library ccurl_library;

/// Loads the library called `soname` and prepares it. At most `spares_max` ended transfers are kept for later ones. NULL
/// when that fails; `reason` then says why.
ccurl_library *_Nullable ccurl_load(
    const char *_Nonnull soname, size_t spares_max, char *_Nonnull reason, size_t reason_size);

/// Frees the table and the kept transfers; no other is left. The library stays loaded, because OpenSSL under it does not
/// bear to go.
void ccurl_free(ccurl_library *_Nonnull library);

/// A handle for many transfers at once; NULL when memory is out. From now on the calling thread blocks SIGPIPE, since
/// OpenSSL under libcurl may write to a peer that is gone.
CURLM *_Nullable ccurl_new_multi(const ccurl_library *_Nonnull library);

/// Sends descriptors to watch to `on_socket` and times to `on_timer`. At most `kept_max` connections that nobody uses are
/// kept. `on_connection` is called when a socket has become a connection, and again before it is closed; libcurl closes
/// other descriptors without a word. False when libcurl does not take one of them.
bool ccurl_set_watcher(
    ccurl_library *_Nonnull library, CURLM *_Nonnull multi, long kept_max, curl_socket_callback _Nonnull on_socket,
    void (*_Nonnull on_connection)(void *_Nullable context, curl_socket_t descriptor, bool is_connected),
    curl_multi_timer_callback _Nonnull on_timer, void *_Nonnull context);

/// Closes the kept connections without a word to the watcher, and frees the handle. It has no transfers any more.
void ccurl_free_multi(ccurl_library *_Nonnull library, CURLM *_Nonnull multi);

/// Goes on with the transfer of a descriptor, or, with CURL_SOCKET_TIMEOUT, with those whose time has come. False when
/// libcurl cannot go on with any.
bool ccurl_act(
    const ccurl_library *_Nonnull library, CURLM *_Nonnull multi, curl_socket_t descriptor, int ready);

/// One request and the memory that libcurl refers to.
typedef struct ccurl_transfer ccurl_transfer;

/// A transfer without a single option; NULL when memory is out.
ccurl_transfer *_Nullable ccurl_new_transfer(ccurl_library *_Nonnull library);

/// Sends each line of each head of the answer to `on_line`, and the bytes of its body to `on_body`. `on_progress` is
/// called when the host's name is known, and again when there is a connection, which false keeps the request from. False
/// when libcurl is too old for that.
bool ccurl_set_receiver(
    ccurl_transfer *_Nonnull transfer, curl_write_callback _Nonnull on_line, curl_write_callback _Nonnull on_body,
    bool (*_Nonnull on_progress)(void *_Nullable context, bool is_connected), void *_Nonnull context);

/// Whether the transfer is that of an earlier call, with the options that are the same for every call.
bool ccurl_is_prepared(const ccurl_transfer *_Nonnull transfer);

/// Notes that these options are set.
void ccurl_note_preparation(ccurl_transfer *_Nonnull transfer);

/// Frees the transfer, which belongs to no multi handle any more, or keeps it for the next call, without the options that
/// are not the same for every call.
void ccurl_free_transfer(ccurl_transfer *_Nonnull transfer);

/// Sets an option that is a number. False when libcurl does not take it.
bool ccurl_set_number(ccurl_transfer *_Nonnull transfer, CURLoption option, long value);

/// Sets an option that is a text, which is copied; NULL unsets it. False when libcurl does not take it.
bool ccurl_set_text(ccurl_transfer *_Nonnull transfer, CURLoption option, const char *_Nullable value);

/// A URL without a path, parsed once for many transfers; NULL when libcurl does not take it.
CURLU *_Nullable ccurl_new_url(const ccurl_library *_Nonnull library, const char *_Nonnull text);

/// Frees the URL, which no transfer uses any more.
void ccurl_free_url(const ccurl_library *_Nonnull library, CURLU *_Nonnull url);

/// Sends the request to the server of `url`, which must live as long as the transfer. `target`, which is copied, is the
/// target of its request line to the byte.
bool ccurl_set_url(ccurl_transfer *_Nonnull transfer, CURLU *_Nonnull url, const char *_Nonnull target);

/// Copies the `size` bytes of `lines`, in which the `count` lines of the head of the request begin at `starts`, each with
/// a NUL at its end. A rule such as `Accept:` keeps libcurl's own line away.
bool ccurl_set_fields(
    ccurl_transfer *_Nonnull transfer, const unsigned char *_Nullable lines, size_t size,
    const uint32_t *_Nullable starts, size_t count);

/// Trusts the authorities of this file alone.
bool ccurl_set_authorities(ccurl_transfer *_Nonnull transfer, const char *_Nonnull file);

/// Makes the transfer end as soon as it has its connection.
bool ccurl_connect_only(ccurl_transfer *_Nonnull transfer);

/// A descriptor of the connection of such a transfer, which stays open when the transfer goes; -1 when there is none. The
/// caller closes it.
int ccurl_copy_socket(const ccurl_transfer *_Nonnull transfer);

/// Connects elsewhere: `::HOST:PORT` is the place for every host and port.
bool ccurl_connect_to(ccurl_transfer *_Nonnull transfer, const char *_Nonnull place);

/// Copies the body and makes the request a POST, which CURLOPT_CUSTOMREQUEST may rename.
bool ccurl_set_body(ccurl_transfer *_Nonnull transfer, const unsigned char *_Nullable bytes, size_t count);

/// Begins the transfer. False when libcurl does not take it.
bool ccurl_begin(ccurl_transfer *_Nonnull transfer, CURLM *_Nonnull multi);

/// Ends the transfer, wherever it is.
void ccurl_end(ccurl_transfer *_Nonnull transfer, CURLM *_Nonnull multi);

/// The context of a transfer that is over, and its result; NULL when there is none.
void *_Nullable ccurl_next_finished(
    const ccurl_library *_Nonnull library, CURLM *_Nonnull multi, CURLcode *_Nonnull result);

/// The words for a result of this transfer; it lives as long as the transfer.
const char *_Nonnull ccurl_reason(const ccurl_transfer *_Nonnull transfer, CURLcode result);

#endif
