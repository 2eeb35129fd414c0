/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes received frames: the decoder must not read past the end, what it
 * accepts must survive being encoded and decoded again, and a bond that
 * receives it must settle and never take its own system for a partner.
 *
 * With clang this is a libFuzzer target; replay.c runs it over the corpus with
 * any compiler.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lacp/lacp.h"
#include "core/lacp/pdu.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const uint8_t mac[LACP_MAC_SIZE] = {2, 0, 0, 0, 0, 1};

/* Not assert(): it must also hold in builds without. */
static void require(bool condition)
{
	if (!condition)
		abort();
}

static void require_same(const struct lacp_info *a, const struct lacp_info *b)
{
	require(a->system_priority == b->system_priority && a->key == b->key &&
		a->port == b->port && a->port_priority == b->port_priority &&
		a->state == b->state && !memcmp(a->system, b->system, LACP_MAC_SIZE));
}

static void again(const struct lacp_frame *frame)
{
	uint8_t bytes[LACP_FRAME_SIZE];
	struct lacp_frame second;

	if (frame->kind == LACP_FRAME_LACPDU) {
		lacp_pdu_encode(bytes, frame->source, &frame->actor, &frame->partner);
		lacp_frame_decode(bytes, sizeof(bytes), &second);
		require(second.kind == LACP_FRAME_LACPDU);
		require_same(&second.actor, &frame->actor);
		require_same(&second.partner, &frame->partner);
	} else if (frame->kind == LACP_FRAME_MARKER) {
		lacp_marker_encode(bytes, frame->source, &frame->marker, true);
		lacp_frame_decode(bytes, sizeof(bytes), &second);
		require(second.kind == LACP_FRAME_MARKER_RESPONSE);
		require(second.marker.transaction == frame->marker.transaction);
	}
}

static void hear(const uint8_t *bytes, size_t size)
{
	static struct lacp_effects fx;
	struct lacp_options options;
	struct lacp *lacp;
	uint64_t now_ms = 1000;

	lacp_options_init(&options);
	options.fast = size & 1;
	options.coupled = size & 2;
	lacp = lacp_new(&options, mac, now_ms);
	if (!lacp)
		return;
	for (uint32_t port = 1; port <= 2; port++) {
		struct lacp_port_facts facts = {
			"eth", {2, 1, 0, 0, 0, (uint8_t)port}, (uint16_t)port, 255, true, 1000,
			true};

		require(lacp_in_add(lacp, port, &facts, now_ms) == 0);
	}
	lacp_step(lacp, now_ms, &fx);
	for (unsigned int i = 0; i < 8; i++) {
		lacp_in_frame(lacp, 1 + i % 2, bytes, size, now_ms);
		lacp_step(lacp, now_ms, &fx);
		require(lacp_next_deadline(lacp) > now_ms);
		for (size_t j = 0; j < lacp_port_count(lacp); j++) {
			struct lacp_port_view view = lacp_port_at(lacp, j);

			require(memcmp(view.partner.system, mac, LACP_MAC_SIZE) != 0);
			require(!view.distributes || view.in_active);
		}
		now_ms = lacp_next_deadline(lacp);
	}
	lacp_free(lacp);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct lacp_frame frame;

	lacp_frame_decode(bytes, size, &frame);
	require((frame.kind == LACP_FRAME_ILLEGAL) == (frame.flaw != LACP_FLAW_NONE));
	again(&frame);
	hear(bytes, size);
	return 0;
}
