/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnetlink notifications: interfaces that appear, change and disappear, their
 * IPv6, and tc filters that were removed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/netlink.h"

struct events;

struct events_handlers {
	/* RTM_NEWLINK; @link without counters. */
	void (*changed)(const struct link *link, void *data);
	/* RTM_DELLINK: removed, or moved to another network namespace. */
	void (*gone)(const struct link *link, void *data);
	/* A filter or qdisc of @ifindex was added, or removed. */
	void (*filter_new)(uint32_t ifindex, void *data);
	void (*filter_gone)(uint32_t ifindex, void *data);
	/* @ifindex got an IPv6 address, or its IPv6 settings changed. */
	void (*ipv6_changed)(uint32_t ifindex, void *data);
	/* Events were lost (ENOBUFS): everything must be checked again. */
	void (*lost)(void *data);
};

/* Subscribes. @handlers must outlive *@ret_events. Returns 0 or a negative errno. */
int events_open(const struct events_handlers *handlers, void *data, struct events **ret_events);
void events_close(struct events *events);

/* For the loop to watch. */
int events_fd(const struct events *events);

/* Reads and dispatches all pending events; never blocks. */
void events_read(struct events *events);
