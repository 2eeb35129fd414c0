/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two commands of `ebond test`. */
#pragma once

#include <stdbool.h>

/* The longest that `ebond test balance` looks on. */
#define BALANCE_SECONDS_MAX 86400

/*
 * Looks on for @seconds (1 to BALANCE_SECONDS_MAX) and prints how the traffic
 * of @bond spread over its ports, as JSON if @json. Returns the exit code.
 */
int test_balance(const char *bond, int seconds, bool json);

struct failover_wish {
	const char *bond;
	const char *target; /* address to ping, or NULL: a gateway or an ARP target */
	const char *via;    /* interface to ping from, or NULL: the bond */
	bool yes;	    /* the operator has agreed */
	bool json;
};

/*
 * Sets each usable port of a bond down and up again in turn, and prints how
 * long a ping went unanswered. Asks first unless @wish says yes. However it
 * ends, the ports are up again and the active port is the one it was. Returns the exit code.
 */
int test_failover(const struct failover_wish *wish);
