/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ebond test failover` found, for people and as JSON. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/drill/echo.h"

/* One half of a port's test: pulled, or put back. */
struct failover_phase {
	bool done;
	bool recovered; /* answers came steadily again before patience ended */
	struct echo_result ping;
};

struct failover_port {
	const char *name;
	bool in_use; /* when it was pulled: it was active */
	struct failover_phase pulled, put_back;
};

struct failover {
	const char *bond, *mode, *target;
	bool one_flow; /* the mode sends one ping by one port, whichever is active */
	bool json;
	struct echo_result baseline; /* before anything was pulled */
	size_t count;
	struct failover_port *ports;
	const char *stopped; /* why it did not go to its end, or NULL */
};

/* Prints what is known before the first port is pulled; nothing with JSON. */
void failover_report_begin(const struct failover *failover);

/* Prints the next port's row, now that it is back; nothing with JSON. */
void failover_report_port(const struct failover *failover, const struct failover_port *port);

/* Prints the end: the longest gap, or the whole as JSON. */
void failover_report_end(const struct failover *failover);
