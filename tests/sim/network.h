/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world of LACP systems and cables on a virtual clock. A life is determined
 * entirely by its seed.
 */
#pragma once

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lacp/lacp.h"
#include "core/lacp/pdu.h"

#define SYSTEMS_MAX 8
#define SIM_PORTS_MAX 16
#define CABLES_MAX (SYSTEMS_MAX * SIM_PORTS_MAX / 2)
#define FLIGHT_MAX 4096 /* frames in flight at the same time */
#define CALM_DELAY_MS 5

/* One end of a cable. */
struct end {
	size_t system, port;
};

/* A cable's effects on frames, in each direction. */
struct faults {
	uint32_t loss, doubling, corruption; /* percent */
	uint64_t delay_min_ms, delay_max_ms;
};

struct cable {
	struct end ends[2];
	bool up;
	uint64_t plugged_ms; /* when an end was last changed */
};

struct sim_port {
	struct lacp_port_facts facts;
	bool added;
	size_t cable; /* index + 1, 0: none */
	/* the packet path, as configured by the effects; it outlives the daemon */
	bool collects, distributes;
	bool partnered;		 /* distributes, and not alone */
	uint64_t duplex_ms;	 /* when LACP was last switched off or on by it */
	uint64_t apart_since_ms; /* partnered, but the far end does not collect; else LACP_NEVER */
	struct lacp_frame heard; /* the last LACPDU given to its daemon, other than our own */
	/* LACPDUs sent */
	uint64_t sent_ms[LACP_TX_LIMIT];
	size_t sent_next;
	uint64_t spoke_ms;	 /* last LACPDU, or the time since which the current rate applies */
	bool speaks, asked_fast; /* periodic, and which rate, after the last step */
};

struct system {
	struct lacp *lacp; /* NULL: the daemon is dead */
	struct lacp_options options;
	uint8_t mac[LACP_MAC_SIZE];
	struct sim_port ports[SIM_PORTS_MAX];
	size_t port_count;
	uint16_t active; /* as reported by LACP_FX_ACTIVE */
	bool carrier, carrier_told;
	uint64_t died_ms;
	uint64_t disturbed_ms; /* latest restart or change of options */
	bool ever_slow;
	bool has_saved;
	struct lacp_port_state saved[SIM_PORTS_MAX];
	uint64_t deadline_ms;
};

struct flight {
	uint64_t at_ms, order;
	size_t cable;
	uint64_t plugged_ms; /* the cable at the time of sending: a frame does not follow a moved
				end */
	int to;		     /* index of the end */
	uint8_t frame[LACP_FRAME_SIZE];
	size_t length;
};

struct world {
	uint64_t seed, random;
	uint64_t now_ms, order;
	struct faults faults;
	struct system systems[SYSTEMS_MAX];
	size_t system_count;
	struct cable cables[CABLES_MAX];
	size_t cable_count;
	struct flight flights[FLIGHT_MAX]; /* a heap by time, then order */
	size_t flight_count;
	uint64_t lateness_ms; /* by which daemons may be late */
	bool clean;	      /* no frame of this life is lost or falsified */
	bool still;	      /* converged: nothing may change */
	size_t apart;	      /* ports with apart_since_ms */
	struct lacp_effects fx, again;
	struct figures {
		uint64_t steps, frames, effects, events, converged;
		uint64_t apart_count, apart_max_ms, clean_apart_max_ms;
	} figures; /* of all lives; everything else is of this one */
};

_Noreturn void die(const struct world *world, const char *what, const char *file, int line);

#define CHECK(world, condition)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			die(world, #condition, __FILE__, __LINE__);                                \
	} while (0)

/* Numbers from the seed. */
uint32_t below(struct world *world, uint32_t limit);
bool chance(struct world *world, uint32_t percent);

/* Port ids as the core sees them: unique among all systems. */
static inline uint32_t id_of(size_t system, size_t port)
{
	return (uint32_t)(100 * (system + 1) + port + 1);
}

/* The other end of a port's cable; false: none is plugged in. */
bool far_end(const struct world *world, size_t system, size_t port, struct end *ret_far);

/* Plugs a cable between two free ports, or pulls one. */
void plug(struct world *world, struct end a, struct end b);
void unplug(struct world *world, size_t cable);

/* Sends a frame from a port; it arrives subject to the faults. */
void transmit(struct world *world, size_t system, size_t port, const uint8_t *frame);

/* One step of a system's daemon: effects are carried out, invariants checked. */
void step(struct world *world, size_t system);

/* Advances the time to @end_ms. */
void pass(struct world *world, uint64_t end_ms);

/*
 * Records since when a port distributes to an end that does not collect, and
 * the same for the far end.
 */
void watch_apart(struct world *world, size_t system, size_t port);

/* Checks the invariants after every step of a system (check.c). */
void check_effects(struct world *world, size_t system);
void check_system(struct world *world, size_t system);

/* No port distributes to a non-collecting end for longer than messages can be in flight. */
void check_apart(struct world *world);

/* Everything has converged: both ends of every cable agree. */
void check_converged(struct world *world);
