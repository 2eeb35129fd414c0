/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bond on a virtual clock: see rig.h.
 */
#include "tests/unit/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void apply_options(struct bond_options *options, const char *text, bool has_ports)
{
	char copy[512], note[256];
	const char *named[32];
	size_t count = 0;
	struct refusal why = {0};
	char *save = NULL;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		char *value = strtok_r(NULL, " ", &save);

		assert_non_null(value);
		if (bond_options_set(options, name, value, has_ports, &why) < 0)
			fail_msg("%s", why.text);
		named[count++] = name;
	}
	if (bond_options_settle(options, named, count, note, sizeof(note), &why) < 0)
		fail_msg("%s", why.text);
}

struct bond_options rig_options(const char *text)
{
	struct bond_options options;

	bond_options_init(&options);
	apply_options(&options, text, false);
	return options;
}

struct rig *rig_new(const char *text)
{
	struct bond_options options = rig_options(text);
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	rig->now_ms = 1000;
	rig->bond = bond_new(&options, rig->now_ms);
	assert_non_null(rig->bond);
	rig_step(rig);
	rig_clear(rig);
	return rig;
}

void rig_free(struct rig *rig)
{
	bond_free(rig->bond);
	free(rig);
}

struct bond_port_facts rig_facts(uint32_t id, bool carrier)
{
	struct bond_port_facts facts = {
		.carrier = carrier,
		.speed_mbps = 1000,
		.duplex = DUPLEX_IS_FULL,
	};

	snprintf(facts.name, sizeof(facts.name), "eth%u", id);
	facts.mac[0] = 2;
	facts.mac[5] = (uint8_t)id;
	bond_port_options_init(&facts.options);
	return facts;
}

void rig_step(struct rig *rig)
{
	struct bond_effects again;

	bond_step(rig->bond, rig->now_ms, &rig->fx);
	for (size_t i = 0; i < rig->fx.count; i++) {
		assert_true(rig->count < RIG_LOG_MAX);
		rig->log[rig->count++] = (struct rig_entry){rig->now_ms, rig->fx.list[i]};
	}
	assert_true(bond_next_deadline(rig->bond) > rig->now_ms);
	bond_step(rig->bond, rig->now_ms, &again);
	assert_int_equal(again.count, 0);
}

void rig_attach_facts(struct rig *rig, uint32_t id, const struct bond_port_facts *facts)
{
	assert_int_equal(bond_in_attach(rig->bond, id, facts, rig->now_ms), 0);
	rig_step(rig);
}

void rig_attach(struct rig *rig, uint32_t id, bool carrier)
{
	struct bond_port_facts facts = rig_facts(id, carrier);

	rig_attach_facts(rig, id, &facts);
}

void rig_detach(struct rig *rig, uint32_t id)
{
	assert_int_equal(bond_in_detach(rig->bond, id, rig->now_ms), 0);
	rig_step(rig);
}

void rig_carrier(struct rig *rig, uint32_t id, bool carrier)
{
	bond_in_carrier(rig->bond, id, carrier, rig->now_ms);
	rig_step(rig);
}

static void set(struct rig *rig, const char *text, bool has_ports)
{
	struct bond_options options = *bond_get_options(rig->bond);

	apply_options(&options, text, has_ports);
	assert_int_equal(bond_in_options(rig->bond, &options, rig->now_ms), 0);
	rig_step(rig);
}

void rig_set(struct rig *rig, const char *text)
{
	set(rig, text, bond_port_count(rig->bond) > 0);
}

void rig_replace(struct rig *rig, const char *text)
{
	set(rig, text, false);
}

void rig_prio(struct rig *rig, uint32_t id, int32_t prio)
{
	struct bond_port_options options = rig_port(rig, id).options;

	options.prio = prio;
	assert_int_equal(bond_in_port_options(rig->bond, id, &options), 0);
	rig_step(rig);
}

void rig_wait(struct rig *rig, uint64_t ms)
{
	uint64_t end_ms = rig->now_ms + ms;

	while (bond_next_deadline(rig->bond) <= end_ms) {
		rig->now_ms = bond_next_deadline(rig->bond);
		rig_step(rig);
	}
	rig->now_ms = end_ms;
}

void rig_clear(struct rig *rig)
{
	rig->count = 0;
}

size_t rig_count(const struct rig *rig, enum effect_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < rig->count; i++)
		count += rig->log[i].fx.kind == kind;
	return count;
}

const struct rig_entry *rig_nth(const struct rig *rig, enum effect_kind kind, size_t nth)
{
	for (size_t i = 0; i < rig->count; i++)
		if (rig->log[i].fx.kind == kind && nth-- == 0)
			return &rig->log[i];
	fail_msg("effect %d is not in the log", kind);
	return NULL;
}

struct bond_port_view rig_port(const struct rig *rig, uint32_t id)
{
	struct bond_port_view view;

	if (!bond_port_by_id(rig->bond, id, &view))
		fail_msg("port %u is not attached", id);
	return view;
}

const char *rig_reason(struct rig *rig, uint32_t id)
{
	bond_port_reason(rig->bond, id, rig->now_ms, rig->reason, sizeof(rig->reason));
	return rig->reason;
}

enum link_state rig_link(const struct rig *rig, uint32_t id)
{
	return rig_port(rig, id).link;
}

void rig_expect_tx(const struct rig *rig, ...)
{
	const struct bond_table *table = bond_get_table(rig->bond);
	uint32_t i = 0, id;
	va_list args;

	va_start(args, rig);
	while ((id = va_arg(args, uint32_t)) != 0) {
		assert_true(i < table->tx_count);
		assert_int_equal(table->tx_port[i], id);
		i++;
	}
	va_end(args);
	assert_int_equal(table->tx_count, i);
}
