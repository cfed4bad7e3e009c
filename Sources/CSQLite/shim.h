// libsqlite3 (Debian: libsqlite3-dev), and two calls with SQLITE_TRANSIENT, a cast in a macro that Swift cannot see.
#ifndef APIGATEWAYV2_LOCAL_CSQLITE_H
#define APIGATEWAYV2_LOCAL_CSQLITE_H
#include <sqlite3.h>

// Both copy the given bytes.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int bytes) {
    return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}

static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}
#endif
