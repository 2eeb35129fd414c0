/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small packets for bench/run: how many a second arrive, and how long a request
 * takes.
 *
 *   packets send ADDRESS PORT SECONDS     UDP, 18 bytes each, as fast as it goes
 *   packets count ADDRESS PORT SECONDS    receives them; prints packets a second
 *   packets serve ADDRESS PORT            one TCP connection: answers each byte
 *   packets ask ADDRESS PORT SECONDS      TCP, one byte there and back; prints
 *                                         requests a second
 *
 * IPv4 only. The result is one number on stdout.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* 18 bytes make the smallest Ethernet frame. */
#define PAYLOAD 18
#define BATCH 32

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die(const char *what)
{
	fprintf(stderr, "packets: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct sockaddr_in parse_address(const char *address, const char *port)
{
	struct sockaddr_in result = {.sin_family = AF_INET,
				     .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};

	if (inet_pton(AF_INET, address, &result.sin_addr) != 1) {
		errno = EINVAL;
		die(address);
	}
	return result;
}

static int open_socket(int type)
{
	int fd = socket(AF_INET, type, 0);

	if (fd < 0)
		die("socket");
	return fd;
}

static void fill_batch(struct mmsghdr *messages, struct iovec *vectors, char payload[][64])
{
	for (int i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){.iov_base = payload[i], .iov_len = PAYLOAD};
		messages[i] = (struct mmsghdr){
			.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1},
		};
	}
}

static void send_packets(const struct sockaddr_in *to, double seconds)
{
	static char payload[BATCH][64];
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	int fd = open_socket(SOCK_DGRAM);
	double end = now_s() + seconds;

	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		die("connect");
	fill_batch(messages, vectors, payload);
	while (now_s() < end)
		if (sendmmsg(fd, messages, BATCH, 0) < 0 && errno != ENOBUFS &&
		    errno != ECONNREFUSED)
			die("sendmmsg");
	close(fd);
}

static void count_packets(const struct sockaddr_in *at, double seconds)
{
	static char payload[BATCH][64];
	struct timeval patience = {.tv_sec = 5};
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	int fd = open_socket(SOCK_DGRAM), size = 1 << 22;
	uint64_t packets = 0;
	double start = 0, last = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0)
		die("bind");
	fill_batch(messages, vectors, payload);
	puts("ready");
	fflush(stdout);
	/* Counting starts with the first packet, not with the process. */
	while (!start || last < start + seconds) {
		int got = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);

		if (got < 0)
			die("recvmmsg");
		last = now_s();
		if (!start)
			start = last;
		packets += (uint64_t)got;
	}
	printf("%.0f\n", (double)packets / (last - start));
	close(fd);
}

static void set_nodelay(int fd)
{
	int one = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0)
		die("TCP_NODELAY");
}

static void serve_requests(const struct sockaddr_in *at)
{
	int listener = open_socket(SOCK_STREAM), one = 1, fd;
	char byte;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (const struct sockaddr *)at, sizeof(*at)) < 0 || listen(listener, 1) < 0)
		die("bind");
	puts("ready");
	fflush(stdout);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		die("accept");
	set_nodelay(fd);
	while (read(fd, &byte, 1) == 1)
		if (write(fd, &byte, 1) != 1)
			break;
	close(fd);
	close(listener);
}

static void ask_requests(const struct sockaddr_in *to, double seconds)
{
	int fd = open_socket(SOCK_STREAM);
	uint64_t requests = 0;
	double start, end;
	char byte = 0;

	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		die("connect");
	set_nodelay(fd);
	start = now_s();
	do {
		if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
			die("request");
		requests++;
		end = now_s();
	} while (end < start + seconds);
	printf("%.0f\n", (double)requests / (end - start));
	close(fd);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct sockaddr_in address;

	if (argc != (strcmp(what, "serve") ? 5 : 4)) {
		fprintf(stderr, "usage: packets send|count|ask ADDRESS PORT SECONDS | "
				"serve ADDRESS PORT\n");
		return 2;
	}
	address = parse_address(argv[2], argv[3]);
	if (!strcmp(what, "send"))
		send_packets(&address, atof(argv[4]));
	else if (!strcmp(what, "count"))
		count_packets(&address, atof(argv[4]));
	else if (!strcmp(what, "serve"))
		serve_requests(&address);
	else if (!strcmp(what, "ask"))
		ask_requests(&address, atof(argv[4]));
	else
		return 2;
	return 0;
}
