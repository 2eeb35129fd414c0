/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeping a flow's packets in order through bond0's veth pair.
 *
 * veth queues a packet on the CPU that sent it. A TCP sender runs in its process
 * on one CPU and in acknowledgement processing on another, so a flow's packets
 * would be reordered (measured: thousands of retransmissions in 2 s). Receive
 * packet steering on the hidden end queues by flow instead.
 */
#pragma once

/*
 * Opens the sysfs of the caller's network namespace, independent of /sys (as a
 * detached mount). Returns a directory descriptor or a negative errno.
 */
int steering_open(void);

/*
 * Distributes the hidden end's flows over all CPUs, each flow on one. @sysfs_fd is
 * from steering_open(). Returns 0 or a negative errno: everything works then, but
 * packets of a flow may be reordered.
 */
int steering_set(int sysfs_fd, const char *hidden_name);
