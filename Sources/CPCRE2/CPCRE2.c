// The functions of PCRE2 behind the header, reached through dlsym, or linked in where the trait Static is set.
#include "CPCRE2.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

struct cpcre2_expression {
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *data;
    __typeof__(&pcre2_match) match;
    __typeof__(&pcre2_get_ovector_pointer) ovector;
    __typeof__(&pcre2_get_ovector_count) count;
    __typeof__(&pcre2_code_free) free_code;
    __typeof__(&pcre2_match_context_free) free_context;
    __typeof__(&pcre2_match_data_free) free_data;
};

#ifdef APIGATEWAYV2_LOCAL_STATIC
#define LOOK_UP(function) (&function)
#else
#define NAME_OF(function) NAME_AS_TEXT(function)
#define NAME_AS_TEXT(function) #function
/// The function of the library. Its type is that of the declaration.
#define LOOK_UP(function) ((__typeof__(&function))dlsym(library, NAME_OF(function)))
#endif

static cpcre2_expression *refuse(char *reason, size_t size, const char *text) {
    snprintf(reason, size, "%s", text);
    return NULL;
}

cpcre2_expression *cpcre2_compile(
    const char *soname, const uint8_t *pattern, size_t length, uint32_t match_max, char *reason, size_t reason_size) {
#ifndef APIGATEWAYV2_LOCAL_STATIC
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return refuse(reason, reason_size, dlerror());
#endif
    __typeof__(&pcre2_compile) compile = LOOK_UP(pcre2_compile);
    __typeof__(&pcre2_get_error_message) message = LOOK_UP(pcre2_get_error_message);
    __typeof__(&pcre2_match_context_create) new_context = LOOK_UP(pcre2_match_context_create);
    __typeof__(&pcre2_set_match_limit) set_match_limit = LOOK_UP(pcre2_set_match_limit);
    __typeof__(&pcre2_set_depth_limit) set_depth_limit = LOOK_UP(pcre2_set_depth_limit);
    __typeof__(&pcre2_match_data_create_from_pattern) new_data = LOOK_UP(pcre2_match_data_create_from_pattern);
    cpcre2_expression *expression = calloc(1, sizeof *expression);
    if (expression == NULL) return refuse(reason, reason_size, "out of memory");
    expression->match = LOOK_UP(pcre2_match);
    expression->ovector = LOOK_UP(pcre2_get_ovector_pointer);
    expression->count = LOOK_UP(pcre2_get_ovector_count);
    expression->free_code = LOOK_UP(pcre2_code_free);
    expression->free_context = LOOK_UP(pcre2_match_context_free);
    expression->free_data = LOOK_UP(pcre2_match_data_free);
    if (!compile || !message || !new_context || !set_match_limit || !set_depth_limit || !new_data || !expression->match
        || !expression->ovector || !expression->count || !expression->free_code || !expression->free_context
        || !expression->free_data) {
        free(expression);
        return refuse(reason, reason_size, "the library lacks a function");
    }

    int code = 0;
    PCRE2_SIZE place = 0;
    expression->code = compile(pattern, length, PCRE2_UTF, &code, &place, NULL);
    if (expression->code == NULL) {
        PCRE2_UCHAR text[160] = {0};
        message(code, text, sizeof text);
        snprintf(reason, reason_size, "%s at character %zu", (const char *)text, (size_t)place);
        free(expression);
        return NULL;
    }
    expression->context = new_context(NULL);
    expression->data = new_data(expression->code, NULL);
    if (expression->context == NULL || expression->data == NULL) {
        cpcre2_free(expression);
        return refuse(reason, reason_size, "out of memory");
    }
    set_match_limit(expression->context, match_max);
    set_depth_limit(expression->context, match_max);
    return expression;
}

void cpcre2_free(cpcre2_expression *expression) {
    expression->free_data(expression->data);
    expression->free_context(expression->context);
    expression->free_code(expression->code);
    free(expression);
}

int cpcre2_match(
    const cpcre2_expression *expression, const uint8_t *subject, size_t length, size_t start, bool is_whole) {
    uint32_t options = is_whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0;
    int groups = expression->match(
        expression->code, subject, length, start, options, expression->data, expression->context);
    return groups == PCRE2_ERROR_NOMATCH ? 0 : groups;
}

bool cpcre2_group(const cpcre2_expression *expression, int group, size_t *start, size_t *end) {
    if (group < 0 || (uint32_t)group >= expression->count(expression->data)) return false;
    const PCRE2_SIZE *places = expression->ovector(expression->data);
    if (places[2 * group] == PCRE2_UNSET) return false;
    *start = places[2 * group];
    *end = places[2 * group + 1];
    return true;
}
