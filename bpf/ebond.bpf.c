// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The packet path of one bond: ebond_tx forwards what bond0 sends to a port,
 * ebond_rx what a port receives to bond0. Both run at the tc ingress hook (clsact
 * or tcx). ebond_port runs at each port's egress hook, for what is sent on the
 * port itself; ebond_lldp at bond0's.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "bpf/alb_balance.h"
#include "bpf/maps.h"
#include "bpf/broadcast_neighbor.h"
#include "bpf/hand_over.h"
#include "bpf/home.h"
#include "bpf/pick.h"
#include "bpf/port_frames.h"
#include "bpf/priority.h"

/* Subtypes of ETH_P_SLOW (IEEE 802.3 57A). */
enum { SLOW_LACP = 1, SLOW_MARKER = 2 };

char _license[] SEC("license") = "GPL";

/* Sends a copy to every port but the last, which gets the frame itself. Returns the tc verdict. */
static __always_inline int send_to_all(struct __sk_buff *skb, const struct ebond_table *table)
{
	__u32 last = (table->tx_count - 1) & (EBOND_PORTS_MAX - 1);

	for (__u32 i = 0; i < EBOND_PORTS_MAX - 1; i++) {
		if (i >= last)
			break;
		if (bpf_clone_redirect(skb, table->tx_port[i], 0) < 0)
			count(EBOND_COUNT_TX_CLONE);
	}
	return bpf_redirect(table->tx_port[last], 0);
}

/* Whether a frame is sent on every port of the table. */
static __always_inline bool is_for_all(struct __sk_buff *skb, enum ebond_mode mode)
{
	if (mode == EBOND_MODE_8023AD && config.broadcast_neighbor)
		return is_neighbor(skb);
	return mode == EBOND_MODE_BROADCAST;
}

/*
 * LLDP is for the ports, where each cable has one neighbour. It is sent to an interface that does
 * not exist, as lldpd would take TC_ACT_SHOT for an error of its sendto() (ENOBUFS).
 */
static __always_inline int swallow_lldp(void)
{
	count(EBOND_COUNT_TX_LLDP);
	return bpf_redirect(0, 0);
}

/*
 * On bond0's egress, where bond0 is a veth on a kernel with tcx. Packet taps on the hidden end see
 * frames before ebond_tx, so lldpd would hear itself there.
 */
SEC("tc")
int ebond_lldp(struct __sk_buff *skb)
{
	return skb->protocol == bpf_htons(ETH_P_LLDP) ? swallow_lldp() : TC_ACT_UNSPEC;
}

/* On bond0's hidden end, which receives what is sent through bond0. */
SEC("tc")
int ebond_tx(struct __sk_buff *skb)
{
	const struct ebond_table *table = newest_table();
	enum ebond_mode mode = config.mode;

	if (!is_home(skb)) {
		count(EBOND_COUNT_TX_NO_PORT);
		return TC_ACT_SHOT;
	}
	if (skb->protocol == bpf_htons(ETH_P_LLDP))
		return swallow_lldp();
	restore_priority(skb);
	skb->cb[0] = SENT_BY_BOND;
	if (mode == EBOND_MODE_TLB || mode == EBOND_MODE_ALB) {
		__u32 port = balance_frame(skb, table);

		if (port)
			return bpf_redirect(port, 0);
	} else if (is_for_all(skb, mode)) {
		if (table->tx_count)
			return send_to_all(skb, table);
	} else {
		__u32 port = pick_port(skb, table, mode);

		if (port)
			return bpf_redirect(port, 0);
	}
	count(EBOND_COUNT_TX_NO_PORT);
	return TC_ACT_SHOT;
}

/*
 * 01:80:c2:00:00:0X: not forwarded by a bridge (802.1Q table 8-1), such as LACP and LLDP. None of
 * them is IP.
 */
static __always_inline bool is_link_local(const struct __sk_buff *skb)
{
	const __u8 *data = (const __u8 *)(long)skb->data;
	const __u8 *data_end = (const __u8 *)(long)skb->data_end;

	if (data + ETH_HLEN > data_end)
		return false;
	return *(const __be32 *)data == bpf_htonl(0x0180c200) && data[4] == 0 &&
	       (data[5] & 0xf0) == 0;
}

/* In 802.3ad LACPDUs and Markers are for the daemon, which receives them on the port. */
static __always_inline bool is_lacp(struct __sk_buff *skb)
{
	const __u8 *data = (const __u8 *)(long)skb->data;
	const __u8 *data_end = (const __u8 *)(long)skb->data_end;
	__u8 subtype;

	if (config.mode != EBOND_MODE_8023AD || skb->protocol != bpf_htons(ETH_P_SLOW) ||
	    data + ETH_HLEN > data_end || data[5] != 0x02)
		return false;
	if (bpf_skb_load_bytes(skb, ETH_HLEN, &subtype, 1))
		return false;
	return subtype == SLOW_LACP || subtype == SLOW_MARKER;
}

/* The port's index in rx_port; EBOND_PORTS_MAX: not, or no longer, a port of this bond. */
static __always_inline __u32 rx_place(struct __sk_buff *skb, const struct ebond_table *table)
{
	if (!is_home(skb))
		return EBOND_PORTS_MAX;
	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= table->port_count)
			break;
		if (table->rx_port[i] == skb->ifindex)
			return i;
	}
	return EBOND_PORTS_MAX;
}

/*
 * Whether a frame on a port that does not receive is accepted nevertheless, as it was sent before
 * the network learned of the new active port. Multicast also reaches that one: no duplicates.
 */
static __always_inline bool is_late(struct __sk_buff *skb, const struct ebond_table *table)
{
	const __u8 *data = (const __u8 *)(long)skb->data;
	const __u8 *data_end = (const __u8 *)(long)skb->data_end;

	return table->rx_late == skb->ifindex && data + ETH_HLEN <= data_end && !(data[0] & 1);
}

/*
 * Control frames are left to programs listening on the port (lldpd, in 802.3ad ebondd); those of
 * an active port also go to bond0, where a bridge's spanning tree needs them.
 */
static __always_inline int receive_link_local(struct __sk_buff *skb,
					      const struct ebond_table *table, bool receives)
{
	count(EBOND_COUNT_RX_LINK_LOCAL);
	/* In balance-alb every port receives, but only unicast to its address. */
	if (config.mode == EBOND_MODE_ALB)
		receives = table->rx_any || skb->ifindex == table->active;
	if (receives && skb->protocol != bpf_htons(ETH_P_LLDP) && !is_lacp(skb))
		return share_with_port(skb);
	return leave_to_port(skb);
}

/* Whether bond0 receives the frame; balance-alb then sets its destination to bond0. */
static __always_inline bool takes(struct __sk_buff *skb, const struct ebond_table *table,
				  bool receives)
{
	if (config.mode == EBOND_MODE_ALB)
		receives = neighbours_receive(skb, table);
	return receives || is_late(skb, table);
}

/* On each port. Packet taps on the port see the frame before this. */
SEC("tc")
int ebond_rx(struct __sk_buff *skb)
{
	const struct ebond_table *table = newest_table();
	__u32 place = rx_place(skb, table);
	bool receives = table->rx_any || place < table->rx_count, heard;

	/* Not ours: the next program or the stack gets the frame. */
	if (place == EBOND_PORTS_MAX || is_for_vlan_device(skb))
		return leave_to_port(skb);
	heard = is_for_port_sockets(skb);
	if (heard && is_link_local(skb))
		return receive_link_local(skb, table, receives);
	if (!takes(skb, table, receives)) {
		count(EBOND_COUNT_RX_INACTIVE);
		return heard ? leave_to_port(skb) : TC_ACT_SHOT;
	}
	return heard ? share_with_port(skb) : take_from_port(skb);
}

/* On each port's egress. Other programs run after this. */
SEC("tc")
int ebond_port(struct __sk_buff *skb)
{
	const struct ebond_table *table;

	if (skb->cb[0] == SENT_BY_BOND) /* before anything else: almost every frame */
		return TC_ACT_UNSPEC;
	table = newest_table();
	if (rx_place(skb, table) == EBOND_PORTS_MAX)
		return TC_ACT_UNSPEC;
	return send_port_frame(skb, table);
}
