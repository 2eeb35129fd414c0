/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing frames byte by byte: each put*() writes at a cursor that the caller
 * has checked to have room, and returns the cursor behind it. Numbers go out in
 * network order.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint8_t *put(uint8_t *at, const void *bytes, size_t length)
{
	memcpy(at, bytes, length);
	return at + length;
}

static inline uint8_t *put_zeros(uint8_t *at, size_t length)
{
	memset(at, 0, length);
	return at + length;
}

static inline uint8_t *put8(uint8_t *at, unsigned int value)
{
	*at = (uint8_t)value;
	return at + 1;
}

static inline uint8_t *put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

/* Adds bytes to an Internet checksum's sum (RFC 1071); all but the last part are even. */
static inline uint32_t sum_bytes(uint32_t sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

/* Writes the checksum that @sum amounts to. */
static inline void put_checksum(uint8_t *at, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(at, ~sum & 0xffff);
}
