// See COpenSSL.h.

#include "COpenSSL.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static copenssl_functions table;
static BIO_METHOD *socket_method;
static char missing[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int socket_read(BIO *bio, char *bytes, int count);
static int socket_write(BIO *bio, const char *bytes, int count);
static long socket_control(BIO *bio, int command, long number, void *pointer);
static int socket_create(BIO *bio);
static int socket_destroy(BIO *bio);

static bool fill(void) {
#ifdef APIGATEWAYV2_LOCAL_STATIC
#define COPENSSL_LINKED(name) table.name = name;
    COPENSSL_OF_LIBSSL(COPENSSL_LINKED)
    COPENSSL_OF_LIBCRYPTO(COPENSSL_LINKED)
#else
    // The sonames of OpenSSL 3: another major version has other functions.
    void *ssl = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    void *crypto = ssl ? dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!crypto) {
        const char *reason = dlerror();
        snprintf(missing, sizeof missing, "%s", reason ? reason : "libssl.so.3 cannot be loaded");
        return false;
    }
#define FIND(library, name) \
    if (!(*(void **)&table.name = dlsym(library, #name))) { \
        snprintf(missing, sizeof missing, "OpenSSL lacks the function %s", #name); \
        return false; \
    }
#define OF_SSL(name) FIND(ssl, name)
#define OF_CRYPTO(name) FIND(crypto, name)
    COPENSSL_OF_LIBSSL(OF_SSL)
    COPENSSL_OF_LIBCRYPTO(OF_CRYPTO)
#endif
    return true;
}

static void load(void) {
    if (!fill()) return;
    // 128 to 255 is for methods of a program's own (BIO_get_new_index); one needs no number that is unique.
    BIO_METHOD *method = table.BIO_meth_new(128 | BIO_TYPE_SOURCE_SINK, "socket");
    if (!method || !table.BIO_meth_set_read(method, socket_read) || !table.BIO_meth_set_write(method, socket_write)
        || !table.BIO_meth_set_ctrl(method, socket_control) || !table.BIO_meth_set_create(method, socket_create)
        || !table.BIO_meth_set_destroy(method, socket_destroy)) {
        table.BIO_meth_free(method);
        snprintf(missing, sizeof missing, "OpenSSL has no memory");
        return;
    }
    socket_method = method;
}

const char *copenssl_load(void) {
    pthread_once(&once, load);
    return socket_method ? NULL : missing;
}

const copenssl_functions *copenssl(void) { return &table; }

void copenssl_forget_errors(void) {
    if (table.ERR_peek_error()) table.ERR_clear_error();
}

BIO *copenssl_new_socket(int descriptor, const unsigned char *bytes, size_t count) {
    BIO *bio = table.BIO_new(socket_method);
    if (!bio) return NULL;
    copenssl_socket *socket = table.BIO_get_data(bio);
    socket->descriptor = descriptor;
    if (count > 0) {
        socket->early = table.CRYPTO_zalloc(count, __FILE__, __LINE__);
        if (!socket->early) {
            table.BIO_free(bio);
            return NULL;
        }
        memcpy(socket->early, bytes, count);
        socket->early_count = count;
    }
    return bio;
}

copenssl_socket *copenssl_socket_of(BIO *bio) { return table.BIO_get_data(bio); }

static int read_early(copenssl_socket *socket, char *bytes, int count) {
    size_t rest = socket->early_count - socket->early_offset;
    size_t taken = rest < (size_t)count ? rest : (size_t)count;
    memcpy(bytes, socket->early + socket->early_offset, taken);
    socket->early_offset += taken;
    if (socket->early_offset == socket->early_count) {
        table.CRYPTO_free(socket->early, __FILE__, __LINE__);
        socket->early = NULL;
    }
    return (int)taken;
}

static int socket_read(BIO *bio, char *bytes, int count) {
    copenssl_socket *socket = table.BIO_get_data(bio);
    table.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    if (count <= 0) return 0;
    if (socket->early) return read_early(socket, bytes, count);
    ssize_t received;
    do received = recv(socket->descriptor, bytes, (size_t)count, 0);
    while (received < 0 && errno == EINTR);
    if (received == 0) socket->has_ended = true;
    if (received < 0) {
        if (errno == EAGAIN) table.BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
        else socket->failure = errno;
    }
    return (int)received;
}

static int socket_write(BIO *bio, const char *bytes, int count) {
    copenssl_socket *socket = table.BIO_get_data(bio);
    table.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    if (count <= 0) return 0;
    ssize_t sent;
    // MSG_NOSIGNAL is why OpenSSL's own BIO does not do: it writes, and a peer that is gone would end the process.
    do sent = send(socket->descriptor, bytes, (size_t)count, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        if (errno == EAGAIN) table.BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
        else socket->failure = errno;
    }
    return (int)sent;
}

static long socket_control(BIO *bio, int command, long number, void *pointer) {
    (void)number, (void)pointer;
    switch (command) {
    case BIO_CTRL_EOF: return ((copenssl_socket *)table.BIO_get_data(bio))->has_ended;
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP: return 1;
    default: return 0;
    }
}

static int socket_create(BIO *bio) {
    copenssl_socket *socket = table.CRYPTO_zalloc(sizeof *socket, __FILE__, __LINE__);
    if (!socket) return 0;
    table.BIO_set_data(bio, socket);
    table.BIO_set_init(bio, 1);
    return 1;
}

static int socket_destroy(BIO *bio) {
    copenssl_socket *socket = table.BIO_get_data(bio);
    if (!socket) return 1;
    table.CRYPTO_free(socket->early, __FILE__, __LINE__);
    table.CRYPTO_free(socket, __FILE__, __LINE__);
    table.BIO_set_data(bio, NULL);
    return 1;
}

bool copenssl_set_up_server(SSL_CTX *context, long sessions) {
    // A client may not renegotiate at our cost. One that closes without close_notify has ended, no more: what it sent
    // has its own framing.
    table.SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // A record may go out in pieces and from memory that has moved.
    table.SSL_CTX_ctrl(
        context, SSL_CTRL_MODE, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, NULL);
    // A record's head and body by one call instead of two.
    table.SSL_CTX_ctrl(context, SSL_CTRL_SET_READ_AHEAD, 1, NULL);
    table.SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_SERVER, NULL);
    table.SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_SIZE, sessions, NULL);
    // One ticket a handshake instead of two: making and sending each is a thirtieth of a new connection's time.
    table.SSL_CTX_set_num_tickets(context, 1);
    static const unsigned char name[] = "apigatewayv2-local";
    return table.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL)
        && table.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_3_VERSION, NULL)
        // For TLS 1.2: forward secrecy and authenticated encryption. Those of TLS 1.3 all have both.
        && table.SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20")
        && table.SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
}

void copenssl_release_buffers(SSL *connection) {
    table.SSL_ctrl(connection, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, NULL);
}

bool copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return table.SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 0, certificate) == 1;
}

EVP_PKEY *copenssl_generate_p256(void) { return table.EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"); }

bool copenssl_add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context = {0};
    table.X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = table.X509V3_EXT_nconf_nid(NULL, &context, nid, value);
    if (!extension) return false;
    int result = table.X509_add_ext(certificate, extension, -1);
    table.X509_EXTENSION_free(extension);
    return result == 1;
}

bool copenssl_set_version(SSL_CTX *context, int version) {
    return table.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, version, NULL)
        && table.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, version, NULL);
}
