/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A steady ping (ICMP and ICMPv6 echo) that knows how long it went unanswered.
 * It runs in a thread of its own: who asks the kernel or the daemon for
 * something meanwhile may have to wait for an answer, and the ping must not.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Between two requests: what a gap is measured to. */
#define ECHO_INTERVAL_MS 10

struct echo;

/*
 * Begins to ping @target, an IPv4 or IPv6 address in figures, out of
 * @interface, every ECHO_INTERVAL_MS. Signals are for the caller to block before.
 * Returns 0, -EINVAL (no address), or what the system calls gave (-EPERM: not
 * root). echo_close() ends it.
 */
int echo_open(const char *target, const char *interface, struct echo **ret_echo);
void echo_close(struct echo *echo);

/* Forgets what was sent so far: answers to it count no more. */
void echo_clear(struct echo *echo);

/*
 * Whether every request that was sent within the last @span_ms, up to a tenth
 * of a second ago, has been answered, and there were some.
 */
bool echo_is_steady(struct echo *echo, uint64_t span_ms);

struct echo_result {
	uint32_t sent, lost; /* since echo_clear(), but for the last tenth of a second */
	double gap_ms;	     /* the longest time without an answered request; 0: none was lost */
	double coarse_ms;    /* the longest time between two requests: gaps are known to that */
};

/* What came of it. */
struct echo_result echo_result(struct echo *echo);
