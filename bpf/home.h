/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a frame's interface still is in the network namespace of the ports. An interface that
 * is moved to another one takes along what is attached to it by tcx or netkit, and there each
 * number of the table is another interface's. (A clsact qdisc does not go along.)
 *
 * The cookie is in the kernel's own structures, for which the running kernel must have BTF and
 * the kfunc bpf_cast_to_kern_ctx() (Linux 6.2; tcx came with 6.6). So this is compiled twice:
 * without EBOND_KNOWS_HOME it loads everywhere and takes every place for home.
 */
#pragma once

#include "bpf/maps.h"

#ifdef EBOND_KNOWS_HOME

/* What is needed of the kernel's structures; the loader finds the places (CO-RE). */
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
