/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the packet path's virtual clocks. */
#include "bpf/port_clock.h"
#include "daemon/kernel/datapath_private.h"

/* The rate behind a decaying count of bytes that is @ticks old; a count from the future is new. */
static uint64_t rate_bps(uint64_t bytes, uint32_t ticks)
{
	uint64_t left = (int32_t)ticks > 0 ? clock_decay(bytes, ticks) : bytes;

	return left * 8 * 1000000 / (EBOND_LOAD_NS / 1000);
}

/* Each number is whole; they may be of different moments. */
#define READ(member) __atomic_load_n(&(member), __ATOMIC_RELAXED)

void datapath_read_loads(const struct datapath *path, uint64_t now_ms,
			 struct datapath_loads *ret_loads)
{
	const struct ebond_placement *placement = path->placement;
	uint32_t tick = clock_tick(now_ms * 1000000);

	for (size_t i = 0; i < BOND_PORTS_MAX; i++)
		ret_loads->clock_bps[i] = rate_bps(READ(placement->clocks[i].load),
						   tick - READ(placement->clocks[i].tick));
	for (size_t i = 0; i < EBOND_BUCKETS; i++) {
		const struct ebond_bucket *bucket = &placement->buckets[i];

		ret_loads->buckets[i].port = READ(bucket->port);
		ret_loads->buckets[i].load_bps =
			rate_bps(READ(bucket->bytes), tick - READ(bucket->tick));
	}
	ret_loads->moves_paused = READ(placement->moves_paused);
	ret_loads->moves_busy = READ(placement->moves_busy);
}
