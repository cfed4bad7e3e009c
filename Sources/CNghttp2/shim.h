// libnghttp2 (Debian: libnghttp2-dev, 1.52), the C library under curl and Apache: frames, HPACK, flow control and the
// states of streams. It does no input or output itself.
#ifndef APIGATEWAYV2_LOCAL_CNGHTTP2_H
#define APIGATEWAYV2_LOCAL_CNGHTTP2_H
#include <nghttp2/nghttp2.h>
#endif
