// PCRE2 (Debian: libpcre2-dev to build, libpcre2-8-0 to run), loaded by name when the first regular expression is
// compiled: a program that matches nothing neither loads it nor needs it.
#ifndef APIGATEWAYV2_LOCAL_CPCRE2_H
#define APIGATEWAYV2_LOCAL_CPCRE2_H
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One compiled expression with the memory for its matches.
typedef struct cpcre2_expression cpcre2_expression;

/// Compiles an expression for UTF-8 text. A match that takes more than `match_max` steps fails. NULL when the library
/// called `soname` or the expression is refused; `reason` then says why.
cpcre2_expression *_Nullable cpcre2_compile(
    const char *_Nonnull soname, const uint8_t *_Nonnull pattern, size_t length, uint32_t match_max,
    char *_Nonnull reason, size_t reason_size);

/// Frees the expression. The library stays loaded.
void cpcre2_free(cpcre2_expression *_Nonnull expression);

/// Looks for the first match from `start` on; `is_whole` asks for a match of the whole subject. Returns the number of
/// groups with the whole match as the first, 0 without a match, and below 0 when the bound was reached.
int cpcre2_match(
    const cpcre2_expression *_Nonnull expression, const uint8_t *_Nonnull subject, size_t length, size_t start,
    bool is_whole);

/// The bounds of a group of the last match. False for a group that took no part in it.
bool cpcre2_group(
    const cpcre2_expression *_Nonnull expression, int group, size_t *_Nonnull start, size_t *_Nonnull end);

#endif
