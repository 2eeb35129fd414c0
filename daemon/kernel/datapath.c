/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading, updating and reading the programs of bpf/. */
#include "daemon/kernel/datapath.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/membarrier.h>

#include "bpf/ebond.skel.h"
#include "bpf/ebond_home.skel.h"
#include "daemon/kernel/datapath_private.h"
#include "lang/refuse.h"
#include "lib/cleanup.h"
#include "lib/namespace.h"

#define PORT_PROGRAM "ebond_port"
#define LLDP_PROGRAM "ebond_lldp"

static_assert(BOND_NEIGHBOURS_MAX == EBOND_NEIGHBOURS_MAX,
	      "core and packet path differ in neighbours");
static_assert(BOND_BUCKETS == EBOND_FLOWS && BOND_FRESH == EBOND_FRESH,
	      "core and packet path differ in buckets");
static_assert(BOND_PORTS_MAX == EBOND_PORTS_MAX, "core and packet path differ in size");
#define SAME_NUMBER(ours, theirs) static_assert((int)(ours) == (int)(theirs), #ours)
SAME_NUMBER(BOND_MODE_ROUNDROBIN, EBOND_MODE_ROUNDROBIN);
SAME_NUMBER(BOND_MODE_ACTIVEBACKUP, EBOND_MODE_ACTIVEBACKUP);
SAME_NUMBER(BOND_MODE_XOR, EBOND_MODE_XOR);
SAME_NUMBER(BOND_MODE_BROADCAST, EBOND_MODE_BROADCAST);
SAME_NUMBER(BOND_MODE_8023AD, EBOND_MODE_8023AD);
SAME_NUMBER(BOND_MODE_TLB, EBOND_MODE_TLB);
SAME_NUMBER(BOND_MODE_ALB, EBOND_MODE_ALB);
SAME_NUMBER(BOND_MODE_MAX, EBOND_MODE_ALB + 1);
SAME_NUMBER(BOND_XMIT_LAYER2, EBOND_POLICY_LAYER2);
SAME_NUMBER(BOND_XMIT_LAYER34, EBOND_POLICY_LAYER34);
SAME_NUMBER(BOND_XMIT_LAYER23, EBOND_POLICY_LAYER23);
SAME_NUMBER(BOND_XMIT_ENCAP23, EBOND_POLICY_ENCAP23);
SAME_NUMBER(BOND_XMIT_ENCAP34, EBOND_POLICY_ENCAP34);
SAME_NUMBER(BOND_XMIT_VLAN_SRCMAC, EBOND_POLICY_VLAN_SRCMAC);
SAME_NUMBER(BOND_XMIT_MAX, EBOND_POLICY_VLAN_SRCMAC + 1);

/* datapath_publish() copies one to the other. */
#define SAME_PLACE(member)                                                                         \
	static_assert(offsetof(struct bond_table, member) == offsetof(struct ebond_table, member), \
		      "core and packet path differ in the place of " #member)
SAME_PLACE(tx_count);
SAME_PLACE(tx_awake);
SAME_PLACE(igmp_port);
SAME_PLACE(rx_any);
SAME_PLACE(rx_late);
SAME_PLACE(rx_count);
SAME_PLACE(port_count);
SAME_PLACE(tx_port);
SAME_PLACE(rx_port);
SAME_PLACE(queue_id);
SAME_PLACE(queue_port);
SAME_PLACE(active);
SAME_PLACE(bond_mac);
SAME_PLACE(tx_mac);
SAME_PLACE(rx_mac);
SAME_PLACE(tx_clock);
SAME_PLACE(tx_cost);
SAME_PLACE(tx_latency_ns);
SAME_PLACE(tx_margin_ns);
static_assert(sizeof(struct bond_table) == sizeof(struct ebond_table),
	      "core and packet path differ in the table's members");

DEFINE_CLEANUP(skeleton, struct ebond_bpf *, ebond_bpf__destroy)

void datapath_free(struct datapath *path)
{
	if (!path)
		return;
	close_fd(path->tx_fd);
	close_fd(path->rx_fd);
	close_fd(path->port_fd);
	close_fd(path->lldp_fd);
	close_fd(path->port_macs_fd);
	close_fd(path->port_vlans_fd);
	close_fd(path->filtered_fd);
	close_fd(path->counters_fd);
	close_fd(path->placement_fd);
	close_fd(path->balance_fd);
	close_fd(path->neighbours_fd);
	close_fd(path->state_fd);
	if (path->placement)
		munmap((void *)path->placement, sizeof(*path->placement));
	if (path->balance)
		munmap(path->balance, sizeof(*path->balance));
	if (path->mapping)
		munmap(path->mapping, path->mapping_bytes);
	free(path);
}

DEFINE_CLEANUP(datapath, struct datapath *, datapath_free)

static struct datapath *datapath_new(void)
{
	struct datapath *path = calloc(1, sizeof(*path));

	if (path)
		path->tx_fd = path->rx_fd = path->port_fd = path->lldp_fd = path->port_macs_fd =
			path->port_vlans_fd = path->filtered_fd = path->counters_fd =
				path->placement_fd = path->balance_fd = path->neighbours_fd =
					path->state_fd = -EBADF;
	return path;
}

static uint32_t program_id(int fd)
{
	struct bpf_prog_info info = {};
	uint32_t length = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &length) == 0 ? info.id : 0;
}

static int keep_fd(int fd, int *ret_fd)
{
	*ret_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return *ret_fd < 0 ? -errno : 0;
}

static int map_ring(struct datapath *path, const struct ebond_bpf *skeleton)
{
	size_t offset = (size_t)((const char *)&skeleton->bss->ring - (const char *)skeleton->bss);

	path->mapping_bytes = bpf_map__value_size(skeleton->maps.bss);
	path->mapping = mmap(NULL, path->mapping_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			     bpf_map__fd(skeleton->maps.bss), 0);
	if (path->mapping == MAP_FAILED) {
		path->mapping = NULL;
		return -errno;
	}
	path->ring = (void *)((char *)path->mapping + offset);
	return 0;
}

/* Only read here: the packet path writes it. */
static int map_placement(struct datapath *path)
{
	void *mapping =
		mmap(NULL, sizeof(*path->placement), PROT_READ, MAP_SHARED, path->placement_fd, 0);

	if (mapping == MAP_FAILED)
		return -errno;
	path->placement = mapping;
	return 0;
}

static int map_balance(struct datapath *path)
{
	void *mapping = mmap(NULL, sizeof(*path->balance), PROT_READ | PROT_WRITE, MAP_SHARED,
			     path->balance_fd, 0);

	if (mapping == MAP_FAILED)
		return -errno;
	path->balance = mapping;
	return 0;
}

/* Keeps our own handles, so that the skeleton can be freed. */
static int keep_handles(struct datapath *path, const struct ebond_bpf *skeleton)
{
	int err = keep_fd(bpf_program__fd(skeleton->progs.ebond_tx), &path->tx_fd);

	err = err ?: keep_fd(bpf_program__fd(skeleton->progs.ebond_rx), &path->rx_fd);
	err = err ?: keep_fd(bpf_program__fd(skeleton->progs.ebond_port), &path->port_fd);
	err = err ?: keep_fd(bpf_program__fd(skeleton->progs.ebond_lldp), &path->lldp_fd);
	err = err ?: keep_fd(bpf_map__fd(skeleton->maps.port_macs), &path->port_macs_fd);
	err = err ?: keep_fd(bpf_map__fd(skeleton->maps.data_vlans), &path->port_vlans_fd);
	err = err ?: keep_fd(bpf_map__fd(skeleton->maps.data_filtered), &path->filtered_fd);
	err = err ?: keep_fd(bpf_map__fd(skeleton->maps.counters), &path->counters_fd);
	err = err ?: keep_fd(bpf_map__fd(skeleton->maps.data_place), &path->placement_fd);
	err = err ?: keep_fd(bpf_map__fd(skeleton->maps.data_balance), &path->balance_fd);
	err = err ?: keep_fd(bpf_map__fd(skeleton->maps.neighbours), &path->neighbours_fd);
	err = err ?: map_ring(path, skeleton);
	err = err ?: map_balance(path);
	err = err ?: map_placement(path);
	err = err ?: datapath_make_state(path);
	if (err)
		return err;
	path->tx_id = program_id(path->tx_fd);
	path->rx_id = program_id(path->rx_fd);
	path->port_id = program_id(path->port_fd);
	return 0;
}

static int refuse_load(int err, struct refusal *why)
{
	if (err == -EPERM || err == -EACCES)
		return refuse(
			why, err,
			"loading the packet path was not permitted (%s): run as root with CAP_BPF "
			"and CAP_NET_ADMIN, without a lockdown of bpf()",
			strerror(-err));
	if (err == -ENOSYS)
		return refuse(
			why, err,
			"this kernel has no bpf(): it needs CONFIG_BPF_SYSCALL and CONFIG_BPF_JIT");
	return refuse(why, err, "loading the packet path failed (%s): needs Linux 6.1 or newer",
		      strerror(-err));
}

/* The constants of a loaded copy, except the hidden end's ifindex. */
static struct ebond_config config_of(const struct bond_options *options)
{
	bool hash_is_fixed = mode_spec(options->mode)->hash == MODE_HASH_FIXED;

	return (struct ebond_config){
		.mode = options->mode,
		.policy = hash_is_fixed ? EBOND_POLICY_LAYER34 : (uint32_t)options->xmit_policy,
		.packets_per_slave = options->packets_per_slave,
		.spill = options->spill_threshold != 0,
		.broadcast_neighbor = options->broadcast_neighbor,
		.dynamic = options->tlb_dynamic_lb,
		.ipv6 = options->alb_ipv6,
		.adaptive = options->adaptive,
		.moves_paused_only = options->paused_only,
		.earliest = options->earliest,
	};
}

/* In modes without neighbours the maps need no memory. */
static void shrink_neighbours(struct ebond_bpf *skeleton)
{
	bpf_map__set_max_entries(skeleton->maps.neighbours, 1);
	bpf_map__set_max_entries(skeleton->maps.questions, 1);
	bpf_map__set_max_entries(skeleton->maps.own_addresses, 1);
}

/* Both objects have the same maps and programs in the same order: one skeleton fits both. */
static struct ebond_bpf *open_object(bool knows_home)
{
	_cleanup_(skeleton) struct ebond_bpf *skeleton = calloc(1, sizeof(*skeleton));

	if (!skeleton || ebond_bpf__create_skeleton(skeleton) < 0)
		return NULL;
	if (knows_home)
		skeleton->skeleton->data = ebond_home_bpf__elf_bytes(&skeleton->skeleton->data_sz);
	if (bpf_object__open_skeleton(skeleton->skeleton, NULL) < 0)
		return NULL;
	return TAKE_PTR(skeleton);
}

static int load_object(const struct bond_options *options, uint32_t hidden_ifindex, uint64_t home,
		       struct ebond_bpf **ret_skeleton)
{
	_cleanup_(skeleton) struct ebond_bpf *skeleton = open_object(home != 0);
	int err;

	if (!skeleton)
		return -ENOMEM;
	skeleton->rodata->config = config_of(options);
	skeleton->rodata->config.hidden_ifindex = hidden_ifindex;
	skeleton->rodata->config.home = home;
	if (!mode_has(options->mode, MODE_NEIGHBOURS))
		shrink_neighbours(skeleton);
	err = ebond_bpf__load(skeleton);
	if (!err)
		*ret_skeleton = TAKE_PTR(skeleton);
	return err;
}

int datapath_load(const struct bond_options *options, uint32_t hidden_ifindex,
		  struct datapath **ret_path, struct refusal *why)
{
	_cleanup_(datapath) struct datapath *path = datapath_new();
	_cleanup_(skeleton) struct ebond_bpf *skeleton = NULL;
	uint64_t home = 0;
	int err;

	if (!path)
		return refuse(why, -ENOMEM, "no memory for the packet path");
	/* Programs on clsact do not move along to another namespace. */
	if (hook_best() == HOOK_TCX)
		namespace_cookie(&home);
	err = load_object(options, hidden_ifindex, home, &skeleton);
	if (err && home) /* no BTF, or no kfuncs on this architecture */
		err = load_object(options, hidden_ifindex, 0, &skeleton);
	if (err)
		return refuse_load(err, why);
	err = keep_handles(path, skeleton);
	if (err)
		return refuse(why, err, "no handles for the packet path (%s): see 'ulimit -n'",
			      strerror(-err));
	*ret_path = TAKE_PTR(path);
	return 0;
}

uint32_t datapath_id(const struct datapath *path)
{
	return path->tx_id;
}

void datapath_port_ids(const struct datapath *path, uint32_t ret_ids[2])
{
	ret_ids[0] = path->rx_id;
	ret_ids[1] = path->port_id;
}

bool datapath_needs_reload(const struct bond_options *old_options,
			   const struct bond_options *new_options)
{
	struct ebond_config old_config = config_of(old_options),
			    new_config = config_of(new_options);

	return memcmp(&old_config, &new_config, sizeof(old_config)) != 0;
}

/* Afterwards no running program reads a snapshot that was retired before. */
void datapath_wait_grace_period(void)
{
	/* The command is a synchronize_rcu(), not supported with nohz_full. */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0) {
		struct timespec long_enough = {.tv_nsec = 50 * 1000 * 1000};

		nanosleep(&long_enough, NULL);
	}
}

void datapath_publish(struct datapath *path, const struct bond_table *table)
{
	uint32_t old_slot = path->ring->newest % EBOND_SNAPSHOTS;
	uint32_t slot = (old_slot + 1) % EBOND_SNAPSHOTS;

	if (path->unclean & 1U << slot) {
		datapath_wait_grace_period();
		datapath_grace_period_passed(path);
	}
	memcpy(&path->ring->snapshot[slot], table, sizeof(*table));
	__atomic_store_n(&path->ring->newest, slot, __ATOMIC_RELEASE);
	path->unclean |= 1U << old_slot;
}

bool datapath_needs_grace_period(const struct datapath *path)
{
	return __builtin_popcount(path->unclean) >= EBOND_SNAPSHOTS / 4;
}

void datapath_grace_period_passed(struct datapath *path)
{
	path->unclean = 0;
}

int datapath_attach_tx(const struct datapath *path, const struct datapath *old,
		       struct hook_place place)
{
	return hook_attach(place, path->tx_fd, old ? old->tx_fd : -EBADF, NULL);
}

int datapath_attach_lldp(const struct datapath *path, const struct datapath *old,
			 struct hook_place place)
{
	int err = old ? hook_attach(place, path->lldp_fd, old->lldp_fd, NULL) : -ENOENT;

	return err ? hook_attach(place, path->lldp_fd, -EBADF, NULL) : 0;
}

/* The hook of ebond_port for that of ebond_rx, @place. */
static struct hook_place egress_of(struct hook_place place)
{
	place.egress = true;
	return place;
}

static int put_port_mac(const struct datapath *path, uint32_t ifindex, const uint8_t *mac)
{
	struct ebond_mac value = {};

	memcpy(value.bytes, mac, sizeof(value.bytes));
	return bpf_map_update_elem(path->port_macs_fd, &ifindex, &value, BPF_ANY);
}

int datapath_attach_port(const struct datapath *path, const struct datapath *old,
			 struct hook_place place, const uint8_t mac[MAC_LENGTH],
			 bool *ret_made_qdisc)
{
	int err = put_port_mac(path, place.ifindex, mac);

	err = err ?: hook_attach(place, path->rx_fd, old ? old->rx_fd : -EBADF, ret_made_qdisc);
	return err
		       ?: hook_attach(egress_of(place), path->port_fd, old ? old->port_fd : -EBADF,
				      ret_made_qdisc);
}

int datapath_take_tx(const struct datapath *path, struct hook_place place)
{
	return hook_take(place, TX_PROGRAM, path->tx_fd, NULL);
}

int datapath_take_lldp(const struct datapath *path, struct hook_place place)
{
	return hook_take(place, LLDP_PROGRAM, path->lldp_fd, NULL);
}

int datapath_take_port(const struct datapath *path, struct hook_place place,
		       const uint8_t mac[MAC_LENGTH], bool *ret_made_qdisc)
{
	int err = put_port_mac(path, place.ifindex, mac);

	err = err ?: hook_take(place, RX_PROGRAM, path->rx_fd, ret_made_qdisc);
	return err ?: hook_take(egress_of(place), PORT_PROGRAM, path->port_fd, ret_made_qdisc);
}

bool datapath_has_tx(const struct datapath *path, struct hook_place place)
{
	return hook_has(place, path->tx_id);
}

bool datapath_has_port(const struct datapath *path, struct hook_place place)
{
	return hook_has(place, path->rx_id) && hook_has(egress_of(place), path->port_id);
}

size_t datapath_other_rx(const struct datapath *path, struct hook_place place,
			 uint32_t ret_ids[HOOK_OTHERS_MAX], bool *ret_first)
{
	return hook_others(place, path->rx_id, ret_ids, ret_first);
}

int datapath_make_rx_first(const struct datapath *path, struct hook_place place)
{
	return hook_make_first(place, path->rx_fd);
}

int datapath_set_port_vlans(const struct datapath *path, const struct ebond_port_vlans *vlans)
{
	uint32_t key = 0;

	return bpf_map_update_elem(path->port_vlans_fd, &key, vlans, BPF_ANY);
}

int datapath_set_filtered(const struct datapath *path, const struct ebond_filtered *filtered)
{
	uint32_t key = 0;

	return bpf_map_update_elem(path->filtered_fd, &key, filtered, BPF_ANY);
}

int datapath_restore_port(const struct datapath *path, struct hook_place place,
			  bool *ret_made_qdisc)
{
	struct hook_place egress = egress_of(place);
	int err = 0;

	if (!hook_has(place, path->rx_id))
		err = hook_attach(place, path->rx_fd, -EBADF, ret_made_qdisc);
	if (!err && !hook_has(egress, path->port_id))
		err = hook_attach(egress, path->port_fd, -EBADF, ret_made_qdisc);
	return err;
}

void datapath_detach_port(const struct datapath *path, struct nl *nl, struct hook_place place,
			  bool made_qdisc)
{
	if (path) {
		hook_detach(nl, egress_of(place), path->port_fd, false);
		hook_detach(nl, place, path->rx_fd, made_qdisc);
		bpf_map_delete_elem(path->port_macs_fd, &place.ifindex);
	} else {
		hook_remove(nl, egress_of(place), PORT_PROGRAM, false);
		hook_remove(nl, place, RX_PROGRAM, made_qdisc);
	}
}

/* Adds each counter of the per-CPU array @counters_fd to @sums. */
void datapath_add_counters(int counters_fd, uint64_t sums[EBOND_COUNTER_MAX])
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ uint64_t *values = calloc((size_t)(cpus > 0 ? cpus : 1), sizeof(*values));

	if (!values || cpus <= 0)
		return;
	for (uint32_t i = 0; i < EBOND_COUNTER_MAX; i++) {
		/* An older version may have fewer counters. */
		if (bpf_map_lookup_elem(counters_fd, &i, values) < 0)
			continue;
		for (int cpu = 0; cpu < cpus; cpu++)
			sums[i] += values[cpu];
	}
}

void datapath_counters(const struct datapath *path, uint64_t ret_counters[EBOND_COUNTER_MAX])
{
	memset(ret_counters, 0, sizeof(*ret_counters) * EBOND_COUNTER_MAX);
	datapath_add_counters(path->counters_fd, ret_counters);
}
