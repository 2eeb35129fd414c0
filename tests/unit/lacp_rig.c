/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rig of the LACP tests; see lacp_rig.h.
 */
#include "tests/unit/lacp_rig.h"

#include <stdio.h>
#include <stdlib.h>

struct lacp_rig *lacp_rig_new(void)
{
	struct lacp_rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	rig->now_ms = 10000;
	return rig;
}

void lacp_rig_free(struct lacp_rig *rig)
{
	for (size_t i = 0; i < rig->node_count; i++)
		lacp_free(rig->nodes[i]);
	free(rig);
}

struct lacp_options lacp_rig_options(void)
{
	struct lacp_options options;

	lacp_options_init(&options);
	return options;
}

size_t lacp_rig_node(struct lacp_rig *rig, const struct lacp_options *options)
{
	size_t node = rig->node_count++;
	uint8_t mac[LACP_MAC_SIZE] = {2, 0, 0, 0, 0, (uint8_t)(node + 1)};

	assert_true(node < LACP_RIG_NODES);
	rig->nodes[node] = lacp_new(options, mac, rig->now_ms);
	assert_non_null(rig->nodes[node]);
	return node;
}

struct lacp_port_facts lacp_rig_facts(size_t node, uint32_t port)
{
	struct lacp_port_facts facts = {
		.mac = {2, 1, 0, 0, (uint8_t)(node + 1), (uint8_t)port},
		.number = (uint16_t)port,
		.priority = 255,
		.link = true,
		.speed_mbps = 1000,
		.full_duplex = true,
	};

	snprintf(facts.name, sizeof(facts.name), "eth%u", port - 1);
	return facts;
}

void lacp_rig_add(struct lacp_rig *rig, size_t node, uint32_t port)
{
	struct lacp_port_facts facts = lacp_rig_facts(node, port);

	assert_int_equal(lacp_in_add(rig->nodes[node], port, &facts, rig->now_ms), 0);
}

void lacp_rig_wire(struct lacp_rig *rig, size_t a, uint32_t port_a, size_t b, uint32_t port_b)
{
	rig->wires[a][port_a] = (struct lacp_rig_wire){true, b, port_b};
	rig->wires[b][port_b] = (struct lacp_rig_wire){true, a, port_a};
}

void lacp_rig_cut(struct lacp_rig *rig, size_t node, uint32_t port)
{
	rig->wires[node][port].there = false;
}

void lacp_rig_cable(struct lacp_rig *rig, size_t a, uint32_t port_a, size_t b, uint32_t port_b)
{
	lacp_rig_add(rig, a, port_a);
	lacp_rig_add(rig, b, port_b);
	lacp_rig_wire(rig, a, port_a, b, port_b);
}

static void keep(struct lacp_rig *rig, size_t node, const struct lacp_effect *effect)
{
	assert_true(rig->count < LACP_RIG_LOG_MAX);
	rig->log[rig->count++] = (struct lacp_rig_entry){rig->now_ms, node, *effect};
}

/* One step of one node; true when it sent a frame to another. */
static bool step_node(struct lacp_rig *rig, size_t node)
{
	bool arrived = false;

	lacp_step(rig->nodes[node], rig->now_ms, &rig->fx);
	assert_true(lacp_next_deadline(rig->nodes[node]) > rig->now_ms);
	for (size_t i = 0; i < rig->fx.count; i++) {
		const struct lacp_effect *effect = &rig->fx.list[i];
		const struct lacp_rig_wire *wire = &rig->wires[node][effect->port];

		keep(rig, node, effect);
		if (effect->kind != LACP_FX_SEND || !wire->there)
			continue;
		lacp_in_frame(rig->nodes[wire->node], wire->port, effect->frame, LACP_FRAME_SIZE,
			      rig->now_ms);
		arrived = true;
	}
	return arrived;
}

void lacp_rig_settle(struct lacp_rig *rig)
{
	bool arrived;
	size_t rounds = 0;

	do {
		arrived = false;
		for (size_t i = 0; i < rig->node_count; i++)
			arrived |= step_node(rig, i);
		assert_true(rounds++ < 50);
	} while (arrived);
	for (size_t i = 0; i < rig->node_count; i++) {
		lacp_step(rig->nodes[i], rig->now_ms, &rig->fx);
		assert_int_equal(rig->fx.count, 0);
	}
}

void lacp_rig_wait(struct lacp_rig *rig, uint64_t ms)
{
	uint64_t end_ms = rig->now_ms + ms;

	lacp_rig_settle(rig);
	for (;;) {
		uint64_t next_ms = LACP_NEVER;

		for (size_t i = 0; i < rig->node_count; i++)
			if (lacp_next_deadline(rig->nodes[i]) < next_ms)
				next_ms = lacp_next_deadline(rig->nodes[i]);
		if (next_ms > end_ms)
			break;
		rig->now_ms = next_ms;
		lacp_rig_settle(rig);
	}
	rig->now_ms = end_ms;
	lacp_rig_settle(rig);
}

void lacp_rig_clear(struct lacp_rig *rig)
{
	rig->count = 0;
}

struct lacp_port_view lacp_rig_port(const struct lacp_rig *rig, size_t node, uint32_t port)
{
	struct lacp_port_view view;

	assert_true(lacp_port_by_id(rig->nodes[node], port, &view));
	return view;
}

void lacp_rig_frame(struct lacp_rig *rig, size_t node, uint32_t port, const uint8_t *frame,
		    size_t length)
{
	lacp_in_frame(rig->nodes[node], port, frame, length, rig->now_ms);
	lacp_rig_settle(rig);
}

size_t lacp_rig_count(const struct lacp_rig *rig, size_t node, uint32_t port,
		      enum lacp_effect_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < rig->count; i++)
		count += rig->log[i].node == node && rig->log[i].fx.kind == kind &&
			 (!port || rig->log[i].fx.port == port);
	return count;
}

const struct lacp_rig_entry *lacp_rig_last(const struct lacp_rig *rig, size_t node, uint32_t port,
					   enum lacp_effect_kind kind)
{
	for (size_t i = rig->count; i > 0; i--) {
		const struct lacp_rig_entry *entry = &rig->log[i - 1];

		if (entry->node == node && entry->fx.kind == kind &&
		    (!port || entry->fx.port == port))
			return entry;
	}
	fail_msg("no effect of kind %d on port %u", kind, port);
	return NULL;
}

struct lacp_frame lacp_rig_sent(const struct lacp_rig *rig, size_t node, uint32_t port)
{
	const struct lacp_rig_entry *entry = lacp_rig_last(rig, node, port, LACP_FX_SEND);
	struct lacp_frame frame;

	lacp_frame_decode(entry->fx.frame, LACP_FRAME_SIZE, &frame);
	assert_int_equal(frame.kind, LACP_FRAME_LACPDU);
	return frame;
}

struct lacp_frame lacp_rig_reply(const struct lacp_rig *rig, size_t node, uint32_t port,
				 uint8_t state)
{
	return (struct lacp_frame){
		.kind = LACP_FRAME_LACPDU,
		.source = {2, 9, 0, 0, 0, (uint8_t)port},
		.version = 1,
		.actor =
			{
				.system_priority = 1,
				.system = {2, 0, 0, 0, 0, 0x99},
				.key = 9,
				.port_priority = 1,
				.port = (uint16_t)port,
				.state = state,
			},
		.partner = lacp_rig_port(rig, node, port).actor,
	};
}

void lacp_rig_hear(struct lacp_rig *rig, size_t node, uint32_t port, const struct lacp_frame *frame)
{
	uint8_t bytes[LACP_FRAME_SIZE];

	lacp_pdu_encode(bytes, frame->source, &frame->actor, &frame->partner);
	lacp_rig_frame(rig, node, port, bytes, sizeof(bytes));
}
