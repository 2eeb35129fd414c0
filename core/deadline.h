/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deadlines: absolute milliseconds, UINT64_MAX for never. */
#pragma once

#include <stdint.h>

/* Brings *@deadline_ms forward to @at_ms, if that comes before it. */
static inline void earliest(uint64_t *deadline_ms, uint64_t at_ms)
{
	if (at_ms < *deadline_ms)
		*deadline_ms = at_ms;
}
