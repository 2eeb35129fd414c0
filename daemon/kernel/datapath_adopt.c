/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying the maps of another copy of the programs to ours. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "daemon/kernel/datapath_private.h"
#include "lib/cleanup.h"

const struct map_looks datapath_counters_looks = {"counters", BPF_MAP_TYPE_PERCPU_ARRAY,
						  sizeof(uint64_t)};
static const struct map_looks placement_looks = {".data.place", BPF_MAP_TYPE_ARRAY,
						 sizeof(struct ebond_placement)};

/* The first release's buckets of spill_threshold, by the lowest byte of the same hash. */
struct first_bucket {
	uint64_t last_ns; /* when its last frame was sent; it moved 20 ms later */
	uint32_t port;
	uint32_t reserved;
};
#define FIRST_BUCKETS 256
#define FIRST_GAP_NS 20000000ULL

static const struct map_looks first_buckets_looks = {".data.spill", BPF_MAP_TYPE_ARRAY,
						     FIRST_BUCKETS * sizeof(struct first_bucket)};

static const struct map_looks balance_looks = {".data.balance", BPF_MAP_TYPE_ARRAY,
					       sizeof(struct ebond_balance)};

static const struct map_looks neighbours_looks = {"neighbours", BPF_MAP_TYPE_HASH,
						  sizeof(struct ebond_neighbour)};

static bool looks_like(const struct bpf_map_info *map, const struct map_looks *looks)
{
	size_t length = strnlen(map->name, sizeof(map->name)), end = strlen(looks->name_end);

	return map->type == looks->type &&
	       (!looks->value_bytes || map->value_size == looks->value_bytes) && length >= end &&
	       memcmp(map->name + length - end, looks->name_end, end) == 0;
}

int datapath_open_map(int program_fd, const struct map_looks *looks)
{
	uint32_t map_ids[16] = {};
	struct bpf_prog_info info = {.map_ids = (uintptr_t)map_ids, .nr_map_ids = 16};
	uint32_t length = sizeof(info);

	if (program_fd < 0 || bpf_obj_get_info_by_fd(program_fd, &info, &length) < 0)
		return -ENOENT;
	for (uint32_t i = 0; i < info.nr_map_ids && i < 16; i++) {
		_cleanup_close_ int fd = bpf_map_get_fd_by_id(map_ids[i]);
		struct bpf_map_info map = {};
		uint32_t map_length = sizeof(map);

		if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &map, &map_length) == 0 &&
		    looks_like(&map, looks))
			return TAKE_FD(fd);
	}
	return -ENOENT;
}

/* The constants are at the start of .rodata; an older copy may have fewer of them. */
static void read_config(int program_fd, struct ebond_config *ret_config)
{
	static const struct map_looks looks = {".rodata", BPF_MAP_TYPE_ARRAY, 0};
	_cleanup_close_ int fd = datapath_open_map(program_fd, &looks);
	struct bpf_map_info map = {};
	uint32_t length = sizeof(map), key = 0;
	_cleanup_free_ char *value = NULL;

	*ret_config = (struct ebond_config){};
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &map, &length) < 0)
		return;
	value = malloc(map.value_size);
	if (value && bpf_map_lookup_elem(fd, &key, value) == 0)
		memcpy(ret_config, value,
		       map.value_size < sizeof(*ret_config) ? map.value_size : sizeof(*ret_config));
}

/* The program @name on an interface's hooks of whatever kind, or a negative errno. */
static int open_program(uint32_t ifindex, const char *name)
{
	int fd = -ENOENT;

	for (enum hook_kind kind = HOOK_TCX; kind <= HOOK_NETKIT && fd < 0; kind++)
		fd = hook_open((struct hook_place){.kind = kind, .ifindex = ifindex}, name);
	return fd;
}

static bool find_program(uint32_t ifindex, const char *name, struct ebond_config *ret_config)
{
	_cleanup_close_ int fd = open_program(ifindex, name);

	if (fd < 0)
		return false;
	read_config(fd, ret_config);
	return true;
}

int datapath_open_any(uint32_t ifindex)
{
	int fd = open_program(ifindex, TX_PROGRAM);

	return fd >= 0 ? fd : open_program(ifindex, RX_PROGRAM);
}

bool datapath_find_tx(uint32_t ifindex, struct ebond_config *ret_config)
{
	return find_program(ifindex, TX_PROGRAM, ret_config);
}

bool datapath_find_rx(uint32_t ifindex, struct ebond_config *ret_config)
{
	return find_program(ifindex, RX_PROGRAM, ret_config);
}

static void adopt_counters(struct datapath *path, int old_fd)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ uint64_t *values = calloc((size_t)(cpus > 0 ? cpus : 1), sizeof(*values));
	uint64_t sums[EBOND_COUNTER_MAX] = {};

	if (!values || cpus <= 0)
		return;
	datapath_add_counters(old_fd, sums);
	for (uint32_t i = 0; i < EBOND_COUNTER_MAX; i++) {
		values[0] = sums[i];
		bpf_map_update_elem(path->counters_fd, &i, values, BPF_ANY);
	}
}

/* What is sent between this and the replacement of the programs is not recorded: harmless. */
static void adopt_placement(struct datapath *path, int old_fd)
{
	_cleanup_free_ struct ebond_placement *placement = malloc(sizeof(*placement));
	uint32_t key = 0;

	if (placement && bpf_map_lookup_elem(old_fd, &key, placement) == 0)
		bpf_map_update_elem(path->placement_fd, &key, placement, BPF_ANY);
}

static void adopt_first_buckets(struct datapath *path, int old_fd)
{
	_cleanup_free_ struct ebond_placement *placement = calloc(1, sizeof(*placement));
	struct first_bucket old[FIRST_BUCKETS];
	uint32_t key = 0;

	if (!placement || bpf_map_lookup_elem(old_fd, &key, old) < 0)
		return;
	for (size_t i = 0; i < EBOND_BUCKETS; i++)
		placement->buckets[i] = (struct ebond_bucket){
			.arrives_ns = old[i % FIRST_BUCKETS].last_ns + FIRST_GAP_NS,
			.port = old[i % FIRST_BUCKETS].port,
		};
	bpf_map_update_elem(path->placement_fd, &key, placement, BPF_ANY);
}

static void adopt_balance(struct datapath *path, int old_fd)
{
	uint32_t key = 0;

	bpf_map_lookup_elem(old_fd, &key, path->balance);
}

static void adopt_neighbours(struct datapath *path, int old_fd)
{
	struct ebond_neighbour_key key, *last = NULL;
	struct ebond_neighbour neighbour;

	/* Bounded, even if the other copy adds entries meanwhile. */
	for (int i = 0; i < EBOND_NEIGHBOURS_MAX && !bpf_map_get_next_key(old_fd, last, &key);
	     i++) {
		last = &key;
		if (bpf_map_lookup_elem(old_fd, &key, &neighbour) == 0)
			bpf_map_update_elem(path->neighbours_fd, &key, &neighbour, BPF_ANY);
	}
}

void datapath_adopt(struct datapath *path, const struct datapath *old)
{
	if (old->counters_fd >= 0)
		adopt_counters(path, old->counters_fd);
	if (old->placement_fd >= 0)
		adopt_placement(path, old->placement_fd);
	if (old->balance_fd >= 0)
		adopt_balance(path, old->balance_fd);
	if (old->neighbours_fd >= 0)
		adopt_neighbours(path, old->neighbours_fd);
}

void datapath_adopt_found(struct datapath *path, struct hook_place place)
{
	_cleanup_close_ int program_fd = hook_open(place, TX_PROGRAM);
	_cleanup_close_ int counters_fd = datapath_open_map(program_fd, &datapath_counters_looks);
	_cleanup_close_ int placement_fd = datapath_open_map(program_fd, &placement_looks);
	_cleanup_close_ int balance_fd = datapath_open_map(program_fd, &balance_looks);
	_cleanup_close_ int neighbours_fd = datapath_open_map(program_fd, &neighbours_looks);
	_cleanup_close_ int first_fd = datapath_open_map(program_fd, &first_buckets_looks);
	const struct datapath old = {
		.counters_fd = counters_fd,
		.placement_fd = placement_fd,
		.balance_fd = balance_fd,
		.neighbours_fd = neighbours_fd,
	};

	datapath_adopt(path, &old);
	if (first_fd >= 0)
		adopt_first_buckets(path, first_fd);
}
