/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Received frames on their way to bond0, or to whoever else uses the port: at once, or behind the
 * filters that other programs have on the port (struct ebond_filtered).
 */
#pragma once

#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "bpf/maps.h"

/* Out of .bss, as rr_counters. */
struct ebond_filtered filtered SEC(".data.filtered");

static __always_inline bool is_filtered(const struct __sk_buff *skb)
{
	if (filtered.count == 0)
		return false;
	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= filtered.count)
			break;
		if (filtered.port[i] == skb->ifindex)
			return true;
	}
	return false;
}

/* The three return the tc verdict. Only the port gets the frame: */
static __always_inline int leave_to_port(struct __sk_buff *skb)
{
	if (is_filtered(skb))
		skb->priority = EBOND_LEAVE_PRIORITY;
	return TC_ACT_UNSPEC;
}

/* Both get it. */
static __always_inline int share_with_port(struct __sk_buff *skb)
{
	if (is_filtered(skb))
		skb->priority = EBOND_SHARE_PRIORITY;
	else
		bpf_clone_redirect(skb, config.hidden_ifindex, 0);
	return TC_ACT_UNSPEC;
}

/* Only bond0 gets it. */
static __always_inline int take_from_port(const struct __sk_buff *skb)
{
	return is_filtered(skb) ? TC_ACT_UNSPEC : bpf_redirect(config.hidden_ifindex, 0);
}
