/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a frame's interface is still in the network namespace of the ports. Programs attached by
 * tcx or netkit move along with an interface to another namespace, where the table's ifindexes
 * refer to other interfaces. (A clsact qdisc does not move along.)
 *
 * Reading the cookie from kernel structures requires BTF and the kfunc bpf_cast_to_kern_ctx()
 * (Linux 6.2; tcx came with 6.6). So this is compiled twice: without EBOND_KNOWS_HOME it loads on
 * every kernel and does not check.
 */
#pragma once

#include "bpf/maps.h"

#ifdef EBOND_KNOWS_HOME

/* The parts of kernel structures that are needed; CO-RE relocates the offsets. */
#define KERNEL_STRUCT __attribute__((preserve_access_index))

struct net {
	__u64 net_cookie;
} KERNEL_STRUCT;

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	possible_net_t nd_net;
} KERNEL_STRUCT;

struct sk_buff {
	struct net_device *dev;
} KERNEL_STRUCT;

extern void *bpf_cast_to_kern_ctx(void *skb) __ksym;

static __always_inline bool is_home(struct __sk_buff *skb)
{
	const struct sk_buff *kernel_skb = bpf_cast_to_kern_ctx(skb);

	return kernel_skb->dev->nd_net.net->net_cookie == config.home;
}

#else

static __always_inline bool is_home(struct __sk_buff *skb)
{
	(void)skb;
	return true;
}

#endif
