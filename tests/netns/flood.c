/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flood IFNAME RATE SECONDS: sends the frames of stdin (a line of hexadecimal
 * digits each) out of an interface in turn, RATE a second. Prints how many went.
 */
#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/if_packet.h>

#define FRAMES_MAX 64
#define FRAME_MAX 4096
#define BATCH 100

struct frame {
	size_t length;
	uint8_t bytes[FRAME_MAX];
};

static size_t read_frames(struct frame frames[FRAMES_MAX])
{
	static char line[2 * FRAME_MAX + 2];
	size_t count = 0;

	while (count < FRAMES_MAX && fgets(line, sizeof(line), stdin)) {
		struct frame *frame = &frames[count++];
		unsigned int byte;

		while (frame->length < FRAME_MAX &&
		       sscanf(line + 2 * frame->length, "%2x", &byte) == 1)
			frame->bytes[frame->length++] = (uint8_t)byte;
	}
	return count;
}

static int open_socket(const char *ifname)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		fprintf(stderr, "flood: %s: %s\n", ifname, strerror(errno));
		exit(1);
	}
	return fd;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Sends the next BATCH frames; returns how many were accepted. */
static int send_batch(int fd, struct frame *frames, size_t count, size_t first)
{
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];

	memset(messages, 0, sizeof(messages));
	for (size_t i = 0; i < BATCH; i++) {
		struct frame *frame = &frames[(first + i) % count];

		parts[i] = (struct iovec){frame->bytes, frame->length};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	return sendmmsg(fd, messages, BATCH, 0);
}

int main(int argc, char **argv)
{
	static struct frame frames[FRAMES_MAX];
	size_t count = read_frames(frames), sent = 0;
	double rate, seconds, begin = now_s();
	int fd;

	if (argc != 4 || !count) {
		fputs("usage: flood IFNAME RATE SECONDS <FRAMES\n", stderr);
		return 2;
	}
	fd = open_socket(argv[1]);
	rate = atof(argv[2]);
	seconds = atof(argv[3]);
	while (now_s() - begin < seconds) {
		struct timespec pause = {.tv_nsec = 500000};
		int taken = 0;

		if ((double)sent < (now_s() - begin) * rate)
			taken = send_batch(fd, frames, count, sent);
		else
			nanosleep(&pause, NULL);
		sent += taken > 0 ? (size_t)taken : 0;
	}
	printf("%zu\n", sent);
	return 0;
}
