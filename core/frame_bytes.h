/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing frames byte by byte: each put*() writes at a cursor and returns the
 * advanced cursor; the caller has checked for room. Numbers are written in network
 * order.
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

#define ARP_PACKET_LEN 28

/* What an ARP packet is for (RFC 826; RFC 903). */
enum arp_operation { ARP_OP_REQUEST = 1, ARP_OP_REPLY = 2, ARP_OP_REVERSE_REQUEST = 3 };

/* An ARP packet for Ethernet and IPv4, ARP_PACKET_LEN bytes. An address that is NULL is zero. */
static inline uint8_t *put_arp(uint8_t *at, enum arp_operation operation, const uint8_t *sender_mac,
			       const uint8_t *sender_ip, const uint8_t *target_mac,
			       const uint8_t *target_ip)
{
	at = put16(at, 1); /* Ethernet */
	at = put16(at, 0x0800);
	at = put8(at, 6);
	at = put8(at, 4);
	at = put16(at, operation);
	at = sender_mac ? put(at, sender_mac, 6) : put_zeros(at, 6);
	at = sender_ip ? put(at, sender_ip, 4) : put_zeros(at, 4);
	at = target_mac ? put(at, target_mac, 6) : put_zeros(at, 6);
	return target_ip ? put(at, target_ip, 4) : put_zeros(at, 4);
}

/* Adds to the sum of an Internet checksum (RFC 1071); only the last part may have odd length. */
static inline uint32_t sum_bytes(uint32_t sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

/* Writes the checksum for @sum. */
static inline void put_checksum(uint8_t *at, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(at, ~sum & 0xffff);
}
