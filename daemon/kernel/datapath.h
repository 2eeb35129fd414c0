/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One bond's loaded copy of the packet path: its programs, table and counters.
 * Attached programs and their maps stay in the kernel, so freeing this object
 * stops nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bpf/shared.h"
#include "core/alb/alb.h"
#include "core/bond.h"
#include "core/uneven.h"
#include "daemon/kernel/hook.h"
#include "daemon/kernel/netlink.h"
#include "lang/options.h"

struct datapath;

/*
 * Loads the programs for a bond with @options and the hidden end
 * @hidden_ifindex. The table is empty: nothing can be sent until
 * datapath_publish(). Returns 0, or a negative errno with @why filled.
 */
int datapath_load(const struct bond_options *options, uint32_t hidden_ifindex,
		  struct datapath **ret_path, struct refusal *why);

/* Closes our handles; attached programs keep running. NULL is fine. */
void datapath_free(struct datapath *path);

/* An id unique among the copies that are loaded. */
uint32_t datapath_id(const struct datapath *path);

/* The ids of the programs on each port, at its ingress and egress hooks. */
void datapath_port_ids(const struct datapath *path, uint32_t ret_ids[2]);

/* Whether a change of options needs the programs to be reloaded. */
bool datapath_needs_reload(const struct bond_options *old_options,
			   const struct bond_options *new_options);

/* Replaces the table as a whole; port ids of @table are ifindexes. */
void datapath_publish(struct datapath *path, const struct bond_table *table);

/*
 * Publishing must wait for an RCU grace period (up to 20 ms) when the ring of
 * snapshots has wrapped around. To do so while idle: datapath_needs_grace_period() says that
 * a grace period is needed, datapath_wait_grace_period() waits once for all bonds,
 * datapath_grace_period_passed() records it.
 */
bool datapath_needs_grace_period(const struct datapath *path);
void datapath_wait_grace_period(void);
void datapath_grace_period_passed(struct datapath *path);

/* Attaches the transmit program at @place (see pair.h), replacing that of @old (NULL: none). */
int datapath_attach_tx(const struct datapath *path, const struct datapath *old,
		       struct hook_place place);

/*
 * Attaches ebond_lldp at @place (see pair.h), replacing that of @old (NULL: none) if it is still
 * there. Returns 0 or a negative errno.
 */
int datapath_attach_lldp(const struct datapath *path, const struct datapath *old,
			 struct hook_place place);

/*
 * Attaches a port's programs, replacing those of @old (NULL: none): ebond_rx at @place, its
 * ingress hook, and ebond_port at its egress hook. @mac is the port's permanent address. As
 * hook_attach(); after a failure, clean up with datapath_detach_port().
 */
int datapath_attach_port(const struct datapath *path, const struct datapath *old,
			 struct hook_place place, const uint8_t mac[MAC_LENGTH],
			 bool *ret_made_qdisc);

/* The same, replacing an earlier daemon's. As hook_take(). */
int datapath_take_tx(const struct datapath *path, struct hook_place place);
int datapath_take_lldp(const struct datapath *path, struct hook_place place);
int datapath_take_port(const struct datapath *path, struct hook_place place,
		       const uint8_t mac[MAC_LENGTH], bool *ret_made_qdisc);

/* Whether our own programs are still attached. */
bool datapath_has_tx(const struct datapath *path, struct hook_place place);
bool datapath_has_port(const struct datapath *path, struct hook_place place);

/* As hook_others() and hook_make_first(), for the receive program. */
size_t datapath_other_rx(const struct datapath *path, struct hook_place place,
			 uint32_t ret_ids[HOOK_OTHERS_MAX], bool *ret_first);
int datapath_make_rx_first(const struct datapath *path, struct hook_place place);

/* Replaces the list of VLAN devices on the ports. Returns 0 or a negative errno. */
int datapath_set_port_vlans(const struct datapath *path, const struct ebond_port_vlans *vlans);

/* The same with the list of ports where other programs' filters come first. */
int datapath_set_filtered(const struct datapath *path, const struct ebond_filtered *filtered);

/* Reattaches those of a port's programs that are missing. As hook_attach(). */
int datapath_restore_port(const struct datapath *path, struct hook_place place,
			  bool *ret_made_qdisc);

/*
 * Detaches a port's programs; with @path NULL those of an earlier daemon, found by name.
 * As hook_detach().
 */
void datapath_detach_port(const struct datapath *path, struct nl *nl, struct hook_place place,
			  bool made_qdisc);

/*
 * Whether a transmit or receive program of any ebondd is attached to an interface, on any
 * kind of hook, and the constants it was loaded with (zero if they cannot be read, or if
 * an older ebondd did not have them).
 */
bool datapath_find_tx(uint32_t ifindex, struct ebond_config *ret_config);
bool datapath_find_rx(uint32_t ifindex, struct ebond_config *ret_config);

/* Room for the longest text of datapath_keep_state(), with the NUL. */
#define DATAPATH_STATE_BYTES 98304

/*
 * A text that the kernel keeps as long as any of the programs: the bond's state.
 * datapath_keep_state() replaces it as a whole and returns 0 or a negative errno. Its number is
 * no other text's until the machine is started again; datapath_state_exists(): some program
 * still has it.
 */
int datapath_keep_state(const struct datapath *path, const char *text);
uint32_t datapath_state_id(const struct datapath *path);
bool datapath_state_exists(uint32_t id);

/* That of the programs on an interface, of any copy. The caller frees it; NULL: none. */
char *datapath_kept_state(uint32_t ifindex);

/* Whether the programs on two interfaces are of one copy: a hidden end and its port. */
bool datapath_is_same_copy(uint32_t ifindex, uint32_t other_ifindex);

/*
 * balance-tlb and balance-alb with tlb_dynamic_lb: reads each bucket's counter, and publishes
 * the core's decisions (FX_BALANCE).
 */
void datapath_read_flows(const struct datapath *path, struct bond_buckets *ret_buckets);
void datapath_balance(struct datapath *path, const struct bond_balance *balance);

/* What the packet path knows by its virtual clocks; see bpf/placement.h. */
struct datapath_loads {
	uint64_t clock_bps[BOND_PORTS_MAX]; /* by tx_clock */
	uint64_t moves_paused, moves_busy;  /* flows that changed their port */
	struct load_bucket buckets[EBOND_BUCKETS];
};

/* Reads them from mapped memory. @now_ms: of CLOCK_MONOTONIC. */
void datapath_read_loads(const struct datapath *path, uint64_t now_ms,
			 struct datapath_loads *ret_loads);

/* balance-alb: counters of neighbour changes, and of bond0's ARP broadcasts. */
uint32_t datapath_neighbour_news(const struct datapath *path);
uint32_t datapath_arp_broadcasts(const struct datapath *path);

/*
 * Calls @each for every neighbour; unless @all, only for new ones, which are then no longer
 * new. @port is its port in the packet path.
 */
typedef void datapath_neighbour_sink(const struct bond_neighbour *neighbour, uint32_t port,
				     uint64_t seen_ms, void *data);
void datapath_read_neighbours(struct datapath *path, bool all, datapath_neighbour_sink *each,
			      void *data);

/* Carries out an order of FX_NEIGHBOURS: sets the neighbour's port, or removes it. */
void datapath_put_neighbour(struct datapath *path, const struct bond_neighbour_order *order);

/* The counters, summed over the CPUs. */
void datapath_counters(const struct datapath *path, uint64_t ret_counters[EBOND_COUNTER_MAX]);

/*
 * Continues where @old stopped, with its counters, each flow on its port (spill_threshold,
 * tlb_dynamic_lb), and its neighbours (balance-alb).
 */
void datapath_adopt(struct datapath *path, const struct datapath *old);

/*
 * The same with the maps of an earlier daemon's transmit program at @place, if any. Requires
 * CAP_SYS_ADMIN (BPF_MAP_GET_FD_BY_ID).
 */
void datapath_adopt_found(struct datapath *path, struct hook_place place);
