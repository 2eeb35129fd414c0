/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of `ebond test failover`, as text and JSON. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/drill/echo.h"

/* One half of a port's test: set down, or set up again. */
struct failover_phase {
	bool done;
	bool recovered; /* replies were steady again in time */
	struct echo_result ping;
};

struct failover_port {
	const char *name;
	bool in_use; /* it was the active port when set down */
	struct failover_phase pulled, put_back;
};

struct failover {
	const char *bond, *mode, *target;
	bool one_flow; /* the mode sends one ping by one port, whichever is active */
	bool json;
	struct echo_result baseline; /* before the first port was set down */
	size_t count;
	struct failover_port *ports;
	const char *stopped; /* why it was aborted, or NULL */
};

/* Prints what is known before the first port is set down; nothing with JSON. */
void failover_report_begin(const struct failover *failover);

/* Prints the next port's row, once it is up again; nothing with JSON. */
void failover_report_port(const struct failover *failover, const struct failover_port *port);

/* Prints the summary: the longest gap; or, with JSON, everything. */
void failover_report_end(const struct failover *failover);
