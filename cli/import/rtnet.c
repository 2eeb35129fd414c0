/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink for the command: see rtnet.h. */
#include "cli/import/rtnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "import/net.h"

struct rtnet {
	struct mnl_socket *socket;
	uint32_t sequence;
	char request[1024];
	char reply[8192];
};

/* An address or network in binary. */
struct prefix {
	int family;
	size_t size;
	uint8_t bytes[16];
	uint8_t length;
};

int rtnet_open(struct rtnet **ret_rtnet)
{
	struct rtnet *rtnet = calloc(1, sizeof(*rtnet));

	if (!rtnet)
		return -ENOMEM;
	rtnet->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!rtnet->socket || mnl_socket_bind(rtnet->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		int err = -errno;

		rtnet_close(rtnet);
		return err;
	}
	*ret_rtnet = rtnet;
	return 0;
}

void rtnet_close(struct rtnet *rtnet)
{
	if (rtnet && rtnet->socket)
		mnl_socket_close(rtnet->socket);
	free(rtnet);
}

static struct nlmsghdr *start(struct rtnet *rtnet, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(rtnet->request);

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	header->nlmsg_seq = ++rtnet->sequence;
	return header;
}

static int transact(struct rtnet *rtnet, const struct nlmsghdr *header)
{
	ssize_t length;
	int done = 1;

	if (mnl_socket_sendto(rtnet->socket, header, header->nlmsg_len) < 0)
		return -errno;
	while (done > 0) {
		length = mnl_socket_recvfrom(rtnet->socket, rtnet->reply, sizeof(rtnet->reply));
		if (length < 0)
			return -errno;
		done = mnl_cb_run(rtnet->reply, (size_t)length, header->nlmsg_seq,
				  mnl_socket_get_portid(rtnet->socket), NULL, NULL);
	}
	return done < 0 ? -errno : 0;
}

/* Parses "192.0.2.1/24", or an address without a length; checked by the model before. */
static struct prefix parse_prefix(const char *text)
{
	struct prefix prefix = {.family = import_is_ip6(text) ? AF_INET6 : AF_INET};
	size_t ip_length = strcspn(text, "/");
	char ip[64];

	snprintf(ip, sizeof(ip), "%.*s", (int)ip_length, text);
	inet_pton(prefix.family, ip, prefix.bytes);
	prefix.size = prefix.family == AF_INET6 ? 16 : 4;
	prefix.length = (uint8_t)(prefix.size * 8);
	if (text[ip_length])
		prefix.length = (uint8_t)strtoul(text + ip_length + 1, NULL, 10);
	return prefix;
}

/* The highest address of the network. */
static uint32_t usual_broadcast(const struct prefix *prefix)
{
	uint32_t ip, hosts = prefix->length ? (1u << (32 - prefix->length)) - 1 : UINT32_MAX;

	memcpy(&ip, prefix->bytes, sizeof(ip));
	return ip | htonl(hosts);
}

int rtnet_address(struct rtnet *rtnet, unsigned int ifindex, const struct import_address *address,
		  bool add)
{
	struct nlmsghdr *header =
		start(rtnet, add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0);
	struct ifaddrmsg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));
	struct prefix prefix = parse_prefix(address->text);

	message->ifa_family = (uint8_t)prefix.family;
	message->ifa_prefixlen = prefix.length;
	message->ifa_index = ifindex;
	mnl_attr_put(header, IFA_LOCAL, prefix.size, prefix.bytes);
	mnl_attr_put(header, IFA_ADDRESS, prefix.size, prefix.bytes);
	if (prefix.family == AF_INET && address->broadcast) {
		struct prefix broadcast = parse_prefix(address->broadcast);

		mnl_attr_put(header, IFA_BROADCAST, broadcast.size, broadcast.bytes);
	} else if (prefix.family == AF_INET && prefix.length < 31) {
		mnl_attr_put_u32(header, IFA_BROADCAST, usual_broadcast(&prefix));
	}
	if (address->label)
		mnl_attr_put_strz(header, IFA_LABEL, address->label);
	return transact(rtnet, header);
}

/* The kernel's constants for keywords of a route. */
static uint8_t number_of_type(const struct import_route *route)
{
	if (!route->type)
		return RTN_UNICAST;
	return !strcmp(route->type, "blackhole")  ? RTN_BLACKHOLE
	       : !strcmp(route->type, "prohibit") ? RTN_PROHIBIT
						  : RTN_UNREACHABLE;
}

static uint8_t number_of_scope(const struct import_route *route)
{
	if (!route->scope)
		return route->via || route->type ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	return !strcmp(route->scope, "link")   ? RT_SCOPE_LINK
	       : !strcmp(route->scope, "host") ? RT_SCOPE_HOST
	       : !strcmp(route->scope, "site") ? RT_SCOPE_SITE
					       : RT_SCOPE_UNIVERSE;
}

static void put_address(struct nlmsghdr *header, uint16_t attribute, const char *text)
{
	struct prefix prefix;

	if (!text)
		return;
	prefix = parse_prefix(text);
	mnl_attr_put(header, attribute, prefix.size, prefix.bytes);
}

int rtnet_route(struct rtnet *rtnet, unsigned int ifindex, const struct import_route *route,
		bool add)
{
	struct nlmsghdr *header = start(rtnet, add ? RTM_NEWROUTE : RTM_DELROUTE,
					add ? NLM_F_CREATE | NLM_F_EXCL : 0);
	struct rtmsg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));

	message->rtm_family = route->is_ip6 ? AF_INET6 : AF_INET;
	message->rtm_dst_len = route->to ? parse_prefix(route->to).length : 0;
	message->rtm_protocol = RTPROT_BOOT;
	message->rtm_scope = number_of_scope(route);
	message->rtm_type = number_of_type(route);
	message->rtm_flags = route->is_onlink ? RTNH_F_ONLINK : 0;
	mnl_attr_put_u32(header, RTA_TABLE, route->table ?: RT_TABLE_MAIN);
	put_address(header, RTA_DST, route->to);
	put_address(header, RTA_GATEWAY, route->via);
	put_address(header, RTA_PREFSRC, route->source);
	if (route->metric)
		mnl_attr_put_u32(header, RTA_PRIORITY, route->metric);
	if (!route->type)
		mnl_attr_put_u32(header, RTA_OIF, ifindex);
	if (route->mtu) {
		struct nlattr *metrics = mnl_attr_nest_start(header, RTA_METRICS);

		mnl_attr_put_u32(header, RTAX_MTU, route->mtu);
		mnl_attr_nest_end(header, metrics);
	}
	return transact(rtnet, header);
}

/* @change: the mask of @flags to change. */
static struct nlmsghdr *start_link(struct rtnet *rtnet, unsigned int ifindex, unsigned int flags,
				   unsigned int change)
{
	struct nlmsghdr *header = start(rtnet, RTM_NEWLINK, 0);
	struct ifinfomsg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));

	message->ifi_index = (int)ifindex;
	message->ifi_flags = flags;
	message->ifi_change = change;
	return header;
}

int rtnet_set_up(struct rtnet *rtnet, unsigned int ifindex, bool up)
{
	return transact(rtnet, start_link(rtnet, ifindex, up ? IFF_UP : 0, IFF_UP));
}

int rtnet_set_mtu(struct rtnet *rtnet, unsigned int ifindex, uint32_t mtu)
{
	struct nlmsghdr *header = start_link(rtnet, ifindex, 0, 0);

	mnl_attr_put_u32(header, IFLA_MTU, mtu);
	return transact(rtnet, header);
}

int rtnet_set_mac(struct rtnet *rtnet, unsigned int ifindex, const char *mac)
{
	struct nlmsghdr *header = start_link(rtnet, ifindex, 0, 0);
	uint8_t bytes[6] = {0};

	import_parse_mac(mac, bytes);
	mnl_attr_put(header, IFLA_ADDRESS, sizeof(bytes), bytes);
	return transact(rtnet, header);
}
