/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeping a flow's packets in order on the way through bond0's veth hop.
 *
 * The hop queues a packet on the CPU that sent it. A TCP sender is run by its
 * process on one CPU and by acknowledgements on another, so one flow's packets
 * would overtake each other (measured: thousands of retransmissions in 2 s).
 * Receive packet steering on the hidden end queues by flow instead.
 */
#pragma once

/*
 * Opens the sysfs of the caller's network namespace, wherever /sys is mounted
 * or not (a detached mount). Returns a directory descriptor or a negative errno.
 */
int steering_open(void);

/*
 * Spreads the hidden end's flows over all CPUs, each flow on one. @sysfs_fd is
 * of steering_open(). Returns 0 or a negative errno: all works then, but order
 * within a flow is left to chance.
 */
int steering_set(int sysfs_fd, const char *hidden_name);
