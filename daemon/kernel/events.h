/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel tells unasked: interfaces that appear, change and vanish,
 * their IPv6, and tc filters that somebody removed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/netlink.h"

struct events;

struct events_handlers {
	/* RTM_NEWLINK; @link without counters. */
	void (*changed)(const struct link *link, void *data);
	/* RTM_DELLINK: gone, or moved to another network namespace. */
	void (*gone)(const struct link *link, void *data);
	/* A filter or qdisc of @ifindex was removed. */
	void (*filter_gone)(uint32_t ifindex, void *data);
	/* @ifindex got an IPv6 address, or another setting of IPv6. */
	void (*ipv6_changed)(uint32_t ifindex, void *data);
	/* Events were lost (ENOBUFS): everything must be looked at again. */
	void (*lost)(void *data);
};

/* Subscribes. @handlers must live as long. Returns 0 or a negative errno. */
int events_open(const struct events_handlers *handlers, void *data, struct events **ret_events);
void events_close(struct events *events);

/* For the loop to watch. */
int events_fd(const struct events *events);

/* Reads and hands out all that is there; never blocks. */
void events_read(struct events *events);
