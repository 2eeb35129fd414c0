/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface between choice.bpf.c and its callers. */
#pragma once

#define CHOICE_TAGS_MAX 2
#define CHOICE_FAILED (-1) /* the frame could not be prepared */

/* Words of skb->cb that tell the program how to prepare the frame. */
enum choice_cb {
	CHOICE_CB_LEN,	/* truncate to this length: the kernel accepts no IP packet without its
			   header */
	CHOICE_CB_TAGS, /* how many VLAN tags to push */
	CHOICE_CB_TAG,	/* CHOICE_TAGS_MAX of them, TPID << 16 | TCI, outermost last */
};

/* Length to which a frame is padded before truncation: Ethernet and IPv6 headers, rounded up. */
#define CHOICE_FRAME_MIN 64
