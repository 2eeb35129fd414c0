/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own chains of the netdev family, built with libnftnl. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "bpf/shared.h"
#include "daemon/kernel/nft_private.h"
#include "lib/cleanup.h"

/* Of Linux 6.9: with an owner, which the table outlives. */
#define TABLE_PERSISTS 0x4

#define CHAIN_NAME_MAX 32

DEFINE_CLEANUP(table, struct nftnl_table *, nftnl_table_free)
DEFINE_CLEANUP(chain, struct nftnl_chain *, nftnl_chain_free)
DEFINE_CLEANUP(rule, struct nftnl_rule *, nftnl_rule_free)

/* A transaction: what is put into it happens at commit(), all or nothing. */
DEFINE_CLEANUP(batch, struct mnl_nlmsg_batch *, mnl_nlmsg_batch_stop)

/* NULL: no memory. */
static struct mnl_nlmsg_batch *begin(struct nft *nft)
{
	struct mnl_nlmsg_batch *batch = mnl_nlmsg_batch_start(nft->buffer, sizeof(nft->buffer));

	if (!batch)
		return NULL;
	nftnl_batch_begin(mnl_nlmsg_batch_current(batch), ++nft->sequence);
	mnl_nlmsg_batch_next(batch);
	return batch;
}

static struct nlmsghdr *put(struct nft *nft, struct mnl_nlmsg_batch *batch, uint16_t command,
			    uint16_t flags)
{
	return nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(batch), command, NFPROTO_NETDEV, flags,
				     ++nft->sequence);
}

/* The kernel answers before the request returns, and only what failed. */
static int first_error(struct nft *nft)
{
	int fd = mnl_socket_get_fd(nft->socket), err = 0;
	ssize_t length;

	while ((length = recv(fd, nft->buffer, sizeof(nft->buffer), MSG_DONTWAIT)) > 0)
		if (mnl_cb_run(nft->buffer, (size_t)length, 0, 0, NULL, NULL) < 0 && !err)
			err = -errno;
	return err;
}

/* Returns 0 or a negative errno: nothing was changed. */
static int commit(struct nft *nft, struct mnl_nlmsg_batch *batch)
{
	nftnl_batch_end(mnl_nlmsg_batch_current(batch), ++nft->sequence);
	mnl_nlmsg_batch_next(batch);
	if (mnl_socket_sendto(nft->socket, mnl_nlmsg_batch_head(batch),
			      mnl_nlmsg_batch_size(batch)) < 0)
		return -errno;
	return first_error(nft);
}

static int put_table(struct nft *nft, struct mnl_nlmsg_batch *batch, uint16_t command,
		     uint16_t nlmsg_flags, uint32_t flags)
{
	_cleanup_(table) struct nftnl_table *table = nftnl_table_alloc();

	if (!table)
		return -ENOMEM;
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, NFT_OWN_TABLE);
	if (flags)
		nftnl_table_set_u32(table, NFTNL_TABLE_FLAGS, flags);
	nftnl_table_nlmsg_build_payload(put(nft, batch, command, nlmsg_flags), table);
	mnl_nlmsg_batch_next(batch);
	return 0;
}

static const char *chain_name(char name[CHAIN_NAME_MAX], uint32_t ifindex)
{
	snprintf(name, CHAIN_NAME_MAX, "port-%u", ifindex);
	return name;
}

/* @ifname: to make it there; NULL: to delete it. */
static int put_chain(struct nft *nft, struct mnl_nlmsg_batch *batch, uint32_t ifindex,
		     const char *ifname)
{
	_cleanup_(chain) struct nftnl_chain *chain = nftnl_chain_alloc();
	char name[CHAIN_NAME_MAX];

	if (!chain)
		return -ENOMEM;
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, NFT_OWN_TABLE);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, chain_name(name, ifindex));
	if (ifname) {
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter");
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, NF_NETDEV_INGRESS);
		nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, INT_MAX);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_DEV, ifname);
	}
	nftnl_chain_nlmsg_build_payload(put(nft, batch,
					    ifname ? NFT_MSG_NEWCHAIN : NFT_MSG_DELCHAIN,
					    ifname ? NLM_F_CREATE : 0),
					chain);
	mnl_nlmsg_batch_next(batch);
	return 0;
}

/* Adds an expression to @rule; NULL: no memory. */
static struct nftnl_expr *add(struct nftnl_rule *rule, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (expr)
		nftnl_rule_add_expr(rule, expr);
	return expr;
}

static int add_priority(struct nftnl_rule *rule, uint32_t priority)
{
	struct nftnl_expr *meta = add(rule, "meta"), *cmp = add(rule, "cmp");

	if (!meta || !cmp)
		return -ENOMEM;
	nftnl_expr_set_u32(meta, NFTNL_EXPR_META_KEY, NFT_META_PRIORITY);
	nftnl_expr_set_u32(meta, NFTNL_EXPR_META_DREG, NFT_REG_1);
	nftnl_expr_set_u32(cmp, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(cmp, NFTNL_EXPR_CMP_OP, NFT_CMP_EQ);
	nftnl_expr_set_u32(cmp, NFTNL_EXPR_CMP_DATA, priority);
	return 0;
}

/* "fwd", which has the frame, or "dup", a copy: both take the interface from a register. */
static int add_sending(struct nftnl_rule *rule, const char *name, uint16_t register_attr,
		       uint32_t to)
{
	struct nftnl_expr *imm = add(rule, "immediate"), *send = add(rule, name);

	if (!imm || !send)
		return -ENOMEM;
	nftnl_expr_set_u32(imm, NFTNL_EXPR_IMM_DREG, NFT_REG_1);
	nftnl_expr_set(imm, NFTNL_EXPR_IMM_DATA, &to, sizeof(to));
	nftnl_expr_set_u32(send, register_attr, NFT_REG_1);
	return 0;
}

static int add_accept(struct nftnl_rule *rule)
{
	struct nftnl_expr *imm = add(rule, "immediate");

	if (!imm)
		return -ENOMEM;
	nftnl_expr_set_u32(imm, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(imm, NFTNL_EXPR_IMM_VERDICT, NF_ACCEPT);
	return 0;
}

/* What is done with frames of that priority; 0: with all others. */
static int put_rule(struct nft *nft, struct mnl_nlmsg_batch *batch, uint32_t ifindex,
		    uint32_t priority, uint32_t to)
{
	_cleanup_(rule) struct nftnl_rule *rule = nftnl_rule_alloc();
	char name[CHAIN_NAME_MAX];
	int err = 0;

	if (!rule)
		return -ENOMEM;
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, NFT_OWN_TABLE);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain_name(name, ifindex));
	if (priority)
		err = add_priority(rule, priority);
	if (!err && priority == EBOND_SHARE_PRIORITY)
		err = add_sending(rule, "dup", NFTNL_EXPR_DUP_SREG_DEV, to);
	if (!err && !priority)
		err = add_sending(rule, "fwd", NFTNL_EXPR_FWD_SREG_DEV, to);
	else if (!err)
		err = add_accept(rule);
	if (err)
		return err;
	nftnl_rule_nlmsg_build_payload(
		put(nft, batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND), rule);
	mnl_nlmsg_batch_next(batch);
	return 0;
}

static int collect(struct nft *nft, const char *ifname, uint32_t ifindex, uint32_t to,
		   uint32_t table_flags)
{
	_cleanup_(batch) struct mnl_nlmsg_batch *batch = begin(nft);
	int err;

	if (!batch)
		return -ENOMEM;
	err = put_table(nft, batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, table_flags);
	err = err ?: put_chain(nft, batch, ifindex, ifname);
	err = err ?: put_rule(nft, batch, ifindex, EBOND_LEAVE_PRIORITY, to);
	err = err ?: put_rule(nft, batch, ifindex, EBOND_SHARE_PRIORITY, to);
	err = err ?: put_rule(nft, batch, ifindex, 0, to);
	return err ?: commit(nft, batch);
}

int nft_collect(struct nft *nft, const char *ifname, uint32_t ifindex, uint32_t to)
{
	int err;

	nft_collect_stop(nft, ifindex);
	err = collect(nft, ifname, ifindex, to, NFT_TABLE_F_OWNER | TABLE_PERSISTS);
	/* With an owner that it does not outlive, a daemon that dies would leave bond0 deaf. */
	return err == -EOPNOTSUPP ? collect(nft, ifname, ifindex, to, 0) : err;
}

static void delete_table(struct nft *nft, uint16_t nlmsg_flags)
{
	_cleanup_(batch) struct mnl_nlmsg_batch *batch = begin(nft);

	if (batch && put_table(nft, batch, NFT_MSG_DELTABLE, nlmsg_flags, 0) == 0)
		commit(nft, batch);
}

void nft_collect_stop(struct nft *nft, uint32_t ifindex)
{
	_cleanup_(batch) struct mnl_nlmsg_batch *batch = begin(nft);

	if (batch && put_chain(nft, batch, ifindex, NULL) == 0)
		commit(nft, batch);
	/* Refused while it has other chains. */
	delete_table(nft, NLM_F_NONREC);
}

void nft_collect_clear(struct nft *nft)
{
	delete_table(nft, 0);
}
