/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets for LACP: what a port of a bond in 802.3ad hears of slow protocols.
 *
 * A port has two sockets: one for the LACPDUs of its present partner, one for all
 * else. However many frames somebody throws at the port, the partner's do not
 * drown among them: each socket has a queue and a turn of its own. The packet
 * path (bpf/ebond.bpf.c) leaves LACPDUs and Markers to these sockets.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lacp_sender { LACP_FROM_PARTNER, LACP_FROM_OTHERS, LACP_SENDERS };

struct lacp_sockets {
	int fd[LACP_SENDERS];		  /* negative: closed */
	uint64_t resume_ms[LACP_SENDERS]; /* not 0: not listened to until then */
	uint64_t since_ms[LACP_SENDERS];  /* from when on `taken` counts */
	uint32_t taken[LACP_SENDERS];	  /* frames read, whatever they were */
	bool failed;	       /* could not be opened: not tried again until wanted again */
	uint64_t dropped;      /* frames that came faster than they are read */
	uint8_t partner[8];    /* whose LACPDUs have their own socket: system, port */
	uint8_t partner_state; /* as the state file has it */
};

#define LACP_SOCKETS_CLOSED ((struct lacp_sockets){.fd = {-EBADF, -EBADF}})

/* Opens both sockets on the interface; nobody is the partner. Returns 0 or a negative errno. */
int lacp_sockets_open(struct lacp_sockets *sockets, uint32_t ifindex);

/* Closes what is open. */
void lacp_sockets_close(struct lacp_sockets *sockets);

static inline bool lacp_sockets_is_open(const struct lacp_sockets *sockets)
{
	return sockets->fd[LACP_FROM_PARTNER] >= 0;
}

/* Whose LACPDUs go to the first socket from now on: by system and port; NULL: nobody's. */
void lacp_sockets_tune(struct lacp_sockets *sockets, const uint8_t partner[8]);

/* Room for any frame that can be a slow protocol's; longer ones are told by their length. */
#define LACP_HEARD_MAX 2048

/*
 * Takes one frame into @frame. Returns its length on the wire, which may be more than
 * LACP_HEARD_MAX, 0 when it is none of LACP's, or a negative errno (-EAGAIN: no more).
 */
int lacp_sockets_read(struct lacp_sockets *sockets, enum lacp_sender sender,
		      uint8_t frame[static LACP_HEARD_MAX]);

/* Adds what the sockets had no room for to @sockets->dropped. */
void lacp_sockets_count_drops(struct lacp_sockets *sockets);

/* Sends a frame out of the port @ifindex, ahead of other traffic. As packet_send(). */
int lacp_sockets_send(const struct lacp_sockets *sockets, uint32_t ifindex, const uint8_t *frame,
		      size_t length);
