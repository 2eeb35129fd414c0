/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The port a frame is sent on, in the modes that use one port per frame.
 */
#pragma once

#include "bpf/maps.h"
#include "bpf/place_frame.h"
#include "bpf/policy.h"

/* A CPU's transmit counter. One cache line each, so that CPUs do not share any. */
struct rr_counter {
	__u32 sent;
	__u32 padding[15];
};

/* Not in .bss, whose layout the daemon relies on. An entry is accessed only by its CPU. */
static struct rr_counter rr_counters[EBOND_CPUS_MAX] SEC(".data.rr");

/* Membership reports must all use one port, or the switch learns them on several. */
static __always_inline bool is_igmp(struct __sk_buff *skb)
{
	const void *data = (const void *)(long)skb->data;
	const void *data_end = (const void *)(long)skb->data_end;
	const struct iphdr *ip = data + ETH_HLEN;
	__u8 protocol;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return false;
	if ((const void *)(ip + 1) <= data_end)
		return ip->protocol == IPPROTO_IGMP;
	if (skb->len < ETH_HLEN + sizeof(*ip))
		return false;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct iphdr, protocol), &protocol, 1))
		return false;
	return protocol == IPPROTO_IGMP;
}

/* The kernel's bond_rr_gen_slave_id(): a number that modulo the number of ports is the port. */
static __always_inline __u32 rr_next(void)
{
	__u32 packets_per_slave = config.packets_per_slave;
	__u32 cpu, sent;

	if (packets_per_slave == 0)
		return bpf_get_prandom_u32();

	cpu = bpf_get_smp_processor_id() & (EBOND_CPUS_MAX - 1);
	sent = ++rr_counters[cpu].sent;
	return packets_per_slave == 1 ? sent : sent / packets_per_slave;
}

/* The port with index @number modulo the number of ports, which must not be 0. */
static __always_inline __u32 port_by_number(const struct ebond_table *table, __u32 number)
{
	return table->tx_port[number % table->tx_count & (EBOND_PORTS_MAX - 1)];
}

static __always_inline __u32 pick_roundrobin(struct __sk_buff *skb, const struct ebond_table *table)
{
	if (!is_igmp(skb))
		return config.earliest ? earliest_port(skb, table)
				       : port_by_number(table, rr_next());
	return table->igmp_port ? table->igmp_port : table->tx_port[0];
}

/*
 * The port to which the operator steers this frame by its mark; 0: none (the
 * kernel's bond_slave_override() uses the transmit queue, but our bond0 has only
 * one).
 */
static __always_inline __u32 steered_port(struct __sk_buff *skb, const struct ebond_table *table)
{
	__u32 mark = skb->mark;

	if (mark == 0)
		return 0;
	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (table->queue_id[i] == 0)
			break;
		if (table->queue_id[i] == mark)
			return table->queue_port[i];
	}
	return 0;
}

/* The ifindex of the port for this frame; 0: no port. Not for mode broadcast. */
static __always_inline __u32 pick_port(struct __sk_buff *skb, const struct ebond_table *table,
				       enum ebond_mode mode)
{
	__u32 steered;

	if (table->tx_count == 0)
		return 0;
	if (mode == EBOND_MODE_8023AD)
		return config.adaptive ? placed_port(skb, table)
				       : port_by_number(table, hash_frame(skb));
	if (mode == EBOND_MODE_XOR)
		return config.adaptive || config.spill ? placed_port(skb, table)
						       : port_by_number(table, hash_frame(skb));
	steered = steered_port(skb, table);
	if (steered)
		return steered;
	if (mode == EBOND_MODE_ROUNDROBIN)
		return pick_roundrobin(skb, table);
	return config.spill ? placed_port(skb, table) : table->tx_port[0];
}
