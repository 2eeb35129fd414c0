/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw Ethernet frames out of an interface and in from one.
 *
 * Closing a packet socket waits for an RCU grace period, 20 to 70 ms: whoever sends keeps
 * one open. Its buffer holds what has not left yet, so that a card that has stopped sending
 * can fill it: what must leave one port although another is stuck has a socket for each.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sock_fprog;

/*
 * A socket that sends, out of any interface, and hears nothing until packet_listen(). What it
 * sends is marked as the daemon's: the program at a port's egress leaves it as it is.
 * Returns the descriptor or a negative errno.
 */
int packet_open(void);

/*
 * Sends @frame, which begins with its Ethernet header, out of @ifindex. Never waits.
 * Returns 0 or a negative errno: -EMSGSIZE when it is shorter than that header (0 is what
 * makes frames returns when there is none), -EBADF when @fd is negative.
 */
int packet_send(int fd, uint32_t ifindex, const uint8_t *frame, size_t length);

/*
 * What the socket is to hear, in the place of an earlier filter; offsets count from the
 * Ethernet header. Before packet_listen(), so that nothing else gets in.
 * Returns 0 or a negative errno.
 */
int packet_filter(int fd, const struct sock_fprog *filter);

/*
 * Hears frames with the ethertype @protocol that come in by @ifindex; ETH_P_ALL: all, and
 * before tc. Kernels before 4.20 let the host's own through as well.
 * Returns 0 or a negative errno.
 */
int packet_listen(int fd, uint32_t ifindex, uint16_t protocol);
