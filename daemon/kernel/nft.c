/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chains of the netdev family, by nfnetlink. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "daemon/kernel/nft_private.h"

struct walk {
	void (*each)(const char *ifname, const char *chain, void *data);
	void *data;
};

static int open_socket(int flags, struct mnl_socket **ret_socket)
{
	*ret_socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | flags);
	if (!*ret_socket || mnl_socket_bind(*ret_socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	return 0;
}

static int subscribe(const struct nft *nft)
{
	int group = NFNLGRP_NFTABLES;

	return mnl_socket_setsockopt(nft->events, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0
		       ? -errno
		       : 0;
}

int nft_open(struct nft **ret_nft)
{
	struct nft *nft = calloc(1, sizeof(*nft));
	int err;

	if (!nft)
		return -ENOMEM;
	err = open_socket(0, &nft->socket);
	err = err ?: open_socket(SOCK_NONBLOCK, &nft->events);
	err = err ?: subscribe(nft);
	if (err) {
		nft_close(nft);
		return err;
	}
	*ret_nft = nft;
	return 0;
}

void nft_close(struct nft *nft)
{
	if (!nft)
		return;
	if (nft->socket)
		mnl_socket_close(nft->socket);
	if (nft->events)
		mnl_socket_close(nft->events);
	free(nft);
}

int nft_events_fd(const struct nft *nft)
{
	return mnl_socket_get_fd(nft->events);
}

void nft_events_read(struct nft *nft)
{
	while (mnl_socket_recvfrom(nft->events, nft->buffer, sizeof(nft->buffer)) > 0 ||
	       errno == ENOBUFS)
		;
}

/* The string of @attr, or NULL: libmnl checks that it ends. */
static const char *text_of(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0 ? NULL : mnl_attr_get_str(attr);
}

static void report(const struct walk *walk, const struct nlattr *device, const char *chain)
{
	const char *ifname = text_of(device);

	if (ifname)
		walk->each(ifname, chain, walk->data);
}

/* One interface, or several in a list, and then also the first of them by itself. */
static void read_hook(const struct walk *walk, const struct nlattr *hook, const char *chain)
{
	const struct nlattr *attr, *device, *one = NULL, *list = NULL;

	mnl_attr_for_each_nested(attr, hook) {
		switch (mnl_attr_get_type(attr)) {
		case NFTA_HOOK_HOOKNUM:
			if (mnl_attr_get_payload_len(attr) != sizeof(uint32_t) ||
			    ntohl(mnl_attr_get_u32(attr)) != NF_NETDEV_INGRESS)
				return;
			break;
		case NFTA_HOOK_DEV:
			one = attr;
			break;
		case NFTA_HOOK_DEVS:
			list = attr;
			break;
		}
	}
	if (!list && one)
		report(walk, one, chain);
	if (!list)
		return;
	mnl_attr_for_each_nested(device, list)
		report(walk, device, chain);
}

static int read_chain(const struct nlmsghdr *message, void *data)
{
	const char *table = NULL, *name = NULL;
	const struct nlattr *attr, *hook = NULL;
	char chain[NFT_CHAIN_TEXT_MAX];

	if (message->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN))
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) == NFTA_CHAIN_TABLE)
			table = text_of(attr);
		else if (mnl_attr_get_type(attr) == NFTA_CHAIN_NAME)
			name = text_of(attr);
		else if (mnl_attr_get_type(attr) == NFTA_CHAIN_HOOK)
			hook = attr;
	}
	if (!hook || !table || !name)
		return MNL_CB_OK;
	snprintf(chain, sizeof(chain), "nft chain netdev %s %s", table, name);
	read_hook(data, hook, strcmp(table, NFT_OWN_TABLE) == 0 ? NULL : chain);
	return MNL_CB_OK;
}

int nft_ingress_chains(struct nft *nft,
		       void (*each)(const char *ifname, const char *chain, void *data), void *data)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(nft->buffer);
	struct walk walk = {each, data};
	struct nfgenmsg *family;
	int result = MNL_CB_OK;

	request->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = ++nft->sequence;
	family = mnl_nlmsg_put_extra_header(request, sizeof(*family));
	family->nfgen_family = NFPROTO_NETDEV;
	if (mnl_socket_sendto(nft->socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (result > MNL_CB_STOP) {
		ssize_t length = mnl_socket_recvfrom(nft->socket, nft->buffer, sizeof(nft->buffer));

		if (length < 0)
			return -errno;
		result = mnl_cb_run(nft->buffer, (size_t)length, nft->sequence,
				    mnl_socket_get_portid(nft->socket), read_chain, &walk);
	}
	return result < 0 ? -errno : 0;
}
