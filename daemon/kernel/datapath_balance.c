/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passing flows and neighbours between packet path and core. */
#include <assert.h>
#include <string.h>

#include <bpf/bpf.h>

#include "daemon/kernel/datapath_private.h"

void datapath_read_flows(const struct datapath *path, struct bond_buckets *ret_buckets)
{
	const struct ebond_balance *balance = path->balance;

	for (size_t i = 0; i < BOND_BUCKETS; i++) {
		ret_buckets->bytes[i] = __atomic_load_n(&balance->flows[i].bytes, __ATOMIC_RELAXED);
		ret_buckets->port[i] = __atomic_load_n(&balance->flows[i].port, __ATOMIC_RELAXED);
	}
	ret_buckets->unbalanced = __atomic_load_n(&balance->unbalanced, __ATOMIC_RELAXED);
}

void datapath_balance(struct datapath *path, const struct bond_balance *balance)
{
	for (size_t i = 0; i < BOND_FRESH; i++)
		__atomic_store_n(&path->balance->fresh[i], balance->fresh[i], __ATOMIC_RELAXED);
	__atomic_store_n(&path->balance->next, 0, __ATOMIC_RELAXED);
	for (uint32_t i = 0; i < balance->moved_count; i++)
		__atomic_store_n(&path->balance->flows[balance->moved[i].bucket].port,
				 balance->moved[i].port, __ATOMIC_RELAXED);
}

uint32_t datapath_neighbour_news(const struct datapath *path)
{
	return __atomic_load_n(&path->balance->news, __ATOMIC_RELAXED);
}

uint32_t datapath_arp_broadcasts(const struct datapath *path)
{
	return __atomic_load_n(&path->balance->arp_broadcasts, __ATOMIC_RELAXED);
}

static void neighbour_to_core(const struct ebond_neighbour_key *key,
			      const struct ebond_neighbour *neighbour,
			      struct bond_neighbour *ret_neighbour)
{
	memcpy(ret_neighbour->own, key->own, sizeof(ret_neighbour->own));
	memcpy(ret_neighbour->ip, key->ip, sizeof(ret_neighbour->ip));
	memcpy(ret_neighbour->mac, neighbour->mac, sizeof(ret_neighbour->mac));
	ret_neighbour->vlan = key->vlan;
}

void datapath_read_neighbours(struct datapath *path, bool all, datapath_neighbour_sink *each,
			      void *data)
{
	struct ebond_neighbour_key key, *last = NULL;
	struct ebond_neighbour neighbour;
	struct bond_neighbour told;

	for (int i = 0;
	     i < EBOND_NEIGHBOURS_MAX && !bpf_map_get_next_key(path->neighbours_fd, last, &key);
	     i++) {
		bool is_new;

		last = &key;
		if (bpf_map_lookup_elem(path->neighbours_fd, &key, &neighbour) < 0)
			continue;
		is_new = neighbour.is_new;
		neighbour.is_new = 0;
		if (is_new)
			bpf_map_update_elem(path->neighbours_fd, &key, &neighbour, BPF_EXIST);
		neighbour_to_core(&key, &neighbour, &told);
		if (is_new || all)
			each(&told, neighbour.port, neighbour.seen_ns / 1000000, data);
	}
}

void datapath_put_neighbour(struct datapath *path, const struct bond_neighbour_order *order)
{
	struct ebond_neighbour_key key = {.vlan = order->neighbour.vlan};
	struct ebond_neighbour neighbour;

	memcpy(key.own, order->neighbour.own, sizeof(key.own));
	memcpy(key.ip, order->neighbour.ip, sizeof(key.ip));
	if (order->removed) {
		bpf_map_delete_elem(path->neighbours_fd, &key);
		return;
	}
	if (bpf_map_lookup_elem(path->neighbours_fd, &key, &neighbour) < 0 ||
	    neighbour.port == order->port)
		return;
	neighbour.port = order->port;
	bpf_map_update_elem(path->neighbours_fd, &key, &neighbour, BPF_EXIST);
}
