/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What choice.bpf.c and those who run it agree on.
 */
#pragma once

#define CHOICE_TAGS_MAX 2
#define CHOICE_FAILED (-1) /* the frame could not be made ready */

/* Words of skb->cb that tell the program how to make the frame ready. */
enum choice_cb {
	CHOICE_CB_LEN, /* cut it to this length: the kernel takes no IP packet without its header */
	CHOICE_CB_TAGS, /* how many VLAN tags to push */
	CHOICE_CB_TAG,	/* CHOICE_TAGS_MAX of them, TPID << 16 | TCI, outermost last */
};

/* What a frame is padded to before it is cut: Ethernet and IPv6 headers, rounded up. */
#define CHOICE_FRAME_MIN 64
