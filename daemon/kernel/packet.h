/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sending and receiving raw Ethernet frames on an interface.
 *
 * Closing a packet socket waits for an RCU grace period, 20 to 70 ms, so sockets are kept
 * open. A socket's send buffer holds frames not sent yet, so a stalled NIC can fill it: use
 * a socket per port where one port must not block the others.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sock_fprog;

/*
 * A socket that can send on any interface and receives nothing until packet_listen(). Its
 * frames are marked as the daemon's: the program at a port's egress hook does not modify
 * them. Returns the descriptor or a negative errno.
 */
int packet_open(void);

/*
 * Sends @frame, which starts with its Ethernet header, on @ifindex. Never blocks.
 * Returns 0 or a negative errno: -EMSGSIZE when it is shorter than that header (frame
 * builders return length 0 on failure), -EBADF when @fd is negative.
 */
int packet_send(int fd, uint32_t ifindex, const uint8_t *frame, size_t length);

/*
 * Sets what the socket receives, replacing an earlier filter; offsets are from the Ethernet
 * header. Call it before packet_listen(), so that nothing else is received.
 * Returns 0 or a negative errno.
 */
int packet_filter(int fd, const struct sock_fprog *filter);

/*
 * Receives frames with ethertype @protocol on @ifindex; ETH_P_ALL: all, and before tc.
 * Kernels before 4.20 deliver the host's own as well.
 * Returns 0 or a negative errno.
 */
int packet_listen(int fd, uint32_t ifindex, uint16_t protocol);
