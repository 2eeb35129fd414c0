/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending probes and receiving replies. */
#include "daemon/protocol/probes.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "daemon/bonds.h"
#include "daemon/kernel/packet.h"
#include "daemon/log.h"
#include "daemon/macs.h"
#include "lib/cleanup.h"

/* Routes and addresses may change at any time; they are read again after this. */
#define PATHS_AGE_MS 500

/* Maximum number of frames read from a port at once, before others get their turn. */
#define FRAMES_AT_ONCE 64

#define SAMPLE_MIN_MS 10
#define SAMPLE_MAX_MS 1000

static void refresh_paths(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	if (now_ms < bond->paths_due_ms)
		return;
	if (paths_find(daemon->nl, bond->ifindex, bond_get_options(bond->core), &bond->paths) < 0)
		return;
	bond->paths_due_ms = now_ms + PATHS_AGE_MS;
	bond_in_own(bond->core, &bond->paths.own);
}

/*
 * Accepts ARP, neighbour solicitations and advertisements, also with a VLAN tag in
 * the frame (the kernel has already removed the first one). Offsets are from the
 * Ethernet header; a load beyond the frame's end drops it.
 */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LDX | BPF_IMM, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_8021Q, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_8021AD, 0, 1),
		BPF_STMT(BPF_LDX | BPF_IMM, 4),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 6),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 14 + 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 4),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 14 + 40),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 135, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 136, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 256),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return packet_filter(fd, &program);
}

static void receive(struct managed_bond *bond, const struct port *port)
{
	for (int i = 0; i < FRAMES_AT_ONCE; i++) {
		uint8_t frame[256];
		struct sockaddr_ll from = {};
		socklen_t from_length = sizeof(from);
		ssize_t length = recvfrom(port->listen_fd, frame, sizeof(frame), MSG_DONTWAIT,
					  (struct sockaddr *)&from, &from_length);

		if (length < 0)
			return;
		/* As in the kernel, a frame addressed to another host proves nothing. */
		if (from.sll_pkttype == PACKET_HOST || from.sll_pkttype == PACKET_BROADCAST ||
		    from.sll_pkttype == PACKET_MULTICAST)
			bond_in_frame(bond->core, port->ifindex, frame, (size_t)length,
				      loop_now_ms());
	}
}

static void on_readable(int fd, void *data)
{
	struct ebondd *daemon = data;

	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++)
			if (daemon->bonds[i]->ports[j].listen_fd == fd)
				receive(daemon->bonds[i], &daemon->bonds[i]->ports[j]);
}

/* ETH_P_ALL receives before tc, also on ports that are not active. */
static int open_listener(const struct port *port)
{
	_cleanup_close_ int fd = packet_open();
	int err = fd < 0 ? fd : attach_filter(fd);

	err = err ?: packet_listen(fd, port->ifindex, ETH_P_ALL);
	return err ?: TAKE_FD(fd);
}

static void start_listening(struct ebondd *daemon, const struct managed_bond *bond,
			    struct port *port)
{
	int fd = open_listener(port);
	int err = fd < 0 ? fd : loop_watch(daemon->loop, fd, on_readable, daemon);

	if (!err) {
		port->listen_fd = fd;
		return;
	}
	close_fd(fd);
	port->listen_failed = true;
	log_error(bond->name,
		  "port %s: cannot open a packet socket (%s): arp_validate sees no replies",
		  port->name, strerror(-err));
}

static void stop_listening(struct ebondd *daemon, struct port *port)
{
	if (port->listen_fd < 0)
		return;
	loop_unwatch(daemon->loop, port->listen_fd);
	port->listen_fd = close_fd(port->listen_fd);
}

void probes_stop(struct ebondd *daemon, struct port *port)
{
	stop_listening(daemon, port);
	port->probe_fd = close_fd(port->probe_fd);
}

static void follow_sockets(struct ebondd *daemon, struct managed_bond *bond)
{
	const struct bond_options *options = bond_get_options(bond->core);
	bool probes = options->arp_interval_ms;
	bool wanted = probes && options->arp_validate != BOND_ARP_VALIDATE_NONE;

	for (size_t i = 0; i < bond->port_count; i++) {
		struct port *port = &bond->ports[i];

		if (!probes)
			port->probe_fd = close_fd(port->probe_fd);
		if (wanted && port->listen_fd < 0 && !port->listen_failed)
			start_listening(daemon, bond, port);
		if (wanted)
			continue;
		stop_listening(daemon, port);
		port->listen_failed = false; /* retry when it is needed again */
	}
}

static bool send_one(const struct port *port, const uint8_t *frame, size_t length)
{
	return packet_send(port->probe_fd, port->ifindex, frame, length) == 0;
}

void probes_send(struct ebondd *daemon, struct managed_bond *bond, uint32_t port_id,
		 uint64_t now_ms)
{
	const struct bond_options *options = bond_get_options(bond->core);
	struct port *port = bond_port_indexed(bond, port_id);
	uint8_t frame[PROBE_FRAME_MAX];
	bool sent = false;

	if (!port)
		return;
	follow_sockets(daemon, bond); /* before the replies arrive */
	if (port->probe_fd < 0)
		port->probe_fd = packet_open();
	refresh_paths(daemon, bond, now_ms);
	for (size_t i = 0; i < options->arp_targets.count; i++) {
		struct probe_origin origin = bond->paths.arp[i].origin;

		memcpy(origin.mac, port_mac(bond, port), MAC_LENGTH);
		if (bond->paths.arp[i].is_ours)
			sent |= send_one(port, frame,
					 probe_arp(frame, sizeof(frame), &origin,
						   options->arp_targets.ip[i]));
	}
	for (size_t i = 0; i < options->ns_targets.count; i++) {
		struct probe_origin origin = bond->paths.ns[i].origin;

		memcpy(origin.mac, port_mac(bond, port), MAC_LENGTH);
		if (bond->paths.ns[i].is_ours)
			sent |= send_one(
				port, frame,
				probe_ns(frame, sizeof(frame), &origin, options->ns_targets.ip[i]));
	}
	if (sent)
		bond_in_probed(bond->core, port_id, now_ms);
}

/* Evaluates a port's counters since the last reading. */
static void sample(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		   uint64_t now_ms)
{
	struct link link;
	uint64_t crc_or_more;

	if (nl_link_by_index(daemon->nl, port->ifindex, &link) < 0)
		return;
	if (port->sampled_ms && link.rx_packets != port->rx_packets)
		bond_in_rx(bond->core, port->ifindex,
			   port->sampled_ms + (now_ms - port->sampled_ms) / 2);
	/* Most drivers include CRC errors in rx_errors, some count them only separately. */
	crc_or_more = link.rx_errors > link.rx_crc_errors ? link.rx_errors : link.rx_crc_errors;
	bond_in_errors(bond->core, port->ifindex, crc_or_more + link.tx_errors, now_ms);
	bond_in_sent(bond->core, port->ifindex, link.tx_bytes, now_ms);
	port->rx_packets = link.rx_packets;
	port->sampled_ms = now_ms;
}

uint64_t probes_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	uint64_t interval_ms = bond_sample_ms(bond->core);

	follow_sockets(daemon, bond);
	if (interval_ms == BOND_NEVER || !bond->port_count)
		return UINT64_MAX;
	if (interval_ms < SAMPLE_MIN_MS)
		interval_ms = SAMPLE_MIN_MS;
	if (interval_ms > SAMPLE_MAX_MS)
		interval_ms = SAMPLE_MAX_MS;
	/* Also right before a round, which the core evaluates with this data. */
	if (now_ms < bond->sample_due_ms && now_ms < bond_next_deadline(bond->core))
		return bond->sample_due_ms;
	for (size_t i = 0; i < bond->port_count; i++)
		sample(daemon, bond, &bond->ports[i], now_ms);
	bond->sample_due_ms = now_ms + interval_ms;
	return bond->sample_due_ms;
}
