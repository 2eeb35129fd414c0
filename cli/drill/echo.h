/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A steady ping (ICMP or ICMPv6 echo) that records for how long it went
 * unanswered. It runs in its own thread, so that requests to the kernel or
 * daemon that take time do not delay it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Interval between requests, and so the resolution of gaps. */
#define ECHO_INTERVAL_MS 10

struct echo;

/*
 * Starts pinging @target, a numeric IPv4 or IPv6 address, through @interface
 * every ECHO_INTERVAL_MS. The caller blocks signals first. Returns 0, -EINVAL
 * (not an address), or an error from a system call (-EPERM: not root).
 * echo_close() ends it.
 */
int echo_open(const char *target, const char *interface, struct echo **ret_echo);
void echo_close(struct echo *echo);

/* Discards all requests so far; late replies to them are ignored. */
void echo_clear(struct echo *echo);

/*
 * Whether requests were sent in the last @span_ms, not counting the last tenth
 * of a second, and all of them answered.
 */
bool echo_is_steady(struct echo *echo, uint64_t span_ms);

struct echo_result {
	uint32_t sent, lost; /* since echo_clear(), without the last tenth of a second */
	double gap_ms;	     /* longest time without an answered request; 0: none was lost */
	double coarse_ms;    /* longest time between two requests: the resolution of gaps */
};

/* The result so far. */
struct echo_result echo_result(struct echo *echo);
