/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames whose hash was calculated manually from the kernel's formulas, and the
 * hash itself (little-endian hosts).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tests/bpf/choose.h"

struct golden {
	const char *name;
	enum ebond_policy policy;
	uint32_t hash;
	const char *hex;  /* without the MAC addresses' 12 bytes */
	const char *macs; /* NULL: 02:00:00:00:00:01 to 02:00:00:00:00:02 */
	size_t tag_count; /* 0 or 1 */
	struct vlan_tag tag;
};

/* All of them; *ret_count elements, static storage. */
const struct golden *golden_frames(size_t *ret_count);

/* Writes the bytes of @golden to @frame, which has room for @size. Returns their number. */
size_t golden_bytes(const struct golden *golden, unsigned char *frame, size_t size);
