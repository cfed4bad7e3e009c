// A function that answers at once, in a loop over the Runtime API: `function PORT`. One connection, no library, so that
// the figures are the server's. Ends when the server closes the connection.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_BYTES_MAX = 1 << 20 };

static const char NEXT[] = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
static const char ANSWER[] = "{\"statusCode\":200,\"body\":\"ok\"}";
static const char REQUEST_ID[] = "\r\nlambda-runtime-aws-request-id: ";

static char message[MESSAGE_BYTES_MAX + 1];

// Reads one message with a Content-Length into `message`. False at the end of the connection.
static bool receive(int connection) {
    size_t count = 0;
    while (true) {
        ssize_t received = read(connection, message + count, MESSAGE_BYTES_MAX - count);
        if (received <= 0) return false;
        count += (size_t)received;
        message[count] = 0;
        char *body = strstr(message, "\r\n\r\n");
        if (!body) continue;
        char *length = strcasestr(message, "\r\ncontent-length: ");
        size_t body_bytes = length && length < body ? strtoul(length + 18, NULL, 10) : 0;
        if (count >= (size_t)(body + 4 - message) + body_bytes) return true;
    }
}

static bool sent(int connection, const char *bytes, size_t count) {
    return write(connection, bytes, count) == (ssize_t)count;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("function: connect");
        return 1;
    }
    while (sent(connection, NEXT, sizeof NEXT - 1) && receive(connection)) {
        char *id = strcasestr(message, REQUEST_ID);
        if (!id) return 1;
        id += sizeof REQUEST_ID - 1;
        char answer[512];
        int count = snprintf(
            answer, sizeof answer,
            "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n\r\n%s",
            (int)strcspn(id, "\r"), id, sizeof ANSWER - 1, ANSWER);
        if (!sent(connection, answer, (size_t)count) || !receive(connection)) break;
    }
    return 0;
}
