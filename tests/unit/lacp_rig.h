/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP systems and the wires between them on a virtual clock, for tests: a
 * frame that is sent arrives at once, every effect is recorded with its time.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/lacp/lacp_private.h"

#define LACP_RIG_NODES 4
#define LACP_RIG_PORTS LACP_PORTS_MAX
#define LACP_RIG_LOG_MAX 20000

struct lacp_rig_entry {
	uint64_t at_ms;
	size_t node;
	struct lacp_effect fx;
};

/* Where a port's frames arrive. */
struct lacp_rig_wire {
	bool there;
	size_t node;
	uint32_t port;
};

struct lacp_rig {
	uint64_t now_ms;
	struct lacp *nodes[LACP_RIG_NODES];
	size_t node_count;
	struct lacp_rig_wire wires[LACP_RIG_NODES][LACP_RIG_PORTS + 1];
	struct lacp_effects fx;
	size_t count;
	struct lacp_rig_entry log[LACP_RIG_LOG_MAX];
};

/* At time 10000, without nodes. */
struct lacp_rig *lacp_rig_new(void);
void lacp_rig_free(struct lacp_rig *rig);

/* The kernel's defaults. */
struct lacp_options lacp_rig_options(void);

/* Node @n has the MAC 02:00:00:00:00:0<n+1>. Returns its number. */
size_t lacp_rig_node(struct lacp_rig *rig, const struct lacp_options *options);

/* "eth<port-1>", number @port, 1000 Mbit/s full duplex, priority 255, link up, MAC
 * 02:01:..:<node>:<port> */
struct lacp_port_facts lacp_rig_facts(size_t node, uint32_t port);

/* Adds a port with those facts, without a step. */
void lacp_rig_add(struct lacp_rig *rig, size_t node, uint32_t port);

/* Adds a port to each node and wires them up. */
void lacp_rig_cable(struct lacp_rig *rig, size_t a, uint32_t port_a, size_t b, uint32_t port_b);

/* Wires two existing ports in both directions; frames in flight are lost. */
void lacp_rig_wire(struct lacp_rig *rig, size_t a, uint32_t port_a, size_t b, uint32_t port_b);
void lacp_rig_cut(struct lacp_rig *rig, size_t node, uint32_t port); /* this direction only */

/* Steps every node until no frame is under way. */
void lacp_rig_settle(struct lacp_rig *rig);

/* Advances the time by @ms, settling at every deadline. */
void lacp_rig_wait(struct lacp_rig *rig, uint64_t ms);

void lacp_rig_clear(struct lacp_rig *rig);

struct lacp_port_view lacp_rig_port(const struct lacp_rig *rig, size_t node, uint32_t port);

/* Gives a node a frame and settles. */
void lacp_rig_frame(struct lacp_rig *rig, size_t node, uint32_t port, const uint8_t *frame,
		    size_t length);

/* The number of effects of @kind for @port (0: any) of @node since lacp_rig_clear(). */
size_t lacp_rig_count(const struct lacp_rig *rig, size_t node, uint32_t port,
		      enum lacp_effect_kind kind);
/* The last of them, which must exist. */
const struct lacp_rig_entry *lacp_rig_last(const struct lacp_rig *rig, size_t node, uint32_t port,
					   enum lacp_effect_kind kind);

/* The last LACPDU a port sent, decoded. */
struct lacp_frame lacp_rig_sent(const struct lacp_rig *rig, size_t node, uint32_t port);

/*
 * A LACPDU from a fictitious partner 02:00:00:00:00:99 with correct information
 * about @port of @node.
 */
struct lacp_frame lacp_rig_reply(const struct lacp_rig *rig, size_t node, uint32_t port,
				 uint8_t state);

/* Gives a node that LACPDU, as modified by the test, and settles. */
void lacp_rig_hear(struct lacp_rig *rig, size_t node, uint32_t port,
		   const struct lacp_frame *frame);
