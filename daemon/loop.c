/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop on epoll. */
#include "daemon/loop.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "lib/cleanup.h"

#define EVENTS_MAX 16

struct watch {
	int fd; /* negative: free */
	/* Counts reuses of the slot, to recognize events for an earlier owner. */
	uint32_t generation;
	loop_handler handler;
	void *data;
};

struct loop {
	int epoll_fd;
	bool stopped;
	struct watch watches[LOOP_WATCHES_MAX];
};

int loop_new(struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return -ENOMEM;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0) {
		int err = -errno;

		free(loop);
		return err;
	}
	for (size_t i = 0; i < LOOP_WATCHES_MAX; i++)
		loop->watches[i].fd = -EBADF;
	*ret_loop = loop;
	return 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	close_fd(loop->epoll_fd);
	free(loop);
}

int loop_watch(struct loop *loop, int fd, loop_handler handler, void *data)
{
	for (uint32_t i = 0; i < LOOP_WATCHES_MAX; i++) {
		struct watch *watch = &loop->watches[i];
		struct epoll_event event = {.events = EPOLLIN};

		if (watch->fd >= 0)
			continue;
		event.data.u64 = (uint64_t)(watch->generation + 1) << 32 | i;
		if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
			return -errno;
		watch->fd = fd;
		watch->generation++;
		watch->handler = handler;
		watch->data = data;
		return 0;
	}
	return -ENOSPC;
}

void loop_unwatch(struct loop *loop, int fd)
{
	for (size_t i = 0; i < LOOP_WATCHES_MAX; i++) {
		if (loop->watches[i].fd != fd)
			continue;
		epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		loop->watches[i].fd = -EBADF;
		return;
	}
}

static void dispatch(struct loop *loop, const struct epoll_event *event)
{
	uint32_t index = (uint32_t)event->data.u64;
	uint32_t generation = (uint32_t)(event->data.u64 >> 32);
	struct watch *watch = &loop->watches[index];

	if (watch->fd >= 0 && watch->generation == generation)
		watch->handler(watch->fd, watch->data);
}

static int timeout_until(uint64_t deadline_ms)
{
	uint64_t now_ms = loop_now_ms();

	if (deadline_ms == UINT64_MAX)
		return -1;
	if (deadline_ms <= now_ms)
		return 0;
	return deadline_ms - now_ms > INT_MAX ? INT_MAX : (int)(deadline_ms - now_ms);
}

int loop_run(struct loop *loop, loop_turn turn, void *data)
{
	uint64_t deadline_ms = turn(loop_now_ms(), data);

	while (!loop->stopped) {
		struct epoll_event events[EVENTS_MAX];
		int count =
			epoll_wait(loop->epoll_fd, events, EVENTS_MAX, timeout_until(deadline_ms));

		if (count < 0 && errno != EINTR)
			return -errno;
		for (int i = 0; i < count; i++)
			dispatch(loop, &events[i]);
		deadline_ms = turn(loop_now_ms(), data);
	}
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

uint64_t loop_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
