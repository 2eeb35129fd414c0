/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rtnetlink subscription. */
#include "daemon/kernel/events.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

/* Room for a burst of changes to a few hundred interfaces. */
#define RECEIVE_BUFFER_BYTES (1 << 20)

struct events {
	struct mnl_socket *socket;
	const struct events_handlers *handlers;
	void *data;
	char buffer[32768];
};

/* Groups beyond the 32 of RTMGRP_*; they may be missing only if the kernel has no IPv6. */
static void join_groups(struct events *events)
{
	static const int groups[] = {RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_NETCONF};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		mnl_socket_setsockopt(events->socket, NETLINK_ADD_MEMBERSHIP, (void *)&groups[i],
				      sizeof(groups[i]));
}

static int subscribe(struct events *events)
{
	int fd, bytes = RECEIVE_BUFFER_BYTES;

	events->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!events->socket)
		return -errno;
	fd = mnl_socket_get_fd(events->socket);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (mnl_socket_bind(events->socket, RTMGRP_LINK | RTMGRP_TC, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	join_groups(events);
	return 0;
}

int events_open(const struct events_handlers *handlers, void *data, struct events **ret_events)
{
	struct events *events = calloc(1, sizeof(*events));
	int err;

	if (!events)
		return -ENOMEM;
	events->handlers = handlers;
	events->data = data;
	err = subscribe(events);
	if (err) {
		events_close(events);
		return err;
	}
	*ret_events = events;
	return 0;
}

void events_close(struct events *events)
{
	if (!events)
		return;
	if (events->socket)
		mnl_socket_close(events->socket);
	free(events);
}

int events_fd(const struct events *events)
{
	return mnl_socket_get_fd(events->socket);
}

/* The interface of these settings; 0: not a single one. */
static uint32_t netconf_ifindex(const struct nlmsghdr *header)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, header, sizeof(struct netconfmsg))
		if (mnl_attr_get_type(attr) == NETCONFA_IFINDEX &&
		    mnl_attr_get_payload_len(attr) == sizeof(int32_t) &&
		    (int32_t)mnl_attr_get_u32(attr) > 0)
			return mnl_attr_get_u32(attr);
	return 0;
}

static uint32_t tc_ifindex(const struct nlmsghdr *header)
{
	return (uint32_t)((const struct tcmsg *)mnl_nlmsg_get_payload(header))->tcm_ifindex;
}

static void hand_out(struct events *events, const struct nlmsghdr *header)
{
	struct link link;

	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		/* A bridge's view of its ports is sent to the same group. */
		if (((const struct ifinfomsg *)mnl_nlmsg_get_payload(header))->ifi_family)
			return;
		nl_parse_link(header, &link);
		if (header->nlmsg_type == RTM_NEWLINK)
			events->handlers->changed(&link, events->data);
		else
			events->handlers->gone(&link, events->data);
		break;
	case RTM_NEWADDR:
		events->handlers->ipv6_changed(
			((const struct ifaddrmsg *)mnl_nlmsg_get_payload(header))->ifa_index,
			events->data);
		break;
	case RTM_NEWNETCONF:
		events->handlers->ipv6_changed(netconf_ifindex(header), events->data);
		break;
	case RTM_NEWTFILTER:
	case RTM_NEWQDISC:
		events->handlers->filter_new(tc_ifindex(header), events->data);
		break;
	case RTM_DELTFILTER:
	case RTM_DELQDISC:
		events->handlers->filter_gone(tc_ifindex(header), events->data);
		break;
	}
}

void events_read(struct events *events)
{
	for (;;) {
		ssize_t length =
			mnl_socket_recvfrom(events->socket, events->buffer, sizeof(events->buffer));
		int left = (int)length;

		if (length < 0 && errno == ENOBUFS) {
			events->handlers->lost(events->data);
			continue;
		}
		if (length <= 0)
			return;
		for (const struct nlmsghdr *header = (const void *)events->buffer;
		     mnl_nlmsg_ok(header, left); header = mnl_nlmsg_next(header, &left))
			hand_out(events, header);
	}
}
