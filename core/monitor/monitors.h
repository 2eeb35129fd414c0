/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Monitors: a row of functions for each, the list of them, and their state.
 *
 * There are two kinds. A witness reports whether a port's link is good; link_watch says how
 * the witnesses are combined (watch.c). A veto takes a port out of use that the witnesses report
 * as good, but never the last usable one: a bad port is better than none.
 */
#pragma once

#include "core/bond.h"

struct port;

/*
 * @word, good() and reason() are mandatory; the other functions may be NULL. Times are those of
 * bond_step().
 */
struct monitor {
	const char *word; /* for log lines: why a link changed */
	bool is_veto;

	/* Witnesses: whether @options enable it. NULL: always enabled. */
	bool (*is_on)(const struct bond_options *options);

	/* Whether the port is good, and since when. Without side effects. */
	bool (*good)(const struct port *port, uint64_t now_ms, uint64_t *ret_since_ms);

	/* A port was attached, initially @good. */
	void (*start)(const struct bond *bond, struct port *port, bool good, uint64_t now_ms);

	/* A port is about to be detached. */
	void (*stop)(struct bond *bond, struct port *port);

	/* The options changed from @old: restarts the monitor if necessary. */
	void (*changed)(struct bond *bond, const struct bond_options *old);

	/* Each step, before the links: evaluates what is due. */
	void (*run)(struct bond *bond, uint64_t now_ms);

	/* Each step, after the selection: emits the effects that send what is due. */
	void (*send)(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

	/* When it must run next for this port, or BOND_NEVER. */
	uint64_t (*deadline)(const struct bond *bond, const struct port *port);

	/* A port received a frame (bond_in_frame()). */
	void (*frame)(struct bond *bond, struct port *port, const uint8_t *bytes, size_t length,
		      uint64_t now_ms);

	/* @events indications of a failing port: errors, a lost carrier, an unanswered probe. */
	void (*trouble)(const struct bond *bond, struct port *port, uint64_t events,
			uint64_t now_ms);

	/* A port's link went DOWN. */
	void (*lost)(const struct bond *bond, struct port *port, uint64_t at_ms);

	/* Mandatory for a veto: ends it, if active, because no other port is usable. */
	void (*lift)(struct port *port, uint64_t now_ms);

	/* Why the port is not good, as text. Returns false to leave that to another monitor. */
	bool (*reason)(const struct bond *bond, const struct port *port, uint64_t now_ms,
		       char *text, size_t size);

	/* How often the ports' counters must be read (bond_sample_ms()), or BOND_NEVER. */
	uint64_t (*sample_ms)(const struct bond_options *options);
};

/*
 * All monitors: the names of their rows without "monitor_". Carrier is the first. With link_watch
 * "one" the last enabled witness counts.
 */
#define MONITORS(ROW)                                                                              \
	ROW(carrier)                                                                               \
	ROW(probe)                                                                                 \
	ROW(error_threshold)                                                                       \
	ROW(flap_hold)

#define MONITOR_DECLARE(name) extern const struct monitor monitor_##name;
MONITORS(MONITOR_DECLARE)
#undef MONITOR_DECLARE

/* Their rows, in that order; NULL-terminated. */
extern const struct monitor *const monitor_list[];

/* The ARP/NS monitor's state of a port. Times are those of the kernel's struct slave. */
struct probe {
	bool ok;			   /* the port passes */
	bool sent;			   /* probes were sent in the last round */
	uint64_t ok_ms;			   /* when ok was set */
	uint64_t rx_ms;			   /* last_rx: a frame that counts was received */
	uint64_t tx_ms;			   /* last_tx: probes were sent */
	uint64_t up_ms;			   /* attached, or probed as the candidate */
	uint64_t arp_ms[BOND_TARGETS_MAX]; /* target_last_arp_rx, per target */
	uint64_t ns_ms[BOND_TARGETS_MAX];
};

/* Its rounds, which evaluate all ports. */
struct probe_round {
	bool runs;
	bool due;	    /* this step is a round */
	uint64_t next_ms;   /* the next round, while it runs */
	uint32_t candidate; /* without an active port: the port being tried; 0: none */
	struct bond_own own;
};

/* Slots in the window of error_threshold. */
#define ERROR_SLOTS 16

struct error_threshold {
	bool is_read;	/* total is valid */
	uint64_t total; /* of the last bond_in_errors() */
	uint64_t window[ERROR_SLOTS];
	uint64_t slot;	       /* the newest in the window */
	uint64_t events;       /* in the window when the port was taken out of use */
	uint64_t out_until_ms; /* in the past: not taken out */
};

struct flap_hold {
	uint64_t until_ms; /* in the past: not held */
	uint64_t hold_ms;  /* length of the last hold */
};

/* The monitors' state of a port. The carrier is in struct port, as other parts use it too. */
struct monitors {
	struct probe probe;
	struct error_threshold error_threshold;
	struct flap_hold flap_hold;
};

/* Their state of the bond; initially all zero. */
struct bond_monitors {
	struct probe_round probe;
};

/* Each of these calls that function of every monitor that has it, in list order. */
void monitors_start(const struct bond *bond, struct port *port, bool good, uint64_t now_ms);
void monitors_stop(struct bond *bond, struct port *port);
void monitors_changed(struct bond *bond, const struct bond_options *old);
void monitors_run(struct bond *bond, uint64_t now_ms);
void monitors_send(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);
void monitors_frame(struct bond *bond, struct port *port, const uint8_t *bytes, size_t length,
		    uint64_t now_ms);
void monitors_trouble(const struct bond *bond, struct port *port, uint64_t events, uint64_t now_ms);
void monitors_lost(const struct bond *bond, struct port *port, uint64_t at_ms);
void monitors_lift(struct port *port, uint64_t now_ms);

/* The earliest of all, or BOND_NEVER. */
uint64_t monitors_deadline(const struct bond *bond);
uint64_t monitors_sample_ms(const struct bond_options *options);

/*
 * Why a port is not good: the text of the first monitor that gives a reason, vetoes before
 * witnesses (a vetoed port may have carrier). False when no monitor objects.
 */
bool monitors_reason(const struct bond *bond, const struct port *port, uint64_t now_ms, char *text,
		     size_t size);

bool monitor_is_on(const struct monitor *monitor, const struct bond_options *options);

/* The cause for a monitor of the list, and the word for that cause; NULL: not a monitor's cause. */
enum cause monitor_cause(const struct monitor *monitor);
const char *monitor_word(enum cause cause);
