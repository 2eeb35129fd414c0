/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A port's sockets for slow protocols. */
#include "daemon/protocol/lacp_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "daemon/kernel/packet.h"
#include "lib/cleanup.h"

#define PRIORITY_CONTROL 7 /* TC_PRIO_CONTROL, as the driver's */
#define ACCEPT 0x40000

static const uint8_t slow_group[ETH_ALEN] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x02};
/* A group address, which matches no valid LACPDU. */
static const uint8_t no_partner[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static uint32_t word_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static uint32_t half_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 8 | bytes[1];
}

/*
 * Accepts frames to the slow protocols' group that are, or are not, LACPDUs with @partner as
 * the actor. Offsets are from the Ethernet header; short frames are not the partner's.
 */
static int attach_filter(int fd, enum lacp_sender sender, const uint8_t partner[8])
{
	uint32_t partners = sender == LACP_FROM_PARTNER ? ACCEPT : 0;
	uint32_t others = sender == LACP_FROM_OTHERS ? ACCEPT : 0;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 32, 0, 13),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word_at(slow_group), 0, 10),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, half_at(slow_group + 4), 0, 8),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 14), /* subtype */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 7),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 20), /* actor's system */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word_at(partner), 0, 5),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 24),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, half_at(partner + 4), 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 30), /* its port */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, half_at(partner + 6), 2, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, others),
		BPF_STMT(BPF_RET | BPF_K, partners),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return packet_filter(fd, &program);
}

static int open_one(uint32_t ifindex, enum lacp_sender sender)
{
	_cleanup_close_ int fd = packet_open();
	struct packet_mreq group = {
		.mr_ifindex = (int)ifindex,
		.mr_type = PACKET_MR_MULTICAST,
		.mr_alen = ETH_ALEN,
	};
	int priority = PRIORITY_CONTROL, err;

	if (fd < 0)
		return fd;
	memcpy(group.mr_address, slow_group, ETH_ALEN);
	setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority));
	err = attach_filter(fd, sender, no_partner);
	err = err ?: packet_listen(fd, ifindex, ETH_P_SLOW);
	if (err)
		return err;
	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

int lacp_sockets_open(struct lacp_sockets *sockets, uint32_t ifindex)
{
	_cleanup_close_ int partner = open_one(ifindex, LACP_FROM_PARTNER);
	_cleanup_close_ int others = open_one(ifindex, LACP_FROM_OTHERS);

	if (partner < 0 || others < 0)
		return partner < 0 ? partner : others;
	*sockets = (struct lacp_sockets){.dropped = sockets->dropped};
	memcpy(sockets->partner, no_partner, sizeof(sockets->partner));
	sockets->fd[LACP_FROM_PARTNER] = TAKE_FD(partner);
	sockets->fd[LACP_FROM_OTHERS] = TAKE_FD(others);
	return 0;
}

void lacp_sockets_close(struct lacp_sockets *sockets)
{
	for (enum lacp_sender sender = 0; sender < LACP_SENDERS; sender++) {
		if (sockets->fd[sender] >= 0)
			sockets->fd[sender] = close_fd(sockets->fd[sender]);
		sockets->resume_ms[sender] = 0;
	}
}

void lacp_sockets_tune(struct lacp_sockets *sockets, const uint8_t partner[8])
{
	const uint8_t *wanted = partner ? partner : no_partner;

	if (!lacp_sockets_is_open(sockets) ||
	    memcmp(sockets->partner, wanted, sizeof(sockets->partner)) == 0)
		return;
	memcpy(sockets->partner, wanted, sizeof(sockets->partner));
	/* in this order none is missed; duplicates are harmless */
	attach_filter(sockets->fd[LACP_FROM_PARTNER], LACP_FROM_PARTNER, wanted);
	attach_filter(sockets->fd[LACP_FROM_OTHERS], LACP_FROM_OTHERS, wanted);
}

int lacp_sockets_read(struct lacp_sockets *sockets, enum lacp_sender sender,
		      uint8_t frame[static LACP_RECEIVE_MAX])
{
	struct sockaddr_ll from = {};
	socklen_t from_length = sizeof(from);
	ssize_t length = recvfrom(sockets->fd[sender], frame, LACP_RECEIVE_MAX,
				  MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &from_length);

	if (length < 0)
		return -errno;
	/* in another VLAN, or our own outgoing frame */
	if (from.sll_pkttype != PACKET_MULTICAST && from.sll_pkttype != PACKET_HOST)
		return 0;
	return (int)length;
}

void lacp_sockets_count_drops(struct lacp_sockets *sockets)
{
	for (enum lacp_sender sender = 0; sender < LACP_SENDERS; sender++) {
		struct tpacket_stats stats = {};
		socklen_t length = sizeof(stats);

		/* reading resets them to zero */
		if (sockets->fd[sender] >= 0 && getsockopt(sockets->fd[sender], SOL_PACKET,
							   PACKET_STATISTICS, &stats, &length) == 0)
			sockets->dropped += stats.tp_drops;
	}
}

int lacp_sockets_send(const struct lacp_sockets *sockets, uint32_t ifindex, const uint8_t *frame,
		      size_t length)
{
	return packet_send(sockets->fd[LACP_FROM_PARTNER], ifindex, frame, length);
}
