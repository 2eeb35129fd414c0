/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One bond's loaded copy of the packet path: its programs, its table, its
 * counters. The kernel keeps an attached program and its maps without us, so
 * freeing this object stops nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bpf/shared.h"
#include "core/alb/alb.h"
#include "core/bond.h"
#include "daemon/kernel/hook.h"
#include "daemon/kernel/netlink.h"
#include "lang/options.h"

struct datapath;

/*
 * Loads the programs for a bond with @options whose hidden end is
 * @hidden_ifindex. The table is empty: nothing can be sent until
 * datapath_publish(). Returns 0, or a negative errno with @why filled.
 */
int datapath_load(const struct bond_options *options, uint32_t hidden_ifindex,
		  struct datapath **ret_path, struct refusal *why);

/* Closes our handles; what is attached goes on. NULL is fine. */
void datapath_free(struct datapath *path);

/* A number that no other copy of the programs has while this one is loaded. */
uint32_t datapath_id(const struct datapath *path);

/* Whether a change of options needs the programs to be reloaded. */
bool datapath_needs_reload(const struct bond_options *old_options,
			   const struct bond_options *new_options);

/* Replaces the table as a whole; port ids of @table are ifindexes. */
void datapath_publish(struct datapath *path, const struct bond_table *table);

/*
 * Publishing may have to wait for an RCU grace period (up to 20 ms) when the
 * ring of snapshots has gone round. To pay for that in a quiet moment:
 * datapath_is_worn() says that one is due, datapath_wait_grace_period() waits
 * once for all, datapath_renew() notes it.
 */
bool datapath_is_worn(const struct datapath *path);
void datapath_wait_grace_period(void);
void datapath_renew(struct datapath *path);

/* Puts the transmit program at @place (pair.h knows it) instead of that of @old (NULL: none). */
int datapath_attach_tx(const struct datapath *path, const struct datapath *old,
		       struct hook_place place);

/*
 * Puts the programs of a port at its hooks, instead of those of @old (NULL: there are none):
 * ebond_rx at @place, its ingress, and ebond_port at its egress. @mac is the port's permanent
 * address. As hook_attach(); after a failure datapath_detach_port() removes what is there.
 */
int datapath_attach_port(const struct datapath *path, const struct datapath *old,
			 struct hook_place place, const uint8_t mac[MAC_LENGTH],
			 bool *ret_made_qdisc);

/* The same instead of an earlier daemon's. As hook_take(). */
int datapath_take_tx(const struct datapath *path, struct hook_place place);
int datapath_take_port(const struct datapath *path, struct hook_place place,
		       const uint8_t mac[MAC_LENGTH], bool *ret_made_qdisc);

/* Whether our very programs are where they should be. */
bool datapath_has_tx(const struct datapath *path, struct hook_place place);
bool datapath_has_port(const struct datapath *path, struct hook_place place);

/* Puts back those of a port's programs that are not there. As hook_attach(). */
int datapath_restore_port(const struct datapath *path, struct hook_place place,
			  bool *ret_made_qdisc);

/*
 * Takes a port's programs off it; with @path NULL those of an earlier daemon, which it finds
 * by their names. As hook_detach().
 */
void datapath_detach_port(const struct datapath *path, struct nl *nl, struct hook_place place,
			  bool made_qdisc);

/*
 * Whether a transmit program, or a receive program, of any ebondd is on an interface's
 * hooks of whatever kind, and the constants that it was loaded with (zero where they
 * cannot be read, or an older ebondd had none).
 */
bool datapath_find_tx(uint32_t ifindex, struct ebond_config *ret_config);
bool datapath_find_rx(uint32_t ifindex, struct ebond_config *ret_config);

/*
 * balance-tlb and balance-alb with tlb_dynamic_lb: what each bucket of flows sent, and where
 * the next ones are to go (FX_BALANCE).
 */
void datapath_read_flows(const struct datapath *path, struct bond_buckets *ret_buckets);
void datapath_balance(struct datapath *path, const struct bond_balance *balance);

/* balance-alb: counts that grow when there are news of neighbours; when bond0 asked everybody. */
uint32_t datapath_neighbour_news(const struct datapath *path);
uint32_t datapath_arp_broadcasts(const struct datapath *path);

/*
 * Calls @each for every neighbour; only those that are new, unless @all. They are not new after
 * that. @port is what the packet path has for it.
 */
typedef void datapath_neighbour_sink(const struct bond_neighbour *neighbour, uint32_t port,
				     uint64_t seen_ms, void *data);
void datapath_read_neighbours(struct datapath *path, bool all, datapath_neighbour_sink *each,
			      void *data);

/* An order of FX_NEIGHBOURS: the neighbour's port, or that it is gone. */
void datapath_put_neighbour(struct datapath *path, const struct bond_neighbour_order *order);

/* The counters, summed over the CPUs. */
void datapath_counters(const struct datapath *path, uint64_t ret_counters[EBOND_COUNTER_MAX]);

/*
 * Goes on where @old stopped, with its counters and with each flow on its port (spill_threshold,
 * tlb_dynamic_lb), and with its neighbours (balance-alb).
 */
void datapath_adopt(struct datapath *path, const struct datapath *old);

/*
 * The same with the maps of an earlier daemon's transmit program at @place, if there is one. The
 * kernel wants CAP_SYS_ADMIN for it (BPF_MAP_GET_FD_BY_ID).
 */
void datapath_adopt_found(struct datapath *path, struct hook_place place);
