/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port's virtual clock: when what was given to the port will have left it, and how much was
 * given to it lately. Pure: no BPF helper and no map, so that unit tests and a simulator run the
 * packet path's own code.
 *
 * Processors that race for a clock lose some bytes of accuracy, nothing else.
 */
#pragma once

#include <stdbool.h>

#include "bpf/shared.h"

#define DECISION static inline __attribute__((__always_inline__))

/* A step that the kernel's verifier checks apart, once for all callers: a global function. */
#ifdef __bpf__
#define DECISION_APART __attribute__((__noinline__))
#else
#define DECISION_APART static inline
#endif

/* What a frame has on the wire besides its bytes: preamble, frame check sequence, gap (802.3). */
#define WIRE_OVERHEAD 24

/* Ethernet, IPv4, TCP with timestamps: what every segment but the first repeats. */
#define SEGMENT_HEADERS (14 + 20 + 32)

/*
 * How far a clock runs ahead of the time. Beyond that a queue drops frames, which then take no
 * time on the wire. For striping, which only compares ports, a queue is as long as is worth
 * having; for the proof of order it may hold as many full frames as the kernel's do (txqueuelen),
 * within bounds.
 */
#define CLOCK_AHEAD_NS (20 * 1000 * 1000ULL)
#define CLOCK_QUEUE_NS (250 * 1000 * 1000ULL)
#define CLOCK_QUEUE_BYTES (1000 * 1538)

/*
 * Bytes are forgotten in steps, at the same moments everywhere, so that the loads of the flows on
 * a port add up to the port's: by e^(-1/12) every 8.4 ms, which is a time constant of 100 ms.
 */
#define TICK_SHIFT 23
#define TICKS_REMEMBERED 64

/* The step in which @now_ns is. */
DECISION __u32 clock_tick(__u64 now_ns)
{
	return now_ns >> TICK_SHIFT;
}

/*
 * A number, read from memory again: what the verifier does not know of a number it need not tell
 * apart, of all the ways by which it came about.
 */
#define REREAD(number) (*(const volatile __u32 *)&(number))

/*
 * The lesser of two numbers below 2^63. Without a branch, because the verifier would follow both
 * ways from every port to the next.
 */
DECISION __u64 clock_lesser(__u64 a, __u64 b)
{
	__s64 difference = b - a;

	return a + (difference & difference >> 63);
}

/* @bytes * @factor / 2^16 if bit @bit of @ticks is set. */
DECISION __u64 clock_decay_by(__u64 bytes, __u32 ticks, __u32 bit, __u32 factor)
{
	__u32 lost = (1 << 16) - factor;

	return bytes * ((1 << 16) - (ticks >> bit & 1) * lost) >> 16;
}

/* What is left of @bytes after @ticks steps: factors are e^(-1/12), its square, and so on. */
DECISION __u64 clock_decay(__u64 bytes, __u32 ticks)
{
	bytes = clock_decay_by(bytes, ticks, 0, 60296);
	bytes = clock_decay_by(bytes, ticks, 1, 55475);
	bytes = clock_decay_by(bytes, ticks, 2, 46959);
	bytes = clock_decay_by(bytes, ticks, 3, 33647);
	bytes = clock_decay_by(bytes, ticks, 4, 17275);
	bytes = clock_decay_by(bytes, ticks, 5, 4554);
	/* All of it is gone after TICKS_REMEMBERED. */
	return bytes & ((__s64)ticks - TICKS_REMEMBERED) >> 63;
}

/* The bytes that @length bytes in @segments (0: not segmented) occupy on the wire. */
DECISION __u32 clock_wire_bytes(__u32 length, __u32 segments)
{
	if (segments <= 1)
		return length + WIRE_OVERHEAD;
	return length + (segments - 1) * SEGMENT_HEADERS + segments * WIRE_OVERHEAD;
}

/* Steps from @then to @tick. None if another processor, with a later time, was there first. */
DECISION __u32 clock_ticks_since(__u32 then, __u32 tick)
{
	__u32 ticks = tick - then;

	return ticks & ((__s64)ticks - (__u32)-TICKS_REMEMBERED) >> 63;
}

/* The bytes that were given to a port lately, at @tick. */
DECISION __u64 clock_load(struct ebond_clock *clock, __u32 tick)
{
	__u32 ticks = clock_ticks_since(clock->tick, tick);

	clock->load = clock_decay(clock->load, ticks);
	clock->tick += ticks;
	return clock->load;
}

/* The clock of the port at @place in the table. */
DECISION struct ebond_clock *clock_of(struct ebond_placement *state,
				      const struct ebond_table *table, __u32 place)
{
	return &state->clocks[table->tx_clock[place] & (EBOND_PORTS_MAX - 1)];
}

/* How long @bytes take on the port at @place. */
DECISION __u64 clock_duration_ns(const struct ebond_table *table, __u32 place, __u64 bytes)
{
	return bytes * table->tx_cost[place] >> 16;
}

/* Counts @bytes given to a port. */
DECISION void clock_add(struct ebond_clock *clock, __u32 bytes, __u64 now_ns)
{
	__u32 tick = clock_tick(now_ns);

	if (clock->tick != tick)
		clock_load(clock, tick);
	clock->load += bytes;
}

/* How long a frame given to the port waits, if the clocks' time is @time_ns. */
DECISION __u64 clock_wait_ns(const struct ebond_clock *clock, __u64 time_ns)
{
	return clock->free_ns > time_ns ? clock->free_ns - time_ns : 0;
}

/* How much of @wait_ns a frame given to the port at @place may have to wait in its queue. */
DECISION __u64 clock_queue_ns(const struct ebond_table *table, __u32 place, __u64 wait_ns)
{
	__u64 queue_ns = clock_duration_ns(table, place, CLOCK_QUEUE_BYTES);

	if (wait_ns <= CLOCK_AHEAD_NS)
		return wait_ns;
	if (queue_ns < CLOCK_AHEAD_NS)
		return CLOCK_AHEAD_NS;
	return clock_lesser(wait_ns, clock_lesser(queue_ns, CLOCK_QUEUE_NS));
}

/*
 * Gives a frame of @bytes to the port at @place. Returns when it will have arrived at the other
 * end at the latest: as if the queue before it had dropped nothing.
 */
DECISION __u64 clock_give(struct ebond_placement *state, const struct ebond_table *table,
			  __u32 place, __u32 bytes, __u64 now_ns)
{
	struct ebond_clock *clock = clock_of(state, table, place);
	__u64 wait_ns = clock_wait_ns(clock, now_ns) + clock_duration_ns(table, place, bytes);

	clock_add(clock, bytes, now_ns);
	clock->free_ns = now_ns + clock_queue_ns(table, place, wait_ns);
	return clock->free_ns + table->tx_latency_ns[place] + table->tx_margin_ns[place];
}
