/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pings of `ebond test failover`: see echo.h. */
#include "cli/drill/echo.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"

#define NS_PER_MS 1000000ull
#define INTERVAL_NS (ECHO_INTERVAL_MS * NS_PER_MS)

/* A request counts as lost if it is not answered within this time. */
#define PATIENCE_NS (100 * NS_PER_MS)

/*
 * Maximum number of requests between two echo_clear(): ten minutes, and less
 * than the range of sequence numbers.
 */
#define REQUESTS_MAX 60000

/* Maximum number of replies read at once. */
#define ANSWERS_MAX 1000

struct request {
	uint64_t sent_ns;
	bool answered;
};

struct echo {
	int fd, family;
	int stop_fd; /* readable: the thread must end */
	pthread_t thread;
	pthread_mutex_t
		lock; /* protects everything below except target and id, which are constant */
	struct sockaddr_storage target;
	socklen_t target_length;
	uint16_t id;
	uint16_t first; /* sequence number of requests[0] */
	uint64_t due_ns;
	size_t count;
	struct request requests[REQUESTS_MAX];
};

static int find_target(struct echo *echo, const char *target)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_RAW};
	struct addrinfo *found;

	if (getaddrinfo(target, NULL, &hints, &found))
		return -EINVAL;
	echo->family = found->ai_family;
	memcpy(&echo->target, found->ai_addr, found->ai_addrlen);
	echo->target_length = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

/* RFC 1071; an even number of bytes. */
static uint16_t checksum(const void *data, size_t length)
{
	const uint16_t *words = data;
	uint32_t sum = 0;

	for (size_t i = 0; i < length / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void send_request(struct echo *echo, uint64_t now_ns)
{
	uint16_t number = (uint16_t)(echo->first + echo->count);
	/* The same size as ping's. ICMPv6 differs in the type; the kernel fills in its checksum. */
	union {
		struct icmphdr header;
		uint16_t words[32];
	} packet = {.header = {
			    .type = echo->family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST,
			    .un.echo = {.id = htons(echo->id), .sequence = htons(number)},
		    }};

	if (echo->count == REQUESTS_MAX)
		return;
	if (echo->family == AF_INET)
		packet.header.checksum = checksum(packet.words, sizeof(packet));
	echo->requests[echo->count++] = (struct request){.sent_ns = now_ns};
	/* A request that cannot be sent counts as lost: that is what is measured. */
	if (send(echo->fd, &packet, sizeof(packet), MSG_DONTWAIT) < 0)
		errno = 0;
}

/* The ICMP message in data from a raw socket, or NULL: IPv4 sockets include the IP header. */
static const struct icmphdr *find_icmp(const struct echo *echo, const void *data, size_t length)
{
	const struct iphdr *ip = data;
	size_t offset = 0;

	if (echo->family == AF_INET && length >= sizeof(*ip))
		offset = (size_t)ip->ihl * 4;
	if (length < offset + sizeof(struct icmphdr))
		return NULL;
	return (const struct icmphdr *)((const char *)data + offset);
}

static void take_answer(struct echo *echo, const void *data, size_t length)
{
	const struct icmphdr *icmp = find_icmp(echo, data, length);
	int reply = echo->family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;
	size_t index;

	if (!icmp || icmp->type != reply || ntohs(icmp->un.echo.id) != echo->id)
		return;
	index = (uint16_t)(ntohs(icmp->un.echo.sequence) - echo->first);
	if (index < echo->count)
		echo->requests[index].answered = true;
}

static void take_answers(struct echo *echo)
{
	uint32_t buffer[512]; /* aligned for the headers in it */
	ssize_t got;

	/* An ICMP error from a router is returned once, and is not a reply. */
	for (int tries = 0; tries < ANSWERS_MAX; tries++) {
		got = recv(echo->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		if (got < 0 && errno == EAGAIN)
			return;
		if (got > 0)
			take_answer(echo, buffer, (size_t)got);
	}
}

/* Reads replies, sends the next request if due, and returns when the following one is. */
static uint64_t turn(struct echo *echo, uint64_t now_ns)
{
	uint64_t due_ns;

	pthread_mutex_lock(&echo->lock);
	take_answers(echo);
	if (now_ns >= echo->due_ns) {
		send_request(echo, now_ns);
		/* Missed requests are not made up for: a burst would distort the measurement. */
		echo->due_ns += INTERVAL_NS;
		if (echo->due_ns <= now_ns)
			echo->due_ns = now_ns + INTERVAL_NS;
	}
	due_ns = echo->due_ns;
	pthread_mutex_unlock(&echo->lock);
	return due_ns;
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 * NS_PER_MS + (uint64_t)now.tv_nsec;
}

static void *run(void *data)
{
	struct echo *echo = data;
	struct pollfd fds[] = {{.fd = echo->fd, .events = POLLIN},
			       {.fd = echo->stop_fd, .events = POLLIN}};

	setpriority(PRIO_PROCESS, 0, -20); /* otherwise pauses of a busy machine look like gaps */
	while (!fds[1].revents) {
		uint64_t now_ns = clock_ns(), due_ns = turn(echo, now_ns);
		struct timespec wait = {.tv_nsec = (long)(due_ns - now_ns)};

		if (ppoll(fds, 2, &wait, NULL) < 0)
			fds[1].revents = 0;
	}
	return NULL;
}

static int open_socket(const struct echo *echo, const char *interface)
{
	_cleanup_close_ int fd =
		socket(echo->family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       echo->family == AF_INET ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				 (socklen_t)strlen(interface) + 1) < 0)
		return -errno;
	/* A connected socket receives only packets from its peer. */
	if (connect(fd, (const struct sockaddr *)&echo->target, echo->target_length) < 0)
		return -errno;
	return TAKE_FD(fd);
}

int echo_open(const char *target, const char *interface, struct echo **ret_echo)
{
	_cleanup_close_ int fd = -EBADF, stop_fd = -EBADF;
	_cleanup_free_ struct echo *echo = calloc(1, sizeof(*echo));
	int err;

	if (!echo)
		return -ENOMEM;
	err = find_target(echo, target);
	if (err)
		return err;
	fd = open_socket(echo, interface);
	if (fd < 0)
		return fd;
	stop_fd = eventfd(0, EFD_CLOEXEC);
	if (stop_fd < 0)
		return -errno;
	echo->fd = fd;
	echo->stop_fd = stop_fd;
	echo->id = (uint16_t)getpid();
	pthread_mutex_init(&echo->lock, NULL);
	err = pthread_create(&echo->thread, NULL, run, echo);
	if (err)
		return -err;
	TAKE_FD(fd);
	TAKE_FD(stop_fd);
	*ret_echo = TAKE_PTR(echo);
	return 0;
}

void echo_close(struct echo *echo)
{
	if (!echo)
		return;
	eventfd_write(echo->stop_fd, 1);
	pthread_join(echo->thread, NULL);
	pthread_mutex_destroy(&echo->lock);
	close_fd(echo->stop_fd);
	close_fd(echo->fd);
	free(echo);
}

void echo_clear(struct echo *echo)
{
	pthread_mutex_lock(&echo->lock);
	echo->first = (uint16_t)(echo->first + echo->count);
	echo->count = 0;
	pthread_mutex_unlock(&echo->lock);
}

/* How many requests are old enough to be evaluated. */
static size_t count_old(const struct echo *echo, uint64_t now_ns)
{
	size_t count = echo->count;

	while (count && echo->requests[count - 1].sent_ns + PATIENCE_NS > now_ns)
		count--;
	return count;
}

static bool is_steady(const struct echo *echo, uint64_t now_ns, uint64_t span_ms)
{
	uint64_t since_ns = now_ns - span_ms * NS_PER_MS;
	size_t count = count_old(echo, now_ns), seen = 0;

	for (size_t i = count; i-- > 0 && echo->requests[i].sent_ns >= since_ns; seen++)
		if (!echo->requests[i].answered)
			return false;
	return seen > 0;
}

bool echo_is_steady(struct echo *echo, uint64_t span_ms)
{
	bool steady;

	pthread_mutex_lock(&echo->lock);
	steady = is_steady(echo, clock_ns(), span_ms);
	pthread_mutex_unlock(&echo->lock);
	return steady;
}

static struct echo_result evaluate(const struct echo *echo, uint64_t now_ns)
{
	struct echo_result result = {.sent = (uint32_t)count_old(echo, now_ns)};
	uint64_t longest_ns = 0, since_ns = 0; /* start of a run of lost requests; 0: none */
	uint64_t coarse_ns = INTERVAL_NS;

	for (size_t i = 0; i < result.sent; i++) {
		const struct request *request = &echo->requests[i];
		uint64_t end_ns = request->sent_ns;

		if (i && request->sent_ns - request[-1].sent_ns > coarse_ns)
			coarse_ns = request->sent_ns - request[-1].sent_ns;
		if (!request->answered) {
			result.lost++;
			since_ns = since_ns ?: request->sent_ns;
			end_ns += INTERVAL_NS; /* lower bound */
		}
		if (since_ns && end_ns - since_ns > longest_ns)
			longest_ns = end_ns - since_ns;
		if (request->answered)
			since_ns = 0;
	}
	result.gap_ms = (double)longest_ns / NS_PER_MS;
	result.coarse_ms = (double)coarse_ns / NS_PER_MS;
	return result;
}

struct echo_result echo_result(struct echo *echo)
{
	struct echo_result result;

	pthread_mutex_lock(&echo->lock);
	result = evaluate(echo, clock_ns());
	pthread_mutex_unlock(&echo->lock);
	return result;
}
