/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one small packet costs, for bench/vm: sends UDP packets from one network
 * namespace to another and times nothing but the sending. On one CPU the
 * receiving side's work is done before the sender's system call returns, so
 * that is the whole path, from the system call to the receiver's socket.
 *
 *   cost NAMESPACE-FILE NAMESPACE-FILE ADDRESS PACKETS
 *
 * from the first to ADDRESS in the second. Prints nanoseconds a packet: the
 * median over batches of 100, so that a timer or a daemon that wakes now and then
 * does not show. Every packet must arrive.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* 18 bytes make the smallest Ethernet frame. */
#define PAYLOAD 18
#define BATCH 100
#define WARM_UP_BATCHES 10
#define PORT 7302

static void die(const char *what)
{
	fprintf(stderr, "cost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* A UDP socket of another namespace. */
static int open_in(const char *namespace)
{
	int fd = open(namespace, O_RDONLY | O_CLOEXEC), opened;

	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		die(namespace);
	close(fd);
	opened = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (opened < 0)
		die("socket");
	return opened;
}

/* Takes what has arrived; how many. */
static int drain(int fd)
{
	char payload[64];
	int count = 0;

	while (recv(fd, payload, sizeof(payload), MSG_DONTWAIT) == PAYLOAD)
		count++;
	return count;
}

/* Nanoseconds for one batch. */
static int64_t send_batch(int from, int to)
{
	static const char payload[PAYLOAD];
	int64_t start = now_ns(), end;
	int arrived;

	for (int i = 0; i < BATCH; i++)
		if (send(from, payload, PAYLOAD, 0) != PAYLOAD)
			die("send");
	end = now_ns();
	arrived = drain(to);
	if (arrived != BATCH) {
		fprintf(stderr, "cost: %d of %d packets arrived\n", arrived, BATCH);
		exit(1);
	}
	return end - start;
}

static int by_size(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int batches = argc == 5 ? (int)strtol(argv[4], NULL, 10) / BATCH : 0, size = 1 << 22, from,
	    to;
	int64_t *times = calloc((size_t)batches + 1, sizeof(*times));

	if (batches < 1 || inet_pton(AF_INET, argv[3], &address.sin_addr) != 1 || !times) {
		fprintf(stderr, "usage: cost NAMESPACE-FILE NAMESPACE-FILE ADDRESS PACKETS\n");
		return 2;
	}
	from = open_in(argv[1]);
	to = open_in(argv[2]);
	if (setsockopt(to, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 ||
	    bind(to, (const struct sockaddr *)&address, sizeof(address)) < 0)
		die("bind");
	if (connect(from, (const struct sockaddr *)&address, sizeof(address)) < 0)
		die("connect");
	for (int i = 0; i < WARM_UP_BATCHES; i++)
		send_batch(from, to);
	for (int i = 0; i < batches; i++)
		times[i] = send_batch(from, to);
	qsort(times, (size_t)batches, sizeof(*times), by_size);
	printf("%.1f\n", (double)times[batches / 2] / BATCH);
	free(times);
	close(from);
	close(to);
	return 0;
}
