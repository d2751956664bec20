// A make-believe camera for benchmarks: one epoll loop, RTSP with Digest, one key frame per PLAY.
//
// usage: server KEY_FRAME_BYTES
// Prints its port on stdout, then serves until SIGTERM. Accepts loopback peers only (any 127.x.y.z).
// Paths with "/open/" need no log-in, paths with "/hold/" never get media. User "admin", password "password". The key frame is H.264
// (640x360) by its parameter sets and NAL headers; its slice holds pseudo-random bytes, so it cannot
// be decoded: nothing here decodes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define REALM "IP Camera"
#define NONCE "5e3a7c1f9b2d4860a1c3e5f708192a3b"
#define IN_BYTES 4096

static const uint8_t SPS[] = {0x67, 0x4d, 0x40, 0x1e, 0xec, 0xa0, 0x50, 0x17, 0xfc, 0xb8, 0x08, 0x80,
                              0x00, 0x00, 0x03, 0x00, 0x80, 0x00, 0x00, 0x19, 0x07, 0x8b, 0x16, 0xcb};
static const uint8_t PPS[] = {0x68, 0xeb, 0xe3, 0xcb, 0x20};
static const char SDP[] =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Camera\r\nt=0 0\r\na=control:*\r\n"
    "m=video 0 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\nb=AS:4000\r\na=recvonly\r\na=framerate:25\r\n"
    "a=control:track1\r\na=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 packetization-mode=1;profile-level-id=4d401e;"
    "sprop-parameter-sets=Z01AHuygUBf8uAiAAAADAIAAABkHixbL,aOvjyyA=\r\n";

typedef struct {
    int fd, used;
    char *out;  // what the socket did not take
    size_t out_used, out_size;
    char in[IN_BYTES + 1];
} Peer;

static int poll_fd;
static uint8_t *burst;
static size_t burst_size;
static char ha1[33];
static EVP_MD_CTX *md_context;

static void md5_hex(const char *text, size_t size, char *hex) {
    unsigned char digest[16];
    EVP_DigestInit_ex(md_context, EVP_md5(), NULL);
    EVP_DigestUpdate(md_context, text, size);
    EVP_DigestFinal_ex(md_context, digest, NULL);
    for (int i = 0; i < 16; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[32] = 0;
}

static void add_packet(const uint8_t *prefix, size_t prefix_size, const uint8_t *data, size_t size, int marker) {
    static uint16_t sequence = 1;
    size_t length = 12 + prefix_size + size;
    uint8_t *o = burst + burst_size;
    const uint8_t head[16] = {'$', 0, length >> 8, length, 0x80, 96 | (marker ? 0x80 : 0), sequence >> 8, sequence,
                              0, 0, 0x10, 0, 0x11, 0x22, 0x33, 0x44};
    sequence++;
    memcpy(o, head, 16);
    if (prefix_size) memcpy(o + 16, prefix, prefix_size);
    memcpy(o + 16 + prefix_size, data, size);
    burst_size += 4 + length;
}

static void make_burst(size_t key_frame_bytes) {
    burst = malloc(key_frame_bytes * 2 + 4096);
    uint8_t *slice = malloc(key_frame_bytes);
    uint32_t random = 12345;
    for (size_t i = 0; i < key_frame_bytes; i++) {
        random = random * 1664525 + 1013904223;
        slice[i] = (random >> 24) | 1;
    }
    slice[0] = 0x65;  // IDR
    slice[1] = 0x88;  // first_mb_in_slice 0
    add_packet(NULL, 0, SPS, sizeof SPS, 0);
    add_packet(NULL, 0, PPS, sizeof PPS, 0);
    for (size_t at = 1; at < key_frame_bytes;) {  // FU-A, RFC 6184 section 5.8
        size_t size = key_frame_bytes - at > 1398 ? 1398 : key_frame_bytes - at;
        int last = at + size == key_frame_bytes;
        uint8_t prefix[2] = {0x60 | 28, 5 | (at == 1 ? 0x80 : 0) | (last ? 0x40 : 0)};
        add_packet(prefix, 2, slice + at, size, last);
        at += size;
    }
    free(slice);
}

static void hang_up(Peer *peer) {
    close(peer->fd);
    free(peer->out);
    free(peer);
}

static void watch(Peer *peer, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = peer};
    epoll_ctl(poll_fd, EPOLL_CTL_MOD, peer->fd, &event);
}

static void answer(Peer *peer, const void *data, size_t size) {
    if (!peer->out_size) {
        ssize_t sent = send(peer->fd, data, size, MSG_NOSIGNAL);
        if (sent == (ssize_t)size) return;
        if (sent < 0) sent = 0;
        data = (const char *)data + sent;
        size -= sent;
        watch(peer, EPOLLIN | EPOLLOUT);
    }
    peer->out = realloc(peer->out, peer->out_size + size);
    memcpy(peer->out + peer->out_size, data, size);
    peer->out_size += size;
}

static int flush_out(Peer *peer) {
    ssize_t sent = send(peer->fd, peer->out + peer->out_used, peer->out_size - peer->out_used, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    peer->out_used += sent;
    if (peer->out_used == peer->out_size) {
        free(peer->out);
        peer->out = NULL;
        peer->out_used = peer->out_size = 0;
        watch(peer, EPOLLIN);
    }
    return 0;
}

static int quoted(const char *line, const char *name, char *value, size_t size) {
    const char *start = strstr(line, name);
    if (!start) return -1;
    start += strlen(name);
    const char *end = strchr(start, '"');
    if (!end || (size_t)(end - start) >= size) return -1;
    memcpy(value, start, end - start);
    value[end - start] = 0;
    return 0;
}

static int log_in_is_right(const char *head, const char *method) {
    const char *line = strcasestr(head, "\r\nAuthorization: Digest ");
    char uri[512], response[64], text[700], ha2[33], expected[33];
    if (!line || quoted(line, "uri=\"", uri, sizeof uri) || quoted(line, "response=\"", response, sizeof response))
        return 0;
    md5_hex(text, snprintf(text, sizeof text, "%s:%s", method, uri), ha2);
    md5_hex(text, snprintf(text, sizeof text, "%s:" NONCE ":%s", ha1, ha2), expected);
    return !strcmp(expected, response);
}

static void serve(Peer *peer, const char *head) {
    char out[2048], method[32], url[512];
    int size;
    const char *cseq_line = strcasestr(head, "\r\nCSeq:");
    int cseq = cseq_line ? atoi(cseq_line + 7) : 0;
    if (sscanf(head, "%31s %511s", method, url) != 2) return;
    if (!strcmp(method, "OPTIONS")) {
        size = sprintf(out, "RTSP/1.0 200 OK\r\nCSeq: %d\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n", cseq);
    } else if (!strstr(url, "/open/") && !log_in_is_right(head, method)) {
        size = sprintf(out, "RTSP/1.0 401 Unauthorized\r\nCSeq: %d\r\nWWW-Authenticate: Digest realm=\"" REALM
                            "\", nonce=\"" NONCE "\", stale=\"FALSE\"\r\n\r\n", cseq);
    } else if (!strcmp(method, "DESCRIBE")) {
        size = snprintf(out, sizeof out, "RTSP/1.0 200 OK\r\nCSeq: %d\r\nContent-Type: application/sdp\r\n"
                        "Content-Base: %s/\r\nContent-Length: %zu\r\n\r\n%s", cseq, url, sizeof SDP - 1, SDP);
    } else if (!strcmp(method, "SETUP")) {
        size = sprintf(out, "RTSP/1.0 200 OK\r\nCSeq: %d\r\nSession: 8A31C05E;timeout=60\r\n"
                            "Transport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=11223344\r\n\r\n", cseq);
    } else if (!strcmp(method, "PLAY")) {
        size = snprintf(out, sizeof out, "RTSP/1.0 200 OK\r\nCSeq: %d\r\nSession: 8A31C05E\r\nRange: npt=0.000-\r\n"
                        "RTP-Info: url=%s/track1;seq=1;rtptime=4096\r\n\r\n", cseq, url);
        answer(peer, out, size);
        if (!strstr(url, "/hold/")) answer(peer, burst, burst_size);
        return;
    } else {
        size = sprintf(out, "RTSP/1.0 200 OK\r\nCSeq: %d\r\n\r\n", cseq);
    }
    answer(peer, out, size);
}

static int read_requests(Peer *peer) {
    ssize_t got = recv(peer->fd, peer->in + peer->used, IN_BYTES - peer->used, 0);
    if (got <= 0) return got < 0 && errno == EAGAIN ? 0 : -1;
    peer->used += got;
    peer->in[peer->used] = 0;
    char *end;
    while ((end = strstr(peer->in, "\r\n\r\n"))) {
        end[2] = 0;
        serve(peer, peer->in);
        int size = end + 4 - peer->in;
        peer->used -= size;
        memmove(peer->in, peer->in + size, peer->used + 1);
    }
    return peer->used == IN_BYTES ? -1 : 0;
}

static void accept_all(int listener) {
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    for (int fd; (fd = accept4(listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK)) >= 0;) {
        if (ntohl(from.sin_addr.s_addr) >> 24 != 127) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        Peer *peer = calloc(1, sizeof *peer);
        peer->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
    }
}

static void stop(int signal_number) { _exit(signal_number == SIGTERM ? 0 : 1); }

int main(int count, char **arguments) {
    if (count != 2) return 2;
    signal(SIGTERM, stop);
    md_context = EVP_MD_CTX_new();
    md5_hex("admin:" REALM ":password", strlen("admin:" REALM ":password"), ha1);
    make_burst(atoi(arguments[1]));
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096) ||
        getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("listen");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    poll_fd = epoll_create1(0);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.ptr = NULL});
    struct epoll_event events[512];
    for (;;) {
        int ready = epoll_wait(poll_fd, events, 512, -1);
        for (int i = 0; i < ready; i++) {
            Peer *peer = events[i].data.ptr;
            if (!peer) {
                accept_all(listener);
                continue;
            }
            int bad = events[i].events & EPOLLOUT && peer->out_size ? flush_out(peer) : 0;
            if (!bad && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) bad = read_requests(peer);
            if (bad) hang_up(peer);
        }
    }
}
