/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges a port: a row of functions per monitor, the list of them, and what they keep.
 *
 * A monitor is one of two kinds. A witness says whether a port's link is good, and link_watch
 * joins what the witnesses say (watch.c). A veto takes out a port that the witnesses call good,
 * but never the last one that is usable: a bad port is better than none.
 */
#pragma once

#include "core/bond.h"

struct port;

/*
 * Every row has a word, good() and reason(); other functions that a monitor does not need are
 * NULL. Times are those of bond_step().
 */
struct monitor {
	const char *word; /* in log lines: why a link changed */
	bool is_veto;

	/* Witnesses: whether @options turn it on. NULL: it always is. */
	bool (*is_on)(const struct bond_options *options);

	/* Whether the port is good, and since when that is so. It does not act. */
	bool (*good)(const struct port *port, uint64_t now_ms, uint64_t *ret_since_ms);

	/* A port joins the bond, @good until more is known. */
	void (*start)(const struct bond *bond, struct port *port, bool good, uint64_t now_ms);

	/* A port is about to leave. */
	void (*stop)(struct bond *bond, struct port *port);

	/* The options were @old: does the monitor have to start over? */
	void (*changed)(struct bond *bond, const struct bond_options *old);

	/* Each step, before the links are looked at: judges what is due. */
	void (*run)(struct bond *bond, uint64_t now_ms);

	/* Each step, after the selection: the effects that send what is due. */
	void (*send)(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

	/* When it has to run next for this port, or BOND_NEVER. */
	uint64_t (*deadline)(const struct bond *bond, const struct port *port);

	/* A port received a frame that bond_in_frame() was told of. */
	void (*frame)(struct bond *bond, struct port *port, const uint8_t *bytes, size_t length,
		      uint64_t now_ms);

	/* @events signs that a port fails: errors, a lost carrier, an unanswered probe. */
	void (*trouble)(const struct bond *bond, struct port *port, uint64_t events,
			uint64_t now_ms);

	/* A port's link went DOWN. */
	void (*lost)(const struct bond *bond, struct port *port, uint64_t at_ms);

	/* Every veto has it: ends the ban, if there is one, because no other port is usable. */
	void (*pardon)(struct port *port, uint64_t now_ms);

	/* Why the port is not good, in words. Returns false to leave that to another monitor. */
	bool (*reason)(const struct bond *bond, const struct port *port, uint64_t now_ms,
		       char *text, size_t size);

	/* How often the counters of the ports must be read (bond_sample_ms()), or BOND_NEVER. */
	uint64_t (*sample_ms)(const struct bond_options *options);
};

/*
 * Every monitor: the name of its row without "monitor_". Carrier is the first. With link_watch
 * "one" the last witness that is on is the one that counts.
 */
#define MONITORS(ROW)                                                                              \
	ROW(carrier)                                                                               \
	ROW(probe)                                                                                 \
	ROW(error_threshold)                                                                       \
	ROW(flap_hold)

#define MONITOR_DECLARE(name) extern const struct monitor monitor_##name;
MONITORS(MONITOR_DECLARE)
#undef MONITOR_DECLARE

/* Their rows, in that order; NULL ends. */
extern const struct monitor *const monitor_list[];

/* The ARP/NS monitor's view of a port. Times as the kernel's members of struct slave. */
struct probe {
	bool ok;			   /* the port passes */
	bool asked;			   /* in the last round */
	uint64_t ok_ms;			   /* when ok was set */
	uint64_t rx_ms;			   /* last_rx: something was received that counts */
	uint64_t tx_ms;			   /* last_tx: questions were sent */
	uint64_t up_ms;			   /* attached, or asked as the candidate */
	uint64_t arp_ms[BOND_TARGETS_MAX]; /* target_last_arp_rx, per target */
	uint64_t ns_ms[BOND_TARGETS_MAX];
};

/* Its rounds, which judge all ports. */
struct probe_round {
	bool runs;
	bool due;	    /* this step is a round */
	uint64_t next_ms;   /* the next round, while it runs */
	uint32_t candidate; /* without an active port: where answers are sought; 0: none */
	struct bond_own own;
};

/* The window of error_threshold is as many slots. */
#define ERROR_SLOTS 16

struct error_threshold {
	bool is_read;	/* total is there */
	uint64_t total; /* as bond_in_errors() told last */
	uint64_t window[ERROR_SLOTS];
	uint64_t slot;	       /* the newest in the window */
	uint64_t events;       /* in the window, when the port was taken out */
	uint64_t out_until_ms; /* in the past: not out */
};

struct flap_hold {
	uint64_t until_ms; /* in the past: not held */
	uint64_t hold_ms;  /* how long the last hold lasted */
};

/* What the monitors keep of a port. The carrier is a fact that others use too: struct port. */
struct monitors {
	struct probe probe;
	struct error_threshold error_threshold;
	struct flap_hold flap_hold;
};

/* What they keep of the bond; all zero at first. */
struct bond_monitors {
	struct probe_round probe;
};

/* All of these call that function of every monitor that has it, in the list's order. */
void monitors_start(const struct bond *bond, struct port *port, bool good, uint64_t now_ms);
void monitors_stop(struct bond *bond, struct port *port);
void monitors_changed(struct bond *bond, const struct bond_options *old);
void monitors_run(struct bond *bond, uint64_t now_ms);
void monitors_send(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);
void monitors_frame(struct bond *bond, struct port *port, const uint8_t *bytes, size_t length,
		    uint64_t now_ms);
void monitors_trouble(const struct bond *bond, struct port *port, uint64_t events, uint64_t now_ms);
void monitors_lost(const struct bond *bond, struct port *port, uint64_t at_ms);
void monitors_pardon(struct port *port, uint64_t now_ms);

/* The earliest of all, or BOND_NEVER. */
uint64_t monitors_deadline(const struct bond *bond);
uint64_t monitors_sample_ms(const struct bond_options *options);

/*
 * Why a port is not good, in the words of the first monitor that says why, vetoes before
 * witnesses: a banned port may have its carrier. False when no monitor objects to it.
 */
bool monitors_reason(const struct bond *bond, const struct port *port, uint64_t now_ms, char *text,
		     size_t size);

bool monitor_is_on(const struct monitor *monitor, const struct bond_options *options);

/* The cause that stands for a row of the list, and its word; NULL: @cause is none of them. */
enum cause monitor_cause(const struct monitor *monitor);
const char *monitor_word(enum cause cause);
