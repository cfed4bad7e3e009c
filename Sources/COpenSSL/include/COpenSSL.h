// OpenSSL 3 (Debian: libssl-dev to build, libssl3 to run with --tls), loaded at its first use: a program without TLS
// neither loads nor needs it. One table has its functions, with the names and types of OpenSSL's own declarations.
// The rest replaces macros of OpenSSL, and makes a BIO over a socket. That BIO raises no SIGPIPE, and first reads the
// bytes that were received before the handshake.
#ifndef APIGATEWAYV2_LOCAL_COPENSSL_H
#define APIGATEWAYV2_LOCAL_COPENSSL_H
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>

#define COPENSSL_OF_LIBSSL(F) \
    F(SSL_CTX_ctrl) F(SSL_CTX_free) F(SSL_CTX_get_cert_store) F(SSL_CTX_new) F(SSL_CTX_set_alpn_protos) \
    F(SSL_CTX_set_alpn_select_cb) F(SSL_CTX_set_cipher_list) F(SSL_CTX_set_num_tickets) F(SSL_CTX_set_options) \
    F(SSL_CTX_set_session_id_context) F(SSL_CTX_set_verify) F(SSL_CTX_use_certificate) F(SSL_CTX_use_PrivateKey) \
    F(SSL_ctrl) F(SSL_do_handshake) F(SSL_free) F(SSL_get0_alpn_selected) F(SSL_get1_session) F(SSL_get_error) \
    F(SSL_get_shutdown) F(SSL_get_version) F(SSL_has_pending) F(SSL_key_update) F(SSL_new) F(SSL_read_ex) \
    F(SSL_select_next_proto) F(SSL_SESSION_free) F(SSL_session_reused) F(SSL_set1_host) F(SSL_set_accept_state) \
    F(SSL_set_bio) F(SSL_set_connect_state) F(SSL_set_session) F(SSL_shutdown) F(SSL_write_ex) F(TLS_client_method) \
    F(TLS_server_method)

#define COPENSSL_OF_LIBCRYPTO(F) \
    F(ASN1_INTEGER_free) F(ASN1_TIME_to_tm) F(BIO_clear_flags) F(BIO_free) F(BIO_get_data) F(BIO_meth_free) \
    F(BIO_meth_new) F(BIO_meth_set_create) F(BIO_meth_set_ctrl) F(BIO_meth_set_destroy) F(BIO_meth_set_read) \
    F(BIO_meth_set_write) F(BIO_new) F(BIO_read) F(BIO_s_mem) F(BIO_set_data) F(BIO_set_flags) F(BIO_set_init) \
    F(BIO_write) F(BN_free) F(BN_new) F(BN_rand) F(BN_to_ASN1_INTEGER) F(CRYPTO_free) F(CRYPTO_zalloc) \
    F(d2i_PublicKey) F(ERR_clear_error) F(ERR_get_error) F(ERR_peek_error) F(ERR_reason_error_string) \
    F(EVP_DigestVerify) F(EVP_DigestVerifyInit) F(EVP_MD_CTX_free) F(EVP_MD_CTX_new) F(EVP_PKEY_free) \
    F(EVP_PKEY_Q_keygen) F(EVP_sha256) F(EVP_sha384) F(EVP_sha512) F(PEM_read_bio_PrivateKey) F(PEM_read_bio_X509) F(PEM_write_bio_PrivateKey) \
    F(PEM_write_bio_X509) F(X509_add_ext) F(X509_check_host) F(X509_check_ip_asc) F(X509_check_private_key) \
    F(X509_cmp_time) F(X509_EXTENSION_free) F(X509_free) F(X509_get0_notAfter) F(X509_get0_notBefore) \
    F(X509_get0_pubkey) F(X509_get_subject_name) F(X509_getm_notAfter) F(X509_getm_notBefore) F(X509_gmtime_adj) \
    F(X509_NAME_add_entry_by_txt) F(X509_new) F(X509_set_issuer_name) F(X509_set_pubkey) F(X509_set_serialNumber) \
    F(X509_set_version) F(X509_sign) F(X509_STORE_add_cert) F(X509_STORE_set_flags) F(X509_up_ref) F(X509_verify) F(X509V3_EXT_nconf_nid) \
    F(X509V3_set_ctx)

/// The functions of OpenSSL that this program uses.
typedef struct copenssl_functions {
#define COPENSSL_FIELD(name) __typeof__(name) *_Nonnull name;
    COPENSSL_OF_LIBSSL(COPENSSL_FIELD)
    COPENSSL_OF_LIBCRYPTO(COPENSSL_FIELD)
#undef COPENSSL_FIELD
} copenssl_functions;

/// Loads both libraries once. Returns NULL, or the name of the missing part, which stays readable.
const char *_Nullable copenssl_load(void);

/// The table, to be used after a successful `copenssl_load`.
const copenssl_functions *_Nonnull copenssl(void);

/// Forgets the errors of this thread, as OpenSSL demands before each call that SSL_get_error explains. It first checks
/// whether there are errors, which saves clearing sixteen places at each read and write.
void copenssl_forget_errors(void);

/// The state of a BIO over a socket. It does not own the descriptor.
typedef struct copenssl_socket {
    int descriptor;
    /// `errno` of the last call that failed other than by EAGAIN.
    int failure;
    /// Whether the peer has ended its side.
    bool has_ended;
    /// Bytes to read before those of the socket, freed after that.
    unsigned char *_Nullable early;
    size_t early_count;
    size_t early_offset;
} copenssl_socket;

/// A BIO over `descriptor`, which first reads `count` copied bytes; NULL if memory is out.
BIO *_Nullable copenssl_new_socket(int descriptor, const unsigned char *_Nullable bytes, size_t count);

/// The state of the BIO, which lives as long as the BIO.
copenssl_socket *_Nonnull copenssl_socket_of(BIO *_Nonnull bio);

/// Sets versions, options, modes and the session cache, which a server does not leave to OpenSSL's configuration.
/// Returns false if OpenSSL refuses one.
bool copenssl_set_up_server(SSL_CTX *_Nonnull context, long sessions);

/// Makes the connection free its memory for records after each record.
void copenssl_release_buffers(SSL *_Nonnull connection);

/// Adds a certificate of the chain, which the context owns from then on. Returns false if OpenSSL refuses it.
bool copenssl_add_chain_certificate(SSL_CTX *_Nonnull context, X509 *_Nonnull certificate);

/// A new key on the curve P-256, or NULL.
EVP_PKEY *_Nullable copenssl_generate_p256(void);

/// Adds the extension `nid`, with a value in the form of openssl.cnf, such as "critical,CA:TRUE". Returns false for a
/// malformed value.
bool copenssl_add_extension(X509 *_Nonnull certificate, X509 *_Nonnull issuer, int nid, const char *_Nonnull value);

/// Makes a context speak this version alone, for clients in tests.
bool copenssl_set_version(SSL_CTX *_Nonnull context, int version);

#endif
