/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helpers for tests of the packet path: publish a snapshot, read a counter,
 * names of modes and policies.
 */
#pragma once

#include <stdint.h>

#include "bpf/shared.h"

/*
 * Publishes a copy of @table in @ring's next slot, as the daemon does, but
 * without the grace period: nothing runs while a test publishes.
 */
void table_publish(struct ebond_ring *ring, const struct ebond_table *table);

/* The sum of @counter over all CPUs; @map_fd is the map `counters`. -1: error. */
int64_t counter_read(int map_fd, enum ebond_counter counter);

/* The numbers behind the kernel's words ("balance-xor", "layer3+4"), or -1. */
int mode_from_word(const char *word);
int policy_from_word(const char *word);
