/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets on which a port of a bond in 802.3ad receives slow protocols.
 *
 * A port has two sockets: one for the LACPDUs of its current partner, one for
 * everything else. A flood of frames cannot displace the partner's: each socket has
 * its own queue and its own turn. The packet path (bpf/ebond.bpf.c) leaves LACPDUs
 * and Markers to these sockets.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lacp_sender { LACP_FROM_PARTNER, LACP_FROM_OTHERS, LACP_SENDERS };

struct lacp_sockets {
	int fd[LACP_SENDERS];		  /* negative: closed */
	uint64_t resume_ms[LACP_SENDERS]; /* not 0: paused until then */
	uint64_t since_ms[LACP_SENDERS];  /* start of counting `taken` */
	uint32_t taken[LACP_SENDERS];	  /* frames read, of any kind */
	bool failed;			  /* opening failed: retried only once needed again */
	uint64_t dropped;		  /* frames received faster than they are read */
	uint8_t partner[8];		  /* system and port whose LACPDUs have their own socket */
	uint8_t partner_state;		  /* as in the state file */
};

#define LACP_SOCKETS_CLOSED ((struct lacp_sockets){.fd = {-EBADF, -EBADF}})

/* Opens both sockets on the interface, without a partner. Returns 0 or a negative errno. */
int lacp_sockets_open(struct lacp_sockets *sockets, uint32_t ifindex);

/* Closes what is open. */
void lacp_sockets_close(struct lacp_sockets *sockets);

static inline bool lacp_sockets_is_open(const struct lacp_sockets *sockets)
{
	return sockets->fd[LACP_FROM_PARTNER] >= 0;
}

/* Sets the partner whose LACPDUs go to the first socket, by system and port; NULL: none. */
void lacp_sockets_tune(struct lacp_sockets *sockets, const uint8_t partner[8]);

/* Room for any valid slow protocol frame; longer ones are recognized by their length. */
#define LACP_RECEIVE_MAX 2048

/*
 * Reads a frame into @frame. Returns its length on the wire, which may exceed
 * LACP_RECEIVE_MAX, 0 when it is not for LACP, or a negative errno (-EAGAIN: no more).
 */
int lacp_sockets_read(struct lacp_sockets *sockets, enum lacp_sender sender,
		      uint8_t frame[static LACP_RECEIVE_MAX]);

/* Adds the sockets' drop counters to @sockets->dropped. */
void lacp_sockets_count_drops(struct lacp_sockets *sockets);

/* Sends a frame on the port @ifindex, ahead of other traffic. As packet_send(). */
int lacp_sockets_send(const struct lacp_sockets *sockets, uint32_t ifindex, const uint8_t *frame,
		      size_t length);
