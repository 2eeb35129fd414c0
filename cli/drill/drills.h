/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two tests of `ebond test`. */
#pragma once

#include <stdbool.h>

/* The longest duration of `ebond test balance`. */
#define BALANCE_SECONDS_MAX 86400

/*
 * Watches the bond @name for @seconds (1 to BALANCE_SECONDS_MAX) and prints how its
 * traffic spread over the ports, as JSON if @json. Returns the exit code.
 */
int test_balance(const char *name, int seconds, bool json);

struct failover_args {
	const char *bond;
	const char *target; /* address to ping; NULL: a gateway or an ARP target */
	const char *via;    /* interface to ping from; NULL: the bond */
	bool yes;	    /* confirmed by the operator */
	bool json;
};

/*
 * Sets each usable port of a bond down and up again in turn, and prints for how
 * long a ping went unanswered. Asks for confirmation unless @args has it.
 * However it ends, the ports are up again and the active port is the same as
 * before. Returns the exit code.
 */
int test_failover(const struct failover_args *args);
