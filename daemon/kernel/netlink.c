/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink requests, built with libmnl. */
#include "daemon/kernel/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#define BUFFER_BYTES 32768

/* IFLA_NETKIT_* and enum netkit_* from Linux 6.7, newer than Debian 12's headers. */
#define NETKIT_PEER_INFO 1
#define NETKIT_PEER_POLICY 4
#define NETKIT_MODE 5
#define NETKIT_MODE_L2 0
#define NETKIT_POLICY_DROP 2

struct nl {
	struct mnl_socket *socket;
	uint32_t sequence;
	char message[128];
	char request[4096];
	char reply[BUFFER_BYTES];
};

int nl_open(struct nl **ret_nl)
{
	struct nl *nl = calloc(1, sizeof(*nl));
	int on = 1;

	if (!nl)
		return -ENOMEM;
	nl->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl->socket || mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		int err = -errno;

		nl_close(nl);
		return err;
	}
	/* Optional: for better messages and less data. */
	mnl_socket_setsockopt(nl->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	*ret_nl = nl;
	return 0;
}

void nl_close(struct nl *nl)
{
	if (!nl)
		return;
	if (nl->socket)
		mnl_socket_close(nl->socket);
	free(nl);
}

const char *nl_last_message(const struct nl *nl)
{
	return nl->message;
}

static struct nlmsghdr *start_request(struct nl *nl, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(nl->request);

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	header->nlmsg_seq = ++nl->sequence;
	nl->message[0] = '\0';
	return header;
}

static struct nlmsghdr *start_link_request(struct nl *nl, uint16_t type, uint16_t flags,
					   uint32_t ifindex)
{
	struct nlmsghdr *header = start_request(nl, type, flags);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(header, sizeof(*info));

	info->ifi_family = AF_UNSPEC;
	info->ifi_index = (int)ifindex;
	return header;
}

/* Saves the text of the extended acknowledgement (NLMSGERR_ATTR_MSG). */
static void keep_message(struct nl *nl, const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(header);
	size_t offset = sizeof(*error);
	const struct nlattr *attr;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		offset += mnl_nlmsg_get_payload_len(header) > offset
				  ? error->msg.nlmsg_len - sizeof(error->msg)
				  : 0;
	mnl_attr_for_each(attr, header, offset)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			snprintf(nl->message, sizeof(nl->message), "%s", mnl_attr_get_str(attr));
}

typedef void (*message_handler)(const struct nlmsghdr *message, void *data);

/* Returns 1 when the reply is complete, 0 if there is more, or a negative errno. */
static int take_message(struct nl *nl, const struct nlmsghdr *header, message_handler handler,
			void *data)
{
	if (header->nlmsg_seq != nl->sequence)
		return 0;
	if (header->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *error = mnl_nlmsg_get_payload(header);

		keep_message(nl, header);
		return error->error ? error->error : 1;
	}
	if (header->nlmsg_type == NLMSG_DONE)
		return 1;
	if (handler)
		handler(header, data);
	return 0;
}

/* Sends the request and passes each message of the reply to @handler until it is complete. */
static int transact(struct nl *nl, struct nlmsghdr *request, message_handler handler, void *data)
{
	int result = 0;

	if ((request->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		request->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(nl->socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (result == 0) {
		ssize_t length = mnl_socket_recvfrom(nl->socket, nl->reply, sizeof(nl->reply));
		int left = (int)length;

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		for (const struct nlmsghdr *header = (const void *)nl->reply;
		     result == 0 && mnl_nlmsg_ok(header, left);
		     header = mnl_nlmsg_next(header, &left))
			result = take_message(nl, header, handler, data);
	}
	return result < 0 ? result : 0;
}

static void parse_vlan(const struct nlattr *data, struct link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data) {
		if (mnl_attr_get_payload_len(attr) < sizeof(uint16_t))
			continue;
		if (mnl_attr_get_type(attr) == IFLA_VLAN_ID)
			link->vlan_id = mnl_attr_get_u16(attr);
		else if (mnl_attr_get_type(attr) == IFLA_VLAN_PROTOCOL)
			link->vlan_protocol = ntohs(mnl_attr_get_u16(attr));
	}
}

/* IFLA_INFO_KIND precedes the kind's own attributes. */
static void parse_info(const struct nlattr *linkinfo, struct link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, linkinfo) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND &&
		    mnl_attr_validate(attr, MNL_TYPE_STRING) >= 0)
			snprintf(link->kind, sizeof(link->kind), "%.*s",
				 (int)mnl_attr_get_payload_len(attr), mnl_attr_get_str(attr));
		else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA &&
			 strcmp(link->kind, "vlan") == 0)
			parse_vlan(attr, link);
	}
}

static bool parse_mac(const struct nlattr *attr, uint8_t mac[MAC_LENGTH])
{
	if (mnl_attr_get_payload_len(attr) != MAC_LENGTH)
		return false;
	memcpy(mac, mnl_attr_get_payload(attr), MAC_LENGTH);
	return true;
}

static void parse_stats(const struct nlattr *attr, struct link *link)
{
	struct rtnl_link_stats64 stats = {};
	size_t length = mnl_attr_get_payload_len(attr);

	memcpy(&stats, mnl_attr_get_payload(attr), length < sizeof(stats) ? length : sizeof(stats));
	link->rx_packets = stats.rx_packets;
	link->tx_packets = stats.tx_packets;
	link->rx_bytes = stats.rx_bytes;
	link->tx_bytes = stats.tx_bytes;
	link->rx_errors = stats.rx_errors;
	link->tx_errors = stats.tx_errors;
	link->rx_crc_errors = stats.rx_crc_errors;
}

static void parse_link_attribute(const struct nlattr *attr, struct link *link)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		snprintf(link->name, sizeof(link->name), "%s", mnl_attr_get_str(attr));
		break;
	case IFLA_MTU:
		link->mtu = mnl_attr_get_u32(attr);
		break;
	case IFLA_MASTER:
		link->master = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINK:
		link->lower = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINK_NETNSID:
		link->lower_is_elsewhere = true;
		break;
	case IFLA_IFALIAS:
		snprintf(link->alias, sizeof(link->alias), "%.*s",
			 (int)mnl_attr_get_payload_len(attr), mnl_attr_get_str(attr));
		break;
	case IFLA_PROMISCUITY:
		link->promiscuity = mnl_attr_get_u32(attr);
		break;
	case IFLA_OPERSTATE:
		link->operstate = mnl_attr_get_u8(attr);
		break;
	case IFLA_ADDRESS:
		link->has_mac = parse_mac(attr, link->mac);
		break;
	case IFLA_PERM_ADDRESS:
		link->has_permanent_mac = parse_mac(attr, link->permanent_mac);
		break;
	case IFLA_NEW_NETNSID:
		link->moved = true;
		link->new_nsid = (int32_t)mnl_attr_get_u32(attr);
		break;
	case IFLA_NEW_IFINDEX:
		link->new_ifindex = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINKINFO:
		parse_info(attr, link);
		break;
	case IFLA_STATS64:
		parse_stats(attr, link);
		break;
	}
}

void nl_parse_link(const struct nlmsghdr *message, struct link *ret_link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct link link = {
		.ifindex = (uint32_t)info->ifi_index,
		.type = info->ifi_type,
		.flags = info->ifi_flags,
	};
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(*info))
		parse_link_attribute(attr, &link);
	*ret_link = link;
}

static void keep_link(const struct nlmsghdr *message, void *data)
{
	if (message->nlmsg_type == RTM_NEWLINK)
		nl_parse_link(message, data);
}

int nl_link_by_name(struct nl *nl, const char *name, struct link *ret_link)
{
	struct nlmsghdr *request = start_link_request(nl, RTM_GETLINK, 0, 0);
	size_t length = strlen(name);

	if (!length || length >= ALTIFNAMSIZ)
		return -ENODEV;
	/* Either finds it by any of its names; only the second may be long. */
	mnl_attr_put_strz(request, length < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
	return transact(nl, request, keep_link, ret_link);
}

int nl_link_by_index(struct nl *nl, uint32_t ifindex, struct link *ret_link)
{
	return transact(nl, start_link_request(nl, RTM_GETLINK, 0, ifindex), keep_link, ret_link);
}

static void keep_nsid(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr;
	int32_t *nsid = data;

	if (message->nlmsg_type != RTM_NEWNSID)
		return;
	mnl_attr_for_each(attr, message, sizeof(struct rtgenmsg))
		if (mnl_attr_get_type(attr) == NETNSA_NSID &&
		    mnl_attr_get_payload_len(attr) == sizeof(*nsid))
			*nsid = (int32_t)mnl_attr_get_u32(attr);
}

int nl_nsid(struct nl *nl, int fd, int32_t *ret_nsid)
{
	struct nlmsghdr *request = start_request(nl, RTM_GETNSID, 0);
	int32_t nsid = -1;
	int err;

	mnl_nlmsg_put_extra_header(request, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(request, NETNSA_FD, (uint32_t)fd);
	err = transact(nl, request, keep_nsid, &nsid);
	if (!err)
		*ret_nsid = nsid;
	return err;
}

struct link_walk {
	void (*each)(const struct link *link, void *data);
	void *data;
};

static void walk_link(const struct nlmsghdr *message, void *data)
{
	const struct link_walk *walk = data;
	struct link link;

	if (message->nlmsg_type != RTM_NEWLINK)
		return;
	nl_parse_link(message, &link);
	walk->each(&link, walk->data);
}

int nl_links(struct nl *nl, void (*each)(const struct link *link, void *data), void *data)
{
	struct link_walk walk = {each, data};
	struct nlmsghdr *request = start_link_request(nl, RTM_GETLINK, NLM_F_DUMP, 0);

	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return transact(nl, request, walk_link, &walk);
}

struct address_walk {
	void (*each)(const struct address *address, void *data);
	void *data;
};

static void walk_address(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	const struct address_walk *walk = data;
	struct address address = {
		.ifindex = info->ifa_index,
		.family = info->ifa_family,
		.prefix = info->ifa_prefixlen,
		.tentative = info->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED),
	};
	const struct nlattr *attr;
	bool found = false;

	if (message->nlmsg_type != RTM_NEWADDR)
		return;
	mnl_attr_for_each(attr, message, sizeof(*info)) {
		uint16_t type = mnl_attr_get_type(attr);
		size_t length = mnl_attr_get_payload_len(attr);

		/* IFA_LOCAL is the host's address; IPv6 without a peer has only IFA_ADDRESS. */
		if (length > sizeof(address.bytes) ||
		    !(type == IFA_LOCAL || (type == IFA_ADDRESS && !found)))
			continue;
		memcpy(address.bytes, mnl_attr_get_payload(attr), length);
		found = true;
	}
	if (found && (address.family == AF_INET || address.family == AF_INET6))
		walk->each(&address, walk->data);
}

struct fdb_walk {
	void (*each)(const struct fdb_entry *entry, void *data);
	void *data;
};

static void walk_fdb(const struct nlmsghdr *message, void *data)
{
	const struct ndmsg *neighbour = mnl_nlmsg_get_payload(message);
	const struct fdb_walk *walk = data;
	struct fdb_entry entry = {
		.ifindex = (uint32_t)neighbour->ndm_ifindex,
		.is_own = neighbour->ndm_state & NUD_PERMANENT,
	};
	bool has_mac = false;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWNEIGH)
		return;
	mnl_attr_for_each(attr, message, sizeof(*neighbour)) {
		if (mnl_attr_get_type(attr) == NDA_LLADDR)
			has_mac = parse_mac(attr, entry.mac);
		else if (mnl_attr_get_type(attr) == NDA_MASTER &&
			 !(neighbour->ndm_flags & NTF_SELF))
			entry.bridge = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == NDA_VLAN)
			entry.vlan = mnl_attr_get_u16(attr);
	}
	if (has_mac && !(entry.mac[0] & 1))
		walk->each(&entry, walk->data);
}

int nl_fdb(struct nl *nl, void (*each)(const struct fdb_entry *entry, void *data), void *data)
{
	struct fdb_walk walk = {each, data};
	struct nlmsghdr *request = start_request(nl, RTM_GETNEIGH, NLM_F_DUMP);
	struct ndmsg *neighbour = mnl_nlmsg_put_extra_header(request, sizeof(*neighbour));

	neighbour->ndm_family = PF_BRIDGE;
	return transact(nl, request, walk_fdb, &walk);
}

struct vlan_walk {
	uint32_t ifindex;
	struct bridge_vlans *vlans;
};

static void note_vlans(const struct nlattr *spec, struct bridge_vlans *vlans)
{
	const struct nlattr *attr;
	uint16_t first = 0;

	mnl_attr_for_each_nested(attr, spec) {
		const struct bridge_vlan_info *info = mnl_attr_get_payload(attr);

		if (mnl_attr_get_type(attr) != IFLA_BRIDGE_VLAN_INFO ||
		    mnl_attr_get_payload_len(attr) < sizeof(*info) || info->vid > 4095)
			continue;
		if (!(info->flags & BRIDGE_VLAN_INFO_RANGE_END))
			first = info->vid;
		for (uint16_t vid = first; vid <= info->vid; vid++) {
			vlans->carried[vid] = true;
			vlans->tagged[vid] = !(info->flags & BRIDGE_VLAN_INFO_UNTAGGED);
		}
	}
}

static void walk_vlans(const struct nlmsghdr *message, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	const struct vlan_walk *walk = data;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWLINK || info->ifi_index != (int)walk->ifindex)
		return;
	mnl_attr_for_each(attr, message, sizeof(*info))
		if (mnl_attr_get_type(attr) == IFLA_AF_SPEC)
			note_vlans(attr, walk->vlans);
}

int nl_bridge_vlans(struct nl *nl, uint32_t ifindex, struct bridge_vlans *ret_vlans)
{
	struct vlan_walk walk = {ifindex, ret_vlans};
	struct nlmsghdr *request = start_request(nl, RTM_GETLINK, NLM_F_DUMP);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(request, sizeof(*info));

	*ret_vlans = (struct bridge_vlans){};
	info->ifi_family = PF_BRIDGE;
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
	return transact(nl, request, walk_vlans, &walk);
}

int nl_addresses(struct nl *nl, void (*each)(const struct address *address, void *data), void *data)
{
	struct address_walk walk = {each, data};
	struct nlmsghdr *request = start_request(nl, RTM_GETADDR, NLM_F_DUMP);

	mnl_nlmsg_put_extra_header(request, sizeof(struct ifaddrmsg));
	return transact(nl, request, walk_address, &walk);
}

static void keep_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	struct route *route = data;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return;
	mnl_attr_for_each(attr, message, sizeof(*info)) {
		size_t length = mnl_attr_get_payload_len(attr);
		uint16_t type = mnl_attr_get_type(attr);

		if (type == RTA_OIF && length == sizeof(uint32_t))
			route->ifindex = mnl_attr_get_u32(attr);
		else if (type == RTA_GATEWAY || type == RTA_VIA)
			route->has_gateway = true;
		else if (type == RTA_PREFSRC && length <= sizeof(route->source))
			memcpy(route->source, mnl_attr_get_payload(attr), length);
	}
}

int nl_route(struct nl *nl, int family, const uint8_t *target, struct route *ret_route)
{
	struct nlmsghdr *request = start_request(nl, RTM_GETROUTE, 0);
	struct rtmsg *info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	size_t length = family == AF_INET ? 4 : 16;
	struct route route = {};
	int err;

	info->rtm_family = (unsigned char)family;
	info->rtm_dst_len = (unsigned char)(length * 8);
	mnl_attr_put(request, RTA_DST, length, target);
	err = transact(nl, request, keep_route, &route);
	if (!err && !route.ifindex)
		err = -ENETUNREACH;
	if (!err)
		*ret_route = route;
	return err;
}

struct route_count {
	uint32_t ifindex;
	size_t defaults, others;
};

/* Of a route with several next hops. */
static bool has_next_hop(const struct nlattr *multipath, uint32_t ifindex)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);

	for (; RTNH_OK(hop, left); left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
		if (hop->rtnh_ifindex == (int)ifindex)
			return true;
	return false;
}

static void count_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	struct route_count *count = data;
	const struct nlattr *attr;
	bool is_over = false;

	if (message->nlmsg_type != RTM_NEWROUTE || info->rtm_type != RTN_UNICAST ||
	    info->rtm_protocol == RTPROT_KERNEL)
		return;
	mnl_attr_for_each(attr, message, sizeof(*info)) {
		if (mnl_attr_get_type(attr) == RTA_OIF)
			is_over |= mnl_attr_get_u32(attr) == count->ifindex;
		else if (mnl_attr_get_type(attr) == RTA_MULTIPATH)
			is_over |= has_next_hop(attr, count->ifindex);
	}
	if (is_over && info->rtm_dst_len == 0)
		count->defaults++;
	else if (is_over)
		count->others++;
}

int nl_count_routes(struct nl *nl, uint32_t ifindex, size_t *ret_defaults, size_t *ret_others)
{
	struct nlmsghdr *request = start_request(nl, RTM_GETROUTE, NLM_F_DUMP);
	struct route_count count = {.ifindex = ifindex};
	int err;

	mnl_nlmsg_put_extra_header(request, sizeof(struct rtmsg));
	err = transact(nl, request, count_route, &count);
	if (err)
		return err;
	*ret_defaults = count.defaults;
	*ret_others = count.others;
	return 0;
}

int nl_set_mac(struct nl *nl, uint32_t ifindex, const uint8_t mac[MAC_LENGTH])
{
	struct nlmsghdr *request = start_link_request(nl, RTM_NEWLINK, 0, ifindex);

	mnl_attr_put(request, IFLA_ADDRESS, MAC_LENGTH, mac);
	return transact(nl, request, NULL, NULL);
}

int nl_set_mtu(struct nl *nl, uint32_t ifindex, uint32_t mtu)
{
	struct nlmsghdr *request = start_link_request(nl, RTM_NEWLINK, 0, ifindex);

	mnl_attr_put_u32(request, IFLA_MTU, mtu);
	return transact(nl, request, NULL, NULL);
}

int nl_set_flags(struct nl *nl, uint32_t ifindex, uint32_t flags, uint32_t mask)
{
	struct nlmsghdr *request = start_link_request(nl, RTM_NEWLINK, 0, ifindex);
	struct ifinfomsg *info = mnl_nlmsg_get_payload(request);

	info->ifi_flags = flags;
	info->ifi_change = mask;
	return transact(nl, request, NULL, NULL);
}

int nl_set_dormant(struct nl *nl, uint32_t ifindex)
{
	struct nlmsghdr *request = start_link_request(nl, RTM_NEWLINK, 0, ifindex);

	mnl_attr_put_u8(request, IFLA_LINKMODE, IF_LINK_MODE_DORMANT);
	mnl_attr_put_u8(request, IFLA_OPERSTATE, IF_OPER_DORMANT);
	return transact(nl, request, NULL, NULL);
}

int nl_set_group(struct nl *nl, uint32_t ifindex, uint32_t group)
{
	struct nlmsghdr *request = start_link_request(nl, RTM_NEWLINK, 0, ifindex);

	mnl_attr_put_u32(request, IFLA_GROUP, group);
	return transact(nl, request, NULL, NULL);
}

int nl_set_alias(struct nl *nl, uint32_t ifindex, const char *alias)
{
	struct nlmsghdr *request = start_link_request(nl, RTM_NEWLINK, 0, ifindex);

	mnl_attr_put_str(request, IFLA_IFALIAS, alias);
	return transact(nl, request, NULL, NULL);
}

int nl_delete_link(struct nl *nl, uint32_t ifindex)
{
	return transact(nl, start_link_request(nl, RTM_DELLINK, 0, ifindex), NULL, NULL);
}

static void put_end(struct nlmsghdr *request, const struct pair_end *end)
{
	mnl_attr_put_strz(request, IFLA_IFNAME, end->name);
	mnl_attr_put(request, IFLA_ADDRESS, MAC_LENGTH, end->mac);
}

/* Leaves IFLA_INFO_DATA, *@ret_data, open for the kind's own attributes. */
static struct nlmsghdr *start_pair(struct nl *nl, const char *kind, uint16_t peer_attribute,
				   const struct pair_end *end, const struct pair_end *peer_end,
				   struct nlattr **ret_linkinfo, struct nlattr **ret_data)
{
	struct nlmsghdr *request =
		start_link_request(nl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	struct nlattr *peer;

	put_end(request, end);
	*ret_linkinfo = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, kind);
	*ret_data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(request, peer_attribute);
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	put_end(request, peer_end);
	mnl_attr_nest_end(request, peer);
	return request;
}

static int finish_pair(struct nl *nl, struct nlmsghdr *request, struct nlattr *linkinfo,
		       struct nlattr *data)
{
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, linkinfo);
	return transact(nl, request, NULL, NULL);
}

int nl_create_veth(struct nl *nl, const struct pair_end *end, const struct pair_end *peer)
{
	struct nlattr *linkinfo, *data;
	struct nlmsghdr *request =
		start_pair(nl, "veth", VETH_INFO_PEER, end, peer, &linkinfo, &data);

	return finish_pair(nl, request, linkinfo, data);
}

int nl_create_netkit(struct nl *nl, const struct pair_end *primary, const struct pair_end *peer)
{
	struct nlattr *linkinfo, *data;
	struct nlmsghdr *request =
		start_pair(nl, "netkit", NETKIT_PEER_INFO, primary, peer, &linkinfo, &data);

	mnl_attr_put_u32(request, NETKIT_MODE, NETKIT_MODE_L2);
	mnl_attr_put_u32(request, NETKIT_PEER_POLICY, NETKIT_POLICY_DROP);
	return finish_pair(nl, request, linkinfo, data);
}

static struct nlmsghdr *start_tc_request(struct nl *nl, uint16_t type, uint16_t flags,
					 uint32_t ifindex, uint32_t parent, uint32_t handle)
{
	struct nlmsghdr *request = start_request(nl, type, flags);
	struct tcmsg *tc = mnl_nlmsg_put_extra_header(request, sizeof(*tc));

	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = (int)ifindex;
	tc->tcm_parent = parent;
	tc->tcm_handle = handle;
	return request;
}

static void note_filter(const struct nlmsghdr *message, void *data)
{
	bool *has = data;

	if (message->nlmsg_type == RTM_NEWTFILTER)
		*has = true;
}

struct filter_walk {
	uint32_t last_pref;
	void (*each)(uint32_t pref, const char *kind, void *data);
	void *data;
};

static void walk_filter(const struct nlmsghdr *message, void *data)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	uint32_t pref = TC_H_MAJ(tc->tcm_info) >> 16;
	struct filter_walk *walk = data;
	const struct nlattr *attr;

	/* A filter comes once by itself, and once for each of its elements. */
	if (message->nlmsg_type != RTM_NEWTFILTER || pref == walk->last_pref)
		return;
	walk->last_pref = pref;
	mnl_attr_for_each(attr, message, sizeof(*tc))
		if (mnl_attr_get_type(attr) == TCA_KIND &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			walk->each(pref, mnl_attr_get_str(attr), walk->data);
}

int nl_tc_ingress_filters(struct nl *nl, uint32_t ifindex,
			  void (*each)(uint32_t pref, const char *kind, void *data), void *data)
{
	uint32_t parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
	struct filter_walk walk = {.each = each, .data = data};

	return transact(nl, start_tc_request(nl, RTM_GETTFILTER, NLM_F_DUMP, ifindex, parent, 0),
			walk_filter, &walk);
}

int nl_has_tc_filters(struct nl *nl, uint32_t ifindex, bool *ret_has)
{
	static const uint32_t hooks[] = {TC_H_MIN_INGRESS, TC_H_MIN_EGRESS};
	bool has = false;

	for (size_t i = 0; i < 2; i++) {
		uint32_t parent = TC_H_MAKE(TC_H_CLSACT, hooks[i]);
		int err = transact(
			nl, start_tc_request(nl, RTM_GETTFILTER, NLM_F_DUMP, ifindex, parent, 0),
			note_filter, &has);

		if (err)
			return err;
	}
	*ret_has = has;
	return 0;
}

int nl_delete_clsact(struct nl *nl, uint32_t ifindex)
{
	return transact(nl,
			start_tc_request(nl, RTM_DELQDISC, 0, ifindex, TC_H_CLSACT,
					 TC_H_MAKE(TC_H_CLSACT, 0)),
			NULL, NULL);
}
