// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Small helpers of the packet path's tests, see tables.h.
 */
#include "tests/bpf/tables.h"

#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

void table_publish(struct ebond_ring *ring, const struct ebond_table *table)
{
	uint32_t next = (ring->newest + 1) % EBOND_SNAPSHOTS;

	ring->snapshot[next] = *table;
	__atomic_store_n(&ring->newest, next, __ATOMIC_RELEASE);
}

int64_t counter_read(int map_fd, enum ebond_counter counter)
{
	int cpus = libbpf_num_possible_cpus();
	uint32_t key = counter;
	uint64_t *values;
	int64_t sum = 0;

	if (cpus <= 0)
		return -1;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return -1;
	if (bpf_map_lookup_elem(map_fd, &key, values))
		sum = -1;
	for (int i = 0; i < cpus && sum >= 0; i++)
		sum += (int64_t)values[i];
	free(values);
	return sum;
}

static int index_of(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

int mode_from_word(const char *word)
{
	static const char *const words[] = {"balance-rr", "active-backup", "balance-xor",
					    "broadcast", NULL};

	return index_of(words, word);
}

int policy_from_word(const char *word)
{
	static const char *const words[] = {"layer2",	"layer3+4",    "layer2+3", "encap2+3",
					    "encap3+4", "vlan+srcmac", NULL};

	return index_of(words, word);
}
