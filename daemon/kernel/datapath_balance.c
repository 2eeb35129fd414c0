/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows and neighbours between packet path and core. */
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

uint32_t datapath_peer_news(const struct datapath *path)
{
	return __atomic_load_n(&path->balance->news, __ATOMIC_RELAXED);
}

uint32_t datapath_asked(const struct datapath *path)
{
	return __atomic_load_n(&path->balance->asked, __ATOMIC_RELAXED);
}

static void peer_to_core(const struct ebond_peer_key *key, const struct ebond_peer *peer,
			 struct bond_peer *ret_peer)
{
	memcpy(ret_peer->own, key->own, sizeof(ret_peer->own));
	memcpy(ret_peer->ip, key->ip, sizeof(ret_peer->ip));
	memcpy(ret_peer->mac, peer->mac, sizeof(ret_peer->mac));
	ret_peer->vlan = key->vlan;
}

void datapath_read_peers(struct datapath *path, bool all, datapath_peer_sink *each, void *data)
{
	struct ebond_peer_key key, *last = NULL;
	struct ebond_peer peer;
	struct bond_peer told;

	for (int i = 0; i < EBOND_PEERS_MAX && !bpf_map_get_next_key(path->peers_fd, last, &key);
	     i++) {
		bool is_new;

		last = &key;
		if (bpf_map_lookup_elem(path->peers_fd, &key, &peer) < 0)
			continue;
		is_new = peer.is_new;
		peer.is_new = 0;
		if (is_new)
			bpf_map_update_elem(path->peers_fd, &key, &peer, BPF_EXIST);
		peer_to_core(&key, &peer, &told);
		if (is_new || all)
			each(&told, peer.port, peer.seen_ns / 1000000, data);
	}
}

void datapath_put_peer(struct datapath *path, const struct bond_peer_order *order)
{
	struct ebond_peer_key key = {.vlan = order->peer.vlan};
	struct ebond_peer peer;

	memcpy(key.own, order->peer.own, sizeof(key.own));
	memcpy(key.ip, order->peer.ip, sizeof(key.ip));
	if (order->gone) {
		bpf_map_delete_elem(path->peers_fd, &key);
		return;
	}
	if (bpf_map_lookup_elem(path->peers_fd, &key, &peer) < 0 || peer.port == order->port)
		return;
	peer.port = order->port;
	bpf_map_update_elem(path->peers_fd, &key, &peer, BPF_EXIST);
}
