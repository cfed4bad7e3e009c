// A client of WebSocket APIs that is faster than the server: `websocket hold|connect|echo PORT COUNT SECONDS REQUEST WINDOW`.
// REQUEST is a file with the request that each connection begins with. The answers are read and checked.
// - hold: COUNT connections that stay until standard input ends; says "open" once all are. Reads messages.
// - connect: COUNT connections at a time, each closed after its first answer and opened again; prints connections a second.
// - echo: COUNT connections, each with WINDOW messages of 100 bytes on their way, which are sent again when they have come
//   back; prints messages a second, and the p50 and the p99 of their times in milliseconds.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MESSAGE_BYTES = 100,
    HEAD_BYTES_MAX = 2048,
    CONNECTIONS_MAX = 20000,
    EVENTS_MAX = 512,
    // Handshakes on their way while many connections are opened.
    OPENING_MAX = 128,
    WINDOW_MAX = 8,
    // The buckets of times: one for each microsecond, the last for all longer times.
    TIMES = 1000000,
};

struct connection {
    int descriptor;
    bool is_open;
    uint16_t count;
    char head[HEAD_BYTES_MAX];
    // The times at which the messages on their way were sent, the oldest at `oldest`.
    double sent[WINDOW_MAX];
    int oldest;
};

static struct connection *connections;
static struct sockaddr_in address;
static char request[HEAD_BYTES_MAX];
static size_t request_bytes;
static unsigned char frames[WINDOW_MAX * (MESSAGE_BYTES + 6)], expected[MESSAGE_BYTES + 2];
static uint32_t times[TIMES];
static int poller, window;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *cause) {
    fprintf(stderr, "websocket: %s: %s\n", cause, errno ? strerror(errno) : "not as expected");
    exit(1);
}

// Masked frames with a JSON object of 100 bytes, and the frame that comes back.
static void make_frames(void) {
    static const unsigned char MASK[4] = {0x37, 0xfa, 0x21, 0x3d};
    char text[MESSAGE_BYTES + 1];
    static const char START[] = "{\"action\":\"echo\",\"text\":\"";
    memset(text, 'x', sizeof text);
    memcpy(text, START, sizeof START - 1);
    memcpy(text + MESSAGE_BYTES - 2, "\"}", 3);
    expected[0] = 0x81;
    expected[1] = MESSAGE_BYTES;
    memcpy(expected + 2, text, MESSAGE_BYTES);
    for (int n = 0; n < WINDOW_MAX; n++) {
        unsigned char *frame = frames + n * (MESSAGE_BYTES + 6);
        frame[0] = 0x81;
        frame[1] = 0x80 | MESSAGE_BYTES;
        memcpy(frame + 2, MASK, sizeof MASK);
        for (int i = 0; i < MESSAGE_BYTES; i++) frame[6 + i] = (unsigned char)text[i] ^ MASK[i % 4];
    }
}

static void open_connection(struct connection *connection) {
    connection->descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->descriptor < 0) fail("socket");
    int on = 1;
    setsockopt(connection->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection->descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    fcntl(connection->descriptor, F_SETFL, O_NONBLOCK);
    connection->is_open = false;
    connection->count = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, connection->descriptor, &event) != 0) fail("epoll_ctl");
    if (write(connection->descriptor, request, request_bytes) != (ssize_t)request_bytes) fail("write");
}

// Reads the answer to the request. True when all of it has come.
static bool read_head(struct connection *connection) {
    ssize_t count = read(
        connection->descriptor, connection->head + connection->count, HEAD_BYTES_MAX - 1 - connection->count);
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) fail("the connection ended before its answer");
    connection->count += (uint16_t)count;
    connection->head[connection->count] = 0;
    char *end = strstr(connection->head, "\r\n\r\n");
    if (!end) return false;
    char *length = strcasestr(connection->head, "\r\ncontent-length: ");
    size_t body = length && length < end ? strtoul(length + 18, NULL, 10) : 0;
    if (connection->count < (size_t)(end + 4 - connection->head) + body) return false;
    errno = 0;
    if (strncmp(connection->head, "HTTP/1.1 101 ", 13) && strncmp(connection->head, "HTTP/1.1 200 ", 13))
        fail(connection->head);
    connection->is_open = true;
    connection->count = 0;
    return true;
}

// Sends so many messages, whose places among the times are those of the oldest ones.
static void send_messages(struct connection *connection, int count) {
    ssize_t bytes = count * (MESSAGE_BYTES + 6);
    double time = now();
    for (int i = 0; i < count; i++) {
        connection->sent[connection->oldest] = time;
        connection->oldest = (connection->oldest + 1) % window;
    }
    if (write(connection->descriptor, frames, (size_t)bytes) != bytes) fail("write");
}

// Reads messages that come back, and notes their times. Returns their number.
static int read_echoes(struct connection *connection) {
    ssize_t count = read(
        connection->descriptor, connection->head + connection->count, HEAD_BYTES_MAX - 1 - connection->count);
    if (count < 0 && errno == EAGAIN) return 0;
    errno = 0;
    if (count <= 0) fail("the connection ended before its message");
    connection->count += (uint16_t)count;
    int messages = 0;
    double time = now();
    while (connection->count >= (messages + 1) * sizeof expected) {
        char *message = connection->head + (size_t)messages * sizeof expected;
        if (memcmp(message, expected, sizeof expected)) {
            connection->head[connection->count] = 0;
            fail(message + 2);
        }
        long micros = (long)((time - connection->sent[(connection->oldest + messages) % window]) * 1e6);
        times[micros < TIMES ? micros : TIMES - 1]++;
        messages++;
    }
    connection->count -= (uint16_t)((size_t)messages * sizeof expected);
    memmove(connection->head, connection->head + (size_t)messages * sizeof expected, connection->count);
    return messages;
}

static void drop(struct connection *connection) {
    static char dropped[1 << 16];
    errno = 0;
    if (read(connection->descriptor, dropped, sizeof dropped) == 0) fail("the server closed a connection");
}

static struct connection *opened(struct epoll_event event) { return event.data.ptr; }

// Opens all connections, some at a time, so that no queue of the kernel overflows.
static void open_all(int count) {
    struct epoll_event events[EVENTS_MAX];
    int begun = 0, open = 0;
    while (open < count) {
        while (begun < count && begun - open < OPENING_MAX) open_connection(&connections[begun++]);
        int ready = epoll_wait(poller, events, EVENTS_MAX, 10000);
        if (ready <= 0) fail("no answer to a handshake within 10 s");
        for (int i = 0; i < ready; i++)
            if (!opened(events[i])->is_open && read_head(opened(events[i]))) open++;
    }
}

static void hold(int count) {
    struct epoll_event events[EVENTS_MAX];
    open_all(count);
    puts("open");
    fflush(stdout);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) fail("epoll_ctl");
    while (true) {
        int ready = epoll_wait(poller, events, EVENTS_MAX, -1);
        for (int i = 0; i < ready; i++) {
            if (!opened(events[i])) return;
            drop(opened(events[i]));
        }
    }
}

static void connect_again(int count, double seconds) {
    struct epoll_event events[EVENTS_MAX];
    long done = 0;
    double begin = now(), end = begin + seconds;
    for (int i = 0; i < count; i++) open_connection(&connections[i]);
    while (now() < end) {
        int ready = epoll_wait(poller, events, EVENTS_MAX, 10000);
        if (ready <= 0) fail("no answer within 10 s");
        for (int i = 0; i < ready; i++) {
            if (!read_head(opened(events[i]))) continue;
            done++;
            // A reset, so that the client's ports do not run out.
            struct linger linger = {.l_onoff = 1, .l_linger = 0};
            setsockopt(opened(events[i])->descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
            close(opened(events[i])->descriptor);
            open_connection(opened(events[i]));
        }
    }
    printf("%.0f\n", (double)done / (now() - begin));
}

static double percentile(long total, double part) {
    long seen = 0;
    for (int i = 0; i < TIMES; i++) {
        seen += times[i];
        if ((double)seen >= (double)total * part) return (i + 1) / 1000.0;
    }
    return TIMES / 1000.0;
}

static void echo(int count, double seconds) {
    struct epoll_event events[EVENTS_MAX];
    open_all(count);
    long done = 0;
    double begin = now(), end = begin + seconds;
    for (int i = 0; i < count; i++) send_messages(&connections[i], window);
    while (now() < end) {
        int ready = epoll_wait(poller, events, EVENTS_MAX, 10000);
        if (ready <= 0) fail("no message within 10 s");
        for (int i = 0; i < ready; i++) {
            struct connection *connection = opened(events[i]);
            int messages = read_echoes(connection);
            if (messages == 0) continue;
            done += messages;
            send_messages(connection, messages);
        }
    }
    printf("%.0f %.3f %.3f\n", (double)done / (now() - begin), percentile(done, 0.5), percentile(done, 0.99));
}

int main(int argc, char **argv) {
    if (argc != 7) return 2;
    int count = atoi(argv[3]);
    double seconds = atof(argv[4]);
    FILE *file = fopen(argv[5], "r");
    window = atoi(argv[6]);
    if (!file || count < 1 || count > CONNECTIONS_MAX || window < 1 || window > WINDOW_MAX) return 2;
    request_bytes = fread(request, 1, sizeof request, file);
    fclose(file);
    address = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    poller = epoll_create1(0);
    connections = calloc((size_t)count, sizeof *connections);
    make_frames();
    if (!strcmp(argv[1], "hold")) hold(count);
    else if (!strcmp(argv[1], "connect")) connect_again(count, seconds);
    else if (!strcmp(argv[1], "echo")) echo(count, seconds);
    else return 2;
    return 0;
}
