/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers for simulations: the same from the same seed, on every machine. */
#pragma once

#include <stdint.h>

/* The next number after the state *@state, which starts as the seed: splitmix64. */
static inline uint64_t random_after(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}
