/* A lean epoll client for fan-out over WebSocket: N receivers and one sender, on loopback.
 *
 * Every message carries its time of sending (CLOCK_MONOTONIC, ns) after the marker "t":, so latency
 * is from the sender's write to the receiver's read, in one clock.
 *
 *   gcc -O2 -o fanclient fanclient.c && ./fanclient PORT PATH N RATES SECONDS
 *
 * FAN_HELLO: a text that each connection sends first. FAN_WRAP: a format with one %s round each
 * message. Waits for a line on stdin before each rate; prints one line of JSON per rate. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUCKETS 200000 /* of 100 us */
#define NS 1000000000ull
typedef struct { int fd, carry; char rest[96]; } conn;
static uint32_t hist[BUCKETS];
static uint64_t received, bytes, not_before;
static double worst_us;
static char in[1 << 18];

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * NS + t.tv_nsec;
}

/* Counts the messages in p; gives the offset of what has to be kept for the next read. */
static int scan(char *p, int n, uint64_t at) {
  char *end = p + n, *q = p;
  int last = 0;
  while (q < end && (q = memmem(q, end - q, "\"t\":", 4))) {
    char *s = q + 4;
    uint64_t sent = 0;
    while (s < end && *s >= '0' && *s <= '9') sent = sent * 10 + (*s++ - '0');
    if (s == end) return (int)(q - p);
    q = s;
    last = (int)(s - p);
    if (sent < not_before) continue;
    received++;
    double us = (at - sent) / 1000.0;
    if (us > worst_us) worst_us = us;
    int b = (int)(us / 100);
    hist[b < BUCKETS ? b : BUCKETS - 1]++;
  }
  int keep = n - 3 > last ? n - 3 : last;
  return keep < 0 ? 0 : keep;
}

static int frame(char *out, const char *text, int n) { /* masked with zeros: valid, unchanged */
  int head = 2;
  out[0] = (char)0x81;
  if (n < 126) out[1] = (char)(0x80 | n);
  else out[1] = (char)(0x80 | 126), out[2] = n >> 8, out[3] = n & 255, head = 4;
  memset(out + head, 0, 4);
  memcpy(out + head + 4, text, n);
  return head + 4 + n;
}

static double percentile(double p) {
  uint64_t total = 0, seen = 0;
  for (int i = 0; i < BUCKETS; i++) total += hist[i];
  for (int i = 0; i < BUCKETS; i++)
    if ((seen += hist[i]) > total * p) return (i + 0.5) * 0.1;
  return -1;
}

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void drain(int ep, conn *all, double seconds) {
  struct epoll_event ev[512];
  uint64_t until = now() + (uint64_t)(seconds * NS);
  while (now() < until) {
    int n = epoll_wait(ep, ev, 512, 50);
    for (int i = 0; i < n; i++) {
      conn *k = &all[ev[i].data.u32];
      k->carry = 0;
      int r;
      while ((r = read(k->fd, in, sizeof in)) > 0) {}
      if (!r) epoll_ctl(ep, EPOLL_CTL_DEL, k->fd, NULL);
    }
  }
}

int main(int c, char **v) {
  if (c < 6) return fprintf(stderr, "PORT PATH N RATES SECONDS\n"), 2;
  int port = atoi(v[1]), count = atoi(v[3]), open_ = 0;
  double seconds = atof(v[5]);
  const char *hello = getenv("FAN_HELLO"), *wrap = getenv("FAN_WRAP");
  struct rlimit files = {200000, 200000};
  if (setrlimit(RLIMIT_NOFILE, &files)) {
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  int ep = epoll_create1(0);
  conn *all = calloc(count + 1, sizeof *all);
  char text[1024], out[2048];
  uint64_t began = now();
  for (int i = 0; i <= count; i++) {
    conn *k = &all[i];
    int one = 1;
    k->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(k->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(k->fd, (void *)&to, sizeof to)) return perror("connect"), 1;
    int n = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Origin: http://127.0.0.1:%d\r\n\r\n", v[2], port, port);
    if (write(k->fd, text, n) != n) return 1;
    int r = read(k->fd, in, sizeof in - 1);
    if (r <= 0) return fprintf(stderr, "connection %d closed\n", i), 1;
    in[r] = 0;
    if (!strstr(in, " 101 ")) return fprintf(stderr, "refused: %.200s\n", in), 1;
    if (hello && *hello) {
      n = frame(out, hello, strlen(hello));
      if (write(k->fd, out, n) != n) return 1;
    }
    open_++;
    fcntl(k->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event ev = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(ep, EPOLL_CTL_ADD, k->fd, &ev);
  }
  printf("{\"connected\":%d,\"connect_s\":%.2f}\n", open_, (now() - began) / 1e9);
  fflush(stdout);
  drain(ep, all, 1.5);
  char line[64];
  if (!fgets(line, sizeof line, stdin)) return 1;
  for (char *token = strtok(v[4], ","); token; token = strtok(NULL, ",")) {
    double rate = atof(token), cpu0 = cpu();
    memset(hist, 0, sizeof hist);
    received = bytes = 0, worst_us = 0;
    long sent = 0;
    uint64_t start = now(), end = start + (uint64_t)(seconds * NS), step = (uint64_t)(1e9 / rate);
    uint64_t next = start, hard = end + 3 * NS, last = start;
    int broken = 0;
    struct epoll_event ev[512];
    not_before = start;
    for (;;) {
      uint64_t t = now();
      for (; t < end && t >= next; t = now()) {
        char said[768];
        snprintf(said, sizeof said,
            "{\"t\":%llu,\"id\":%ld,\"u\":\"member-%ld\",\"x\":\"Is the jade green one still in stock? "
            "\xe8\xbf\x98\xe6\x9c\x89\xe8\xb4\xa7\xe5\x90\x97 How long is the strap?\"}",
            (unsigned long long)now(), sent, sent % 997);
        int n = snprintf(text, sizeof text, wrap && *wrap ? wrap : "%s", said);
        n = frame(out, text, n);
        if (write(all[count].fd, out, n) != n) broken |= 2;
        sent++;
        next += step;
      }
      if (t >= hard || (t >= end && received >= (uint64_t)sent * (count + 1))) break;
      int wait = t < end ? (int)((next - t) / 1000000) : 20;
      int n = epoll_wait(ep, ev, 512, wait > 20 ? 20 : wait < 0 ? 0 : wait);
      for (int i = 0; i < n; i++) {
        conn *k = &all[ev[i].data.u32];
        memcpy(in, k->rest, k->carry);
        int r = read(k->fd, in + k->carry, sizeof in - k->carry);
        if (r <= 0) {
          if (r == 0) broken |= 1, epoll_ctl(ep, EPOLL_CTL_DEL, k->fd, NULL);
          continue;
        }
        bytes += r;
        int total = r + k->carry, from = scan(in, total, last = now()), keep = total - from;
        if (keep > (int)sizeof k->rest) from = total - 3, keep = 3;
        memcpy(k->rest, in + from, keep);
        k->carry = keep;
      }
    }
    printf("{\"rate\":%.0f,\"sent\":%ld,\"expected\":%llu,\"received\":%llu,\"p50_ms\":%.2f,"
           "\"p99_ms\":%.2f,\"worst_ms\":%.1f,\"client_cpu_s\":%.2f,\"mb\":%.1f,\"broken\":%d}\n",
        rate, sent, (unsigned long long)sent * (count + 1), (unsigned long long)received,
        percentile(.5), percentile(.99), worst_us / 1000, cpu() - cpu0, bytes / 1e6, broken);
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin) || line[0] == 'q') break;
    drain(ep, all, 0.3);
  }
  return 0;
}
