/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spill_threshold: how many ports share the load. Initially one is awake and the
 * others rest; when the load exceeds the threshold the next one joins; when one
 * port fewer would carry it with room to spare, the last one rests. Not in the
 * kernel's driver.
 *
 * This only decides which ports are awake. Flows move one by one, when they
 * pause: bpf/placement.h.
 */
#include "core/bond_state.h"

#include <string.h>

/* Readings closer together than this are skipped: too short for a rate. */
#define SAMPLE_MIN_MS (BOND_SPILL_SAMPLE_MS - BOND_SPILL_SAMPLE_MS / 5)

/* A port that joined must have taken its share before the next one joins. */
#define JOIN_PAUSE_MS 500

/* The load must have been low, without other changes, for this long. */
#define REST_AFTER_MS 2000

/* Low: below this fraction of the threshold on one port fewer, so that ports do not alternate. */
#define REST_DIVISOR 2

bool spill_runs(const struct bond *bond)
{
	return bond->options.spill_threshold && mode_has(bond->options.mode, MODE_SPILL);
}

void bond_in_sent(struct bond *bond, uint32_t id, uint64_t bytes, uint64_t now_ms)
{
	struct port *port = port_find(bond, id);
	struct sent *sent;

	if (!port || !spill_runs(bond))
		return;
	sent = &port->sent;
	if (sent->is_read && now_ms < sent->at_ms + SAMPLE_MIN_MS)
		return;
	/* The first reading and a reset counter give no rate. Bits per ms are kbit/s. */
	sent->load_kbps = sent->is_read && bytes >= sent->bytes
				  ? (bytes - sent->bytes) * 8 / (now_ms - sent->at_ms)
				  : 0;
	sent->is_read = true;
	sent->bytes = bytes;
	sent->at_ms = now_ms;
	bond->spill.is_fresh = true;
	bond_touch(bond, now_ms);
}

/* active-backup sends on the active port whatever its link state, as without spill_threshold. */
static bool may_send(const struct bond *bond, const struct port *port)
{
	return port_is_usable(port) || (bond_uses_active(bond) && port->id == bond->active);
}

static bool comes_before(const struct bond *bond, const struct port *a, const struct port *b)
{
	if (bond_uses_active(bond) && b->id == bond->active)
		return false;
	if (bond_uses_active(bond) && a->id == bond->active)
		return true;
	return port_prio(bond, a) > port_prio(bond, b);
}

size_t spill_rank(const struct bond *bond, const struct port *ret_ports[BOND_PORTS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];
		size_t place = count;

		if (!may_send(bond, port))
			continue;
		for (; place > 0 && comes_before(bond, port, ret_ports[place - 1]); place--)
			ret_ports[place] = ret_ports[place - 1];
		ret_ports[place] = port;
		count++;
	}
	return count;
}

/* The total speed of the first @count of @ports. */
static uint64_t speed_of(const struct port *const *ports, size_t count)
{
	uint64_t sum_mbps = 0;

	for (size_t i = 0; i < count; i++)
		sum_mbps += port_load_mbps(ports[i]);
	return sum_mbps;
}

static uint64_t load_of(const struct port *const *ports, size_t count)
{
	uint64_t sum_kbps = 0;

	for (size_t i = 0; i < count; i++)
		sum_kbps += ports[i]->sent.load_kbps;
	return sum_kbps;
}

/* @percent of @speed_mbps, in kbit/s. */
static uint64_t mark_kbps(uint64_t speed_mbps, uint64_t percent)
{
	return speed_mbps * 1000 * percent / 100;
}

static void change(struct bond *bond, uint32_t awake, uint64_t load_kbps, uint64_t speed_mbps,
		   uint64_t now_ms)
{
	struct spill *spill = &bond->spill;
	uint64_t percent = bond->options.spill_threshold;

	assert(awake >= 1 && awake <= BOND_PORTS_MAX);

	spill->was_load_kbps = load_kbps;
	spill->was_speed_mbps = speed_mbps;
	spill->was_percent = awake > spill->awake ? percent : percent / REST_DIVISOR;
	spill->awake = awake;
	spill->changed_ms = now_ms;
	spill->low_since_ms = 0;
}

/* Makes a port join; NULL: none does. */
static const struct port *join(struct bond *bond, const struct port *const *ports, size_t count,
			       uint64_t now_ms)
{
	size_t awake = bond->spill.awake;
	uint64_t load_kbps, speed_mbps;

	if (awake >= count)
		return NULL;
	if (bond->spill.changed_ms && now_ms < bond->spill.changed_ms + JOIN_PAUSE_MS)
		return NULL;
	load_kbps = load_of(ports, awake);
	speed_mbps = speed_of(ports, awake);
	if (load_kbps < mark_kbps(speed_mbps, bond->options.spill_threshold))
		return NULL;
	change(bond, (uint32_t)awake + 1, load_kbps, speed_mbps, now_ms);
	return ports[awake];
}

/* Makes a port rest; NULL: none does. Not reported if its link is lost anyway. */
static const struct port *rest(struct bond *bond, const struct port *const *ports, size_t count,
			       uint64_t now_ms)
{
	struct spill *spill = &bond->spill;
	size_t awake = spill->awake, left = awake - 1 < count ? awake - 1 : count;
	uint64_t speed_mbps = speed_of(ports, left), low_kbps;

	if (!left)
		return NULL;
	low_kbps = mark_kbps(speed_mbps, bond->options.spill_threshold) / REST_DIVISOR;
	if (spill->load_kbps >= low_kbps) {
		spill->low_since_ms = 0;
		return NULL;
	}
	if (!spill->low_since_ms)
		spill->low_since_ms = now_ms;
	if (now_ms < spill->low_since_ms + REST_AFTER_MS)
		return NULL;
	change(bond, (uint32_t)awake - 1, spill->load_kbps, speed_mbps, now_ms);
	return awake <= count ? ports[awake - 1] : NULL;
}

void spill_run(struct bond *bond, uint64_t now_ms)
{
	const struct port *ports[BOND_PORTS_MAX], *joined, *port;
	struct spill *spill = &bond->spill;
	size_t count;

	if (!spill_runs(bond)) {
		memset(spill, 0, sizeof(*spill));
		for (size_t i = 0; i < bond->count; i++)
			bond->ports[i].sent.is_read = false;
		return;
	}
	if (!spill->awake)
		spill->awake = 1;
	if (!spill->is_fresh)
		return;
	spill->is_fresh = false;
	count = spill_rank(bond, ports);
	spill->load_kbps = load_of(ports, count);
	joined = join(bond, ports, count, now_ms);
	port = joined ? joined : rest(bond, ports, count, now_ms);
	if (!port)
		return;
	spill->news = port->id;
	spill->joins = joined;
	bond->cause = CAUSE_LOAD;
}

void spill_emit(struct bond *bond, struct bond_effects *fx)
{
	struct effect *effect;

	if (!bond->spill.news)
		return;
	effect = effect_add(fx, FX_SPILL, bond->cause);
	effect->port = bond->spill.news;
	effect->on = bond->spill.joins;
	bond->spill.news = 0;
}

/* Includes resting ports: flows that have not paused yet are still on them. */
void spill_add(const struct bond *bond, struct bond_table *table)
{
	const struct port *ports[BOND_PORTS_MAX];
	size_t count = spill_rank(bond, ports);

	for (size_t i = 0; i < count; i++)
		table->tx_port[table->tx_count++] = ports[i]->id;
	table->tx_awake = bond->spill.awake < count ? bond->spill.awake : (uint32_t)count;
}

void spill_table(const struct bond *bond, struct bond_table *table)
{
	if (spill_runs(bond))
		spill_add(bond, table);
	else
		table_add_usable(bond, table);
}

bool bond_get_spill(const struct bond *bond, struct bond_spill_view *ret_view)
{
	const struct port *ports[BOND_PORTS_MAX];
	size_t count = spill_rank(bond, ports);

	if (!spill_runs(bond))
		return false;
	*ret_view = (struct bond_spill_view){
		.awake = bond->table.tx_awake,
		.load_mbps = bond->spill.load_kbps / 1000,
		.speed_mbps =
			speed_of(ports, bond->spill.awake < count ? bond->spill.awake : count),
		.was_load_mbps = bond->spill.was_load_kbps / 1000,
		.was_speed_mbps = bond->spill.was_speed_mbps,
		.mark_percent = bond->spill.was_percent,
	};
	return true;
}
