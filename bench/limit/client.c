// The least that a check can cost: one epoll loop that makes the exchanges of a check and no more.
//
// usage: client PORT describe|check CONCURRENCY TOTAL PATH
// describe: OPTIONS, DESCRIBE (and again with Digest after a 401).
// check: the same, SETUP, PLAY, packets until a key frame is complete, TEARDOWN.
// No deadline, no reasons, no record. Prints one JSON object: cpu (seconds, user and system), failed.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES 65536

enum { CONNECTING, OPTIONS, DESCRIBE, SETUP, PLAY, MEDIA, TEARDOWN };

typedef struct {
    int fd, stage, used, cseq, logged_in, key_frame_open;
    char url[96], realm[64], nonce[80], ha1[33], session[48], control[64];
    char *in;
} Check;

static int poll_fd, port, whole, failed;
static long started, total, finished;
static const char *path;
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

static void start(Check *check) {
    char *in = check->in;
    memset(check, 0, sizeof *check);
    check->in = in;
    uint32_t camera = started++ % 4000;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(0x7f000000 | (camera / 200) << 8 | (camera % 200 + 1));
    char ip[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &to.sin_addr, ip, sizeof ip);
    snprintf(check->url, sizeof check->url, "rtsp://%s:%d%s", ip, port, path);
    check->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(check->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(check->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
        perror("connect");
        exit(1);
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = check};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, check->fd, &event);
}

static void finish(Check *check, int good) {
    close(check->fd);
    finished++;
    failed += !good;
    if (started < total) start(check);
}

static void ask(Check *check, const char *method, const char *control, const char *headers) {
    char out[1024], log_in[400] = "";
    if (check->logged_in) {
        char text[300], ha2[33], response[33];
        md5_hex(text, snprintf(text, sizeof text, "%s:%s%s", method, check->url, control), ha2);
        md5_hex(text, snprintf(text, sizeof text, "%s:%s:%s", check->ha1, check->nonce, ha2), response);
        snprintf(log_in, sizeof log_in,
                 "Authorization: Digest username=\"admin\", realm=\"%s\", nonce=\"%s\", uri=\"%s%s\", response=\"%s\"\r\n",
                 check->realm, check->nonce, check->url, control, response);
    }
    int size = snprintf(out, sizeof out, "%s %s%s RTSP/1.0\r\nCSeq: %d\r\nUser-Agent: limit/1\r\n%s%s\r\n", method,
                        check->url, control, ++check->cseq, log_in, headers);
    send(check->fd, out, size, MSG_NOSIGNAL);
}

static void copy_until(const char *text, const char *name, const char *ends, char *value, size_t size) {
    const char *start = strcasestr(text, name);
    *value = 0;
    if (!start) return;
    start += strlen(name);
    size_t length = strcspn(start, ends);
    if (length >= size) return;
    memcpy(value, start, length);
    value[length] = 0;
}

static void log_in(Check *check) {
    char text[200];
    copy_until(check->in, "realm=\"", "\"", check->realm, sizeof check->realm);
    copy_until(check->in, "nonce=\"", "\"", check->nonce, sizeof check->nonce);
    md5_hex(text, snprintf(text, sizeof text, "admin:%s:password", check->realm), check->ha1);
    check->logged_in = 1;
}

// Act on one whole response; 0 when the check is over.
static int take_response(Check *check, int status) {
    char text[120];
    switch (check->stage) {
    case OPTIONS:
        check->stage = DESCRIBE;
        ask(check, "DESCRIBE", "", "Accept: application/sdp\r\n");
        return 1;
    case DESCRIBE:
        if (status == 401 && !check->logged_in) {
            log_in(check);
            ask(check, "DESCRIBE", "", "Accept: application/sdp\r\n");
            return 1;
        }
        const char *video = strstr(check->in, "m=video");
        if (status != 200 || !video || !whole) return finish(check, status == 200 && video), 0;
        check->control[0] = '/';
        copy_until(video, "a=control:", "\r\n", check->control + 1, sizeof check->control - 1);
        check->stage = SETUP;
        ask(check, "SETUP", check->control, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
        return 1;
    case SETUP:
        copy_until(check->in, "Session: ", ";\r", check->session, sizeof check->session);
        if (status != 200 || !*check->session) return finish(check, 0), 0;
        check->stage = PLAY;
        snprintf(text, sizeof text, "Session: %s\r\nRange: npt=0.000-\r\n", check->session);
        ask(check, "PLAY", "", text);
        return 1;
    case PLAY:
        if (status != 200) return finish(check, 0), 0;
        check->stage = MEDIA;
        return 1;
    default:
        return finish(check, status == 200), 0;
    }
}

// Look at one RTP packet; 1 when it completes a key frame.
static int take_packet(Check *check, const uint8_t *rtp, int size) {
    if (size < 14) return 0;
    int type = rtp[12] & 31;
    if (type == 28) type = rtp[13] & 31;
    if (type == 5) check->key_frame_open = 1;
    return check->key_frame_open && rtp[1] & 0x80;
}

static void take(Check *check) {
    int at = 0;
    while (at < check->used) {
        char *data = check->in + at;
        int left = check->used - at;
        if (*data == '$') {
            if (left < 4) break;
            int size = (uint8_t)data[2] << 8 | (uint8_t)data[3];
            if (left < 4 + size) break;
            if (check->stage == MEDIA && data[1] == 0 && take_packet(check, (uint8_t *)data + 4, size)) {
                char text[80];
                check->stage = TEARDOWN;
                snprintf(text, sizeof text, "Session: %s\r\n", check->session);
                ask(check, "TEARDOWN", "", text);
            }
            at += 4 + size;
            continue;
        }
        char *end = memmem(data, left, "\r\n\r\n", 4);
        if (!end) break;
        char length[16];
        *end = 0;
        copy_until(data, "\r\nContent-Length: ", "\r", length, sizeof length);
        *end = '\r';
        int size = end + 4 - data + atoi(length);
        if (left < size) break;
        memmove(check->in, data, left);
        check->used = left;
        check->in[left] = 0;
        at = size;
        if (!take_response(check, atoi(check->in + 9))) return;
    }
    memmove(check->in, check->in + at, check->used - at);
    check->used -= at;
}

static void on_event(Check *check) {
    if (check->stage == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(check->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) return finish(check, 0);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = check};
        epoll_ctl(poll_fd, EPOLL_CTL_MOD, check->fd, &event);
        check->stage = OPTIONS;
        return ask(check, "OPTIONS", "", "");
    }
    ssize_t got = recv(check->fd, check->in + check->used, BUFFER_BYTES - 1 - check->used, 0);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) return;
        return finish(check, 0);
    }
    check->used += got;
    take(check);
}

int main(int count, char **arguments) {
    if (count != 6) return 2;
    port = atoi(arguments[1]);
    whole = !strcmp(arguments[2], "check");
    long concurrency = atol(arguments[3]);
    total = atol(arguments[4]);
    path = arguments[5];
    md_context = EVP_MD_CTX_new();
    poll_fd = epoll_create1(0);
    Check *checks = calloc(concurrency, sizeof *checks);
    for (long i = 0; i < concurrency && started < total; i++) {
        checks[i].in = malloc(BUFFER_BYTES);
        start(&checks[i]);
    }
    struct epoll_event events[256];
    while (finished < total) {
        int ready = epoll_wait(poll_fd, events, 256, 10000);
        if (ready <= 0) {
            fprintf(stderr, "stalled after %ld\n", finished);
            return 1;
        }
        for (int i = 0; i < ready; i++) on_event(events[i].data.ptr);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
    printf("{\"cpu\": %.6f, \"failed\": %d}\n", cpu, failed);
    return failed ? 1 : 0;
}
