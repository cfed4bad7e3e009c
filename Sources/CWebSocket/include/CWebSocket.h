// The libraries of WebSocket connections, each loaded by name when the first connection needs it: a program without
// WebSocket neither loads nor needs them. libwslay (Debian: libwslay-dev to build, libwslay1 to run) reads and writes
// frames. zlib (zlib1g-dev, zlib1g) packs messages.
#ifndef APIGATEWAYV2_LOCAL_CWEBSOCKET_H
#define APIGATEWAYV2_LOCAL_CWEBSOCKET_H
#include <stdint.h>
#include <wslay/wslay.h>
#include <zlib.h>

#define CWEBSOCKET_OF_WSLAY(F) \
    F(wslay_frame_context_free) F(wslay_frame_context_init) F(wslay_frame_recv) F(wslay_frame_send)

#define CWEBSOCKET_OF_ZLIB(F) \
    F(deflate) F(deflateEnd) F(deflateInit2_) F(deflateReset) F(inflate) F(inflateEnd) F(inflateInit2_) \
    F(inflateReset) F(inflateSetDictionary)

/// The functions of libwslay that this program uses.
typedef struct cwslay_functions {
#define CWEBSOCKET_FIELD(name) __typeof__(name) *_Nonnull name;
    CWEBSOCKET_OF_WSLAY(CWEBSOCKET_FIELD)
} cwslay_functions;

/// The functions of zlib that this program uses.
typedef struct czlib_functions {
    CWEBSOCKET_OF_ZLIB(CWEBSOCKET_FIELD)
#undef CWEBSOCKET_FIELD
} czlib_functions;

/// Loads libwslay once. Returns NULL, or the name of the missing part, which stays readable.
const char *_Nullable cwslay_load(void);

/// The table, to be used after a successful `cwslay_load`.
const cwslay_functions *_Nonnull cwslay(void);

/// Loads zlib once. Returns NULL, or the name of the missing part, which stays readable.
const char *_Nullable czlib_load(void);

/// The table, to be used after a successful `czlib_load`.
const czlib_functions *_Nonnull czlib(void);

#endif
