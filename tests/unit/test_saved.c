/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file's format. Files of the first release (state-0.1/) are read to the last
 * value; and whatever is done to any one key of them, all the others are still read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/kernel/datapath.h"
#include "daemon/service/saved.h"
#include "lib/json.h"

static const char *const modes[] = {"active-backup", "802.3ad", "balance-alb", "balance-rr"};
#define MODES (sizeof(modes) / sizeof(modes[0]))

static void remember(const char *line, void *data)
{
	snprintf(data, 512, "%s", line);
}

/* Reads @root and returns how many remarks there were; the last one is in @remark (512). */
static unsigned int read_state(const json_t *root, struct saved_state *state, char *remark)
{
	struct notes notes = {.each = remember, .data = remark};

	remark[0] = '\0';
	assert_int_equal(saved_from_json(root, state, &notes), 0);
	return notes.count;
}

static json_t *load_fixture(const char *mode)
{
	char path[256];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), FIXTURES "/%s.json", mode);
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		fail_msg("%s: %s", path, error.text);
	return root;
}

static void test_first_release_is_read_whole(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < MODES; i++) {
		json_auto_t *root = load_fixture(modes[i]);
		struct saved_state state;
		char remark[512];

		assert_int_equal(read_state(root, &state, remark), 0);
		assert_int_equal(state.bond_count, 1);
		assert_string_equal(bond_mode_word(state.bonds[0].options.mode), modes[i]);
		assert_int_equal(state.bonds[0].port_count, 2);
		assert_int_equal(state.netns, 0);
		saved_release(&state);
	}
}

static void test_first_release_values(void **unused)
{
	json_auto_t *root = load_fixture("active-backup");
	const struct saved_port *port;
	struct saved_state state;
	char remark[512];

	(void)unused;
	read_state(root, &state, remark);
	assert_int_equal(state.bonds[0].options.miimon_ms, 100);
	assert_int_equal(state.bonds[0].options.updelay_ms, 200);
	assert_string_equal(state.bonds[0].options.primary, "eth1");
	assert_int_equal(state.bonds[0].options.num_peer_notif, 2);
	assert_true(state.bonds[0].mac_is_chance);
	port = &state.bonds[0].ports[1];
	assert_string_equal(port->name, "eth1");
	assert_int_equal(port->options.prio, 5);
	assert_int_equal(port->options.queue_id, 3);
	assert_int_equal(port->options.speed_mbps, 0);
	assert_int_equal(port->clock, 0);
	assert_true(port->has_link && port->link == LINK_UP);
	assert_int_equal(port->before.mtu, 1500);
	assert_int_equal(port->before.addr_gen_mode, -1);
	assert_int_equal(port->before.arp_ignore, -1);
	assert_int_equal(state.bonds[0].active, port->ifindex);
	assert_int_equal(state.bonds[0].ports[0].link_failures, 1);
	saved_release(&state);
}

static void test_first_release_lacp(void **unused)
{
	json_auto_t *root = load_fixture("802.3ad");
	const struct saved_lacp *lacp;
	struct saved_state state;
	char remark[512];

	(void)unused;
	read_state(root, &state, remark);
	lacp = &state.bonds[0].ports[1].lacp;
	assert_true(state.bonds[0].ports[1].has_lacp && !lacp->missing);
	assert_true(lacp->at_ms > 0);
	assert_int_equal(lacp->state.rx, LACP_RX_CURRENT);
	assert_int_equal(lacp->state.mux, LACP_MUX_COLLECTING_DISTRIBUTING);
	assert_int_equal(lacp->state.partner.port, 2);
	assert_int_equal(lacp->state.partner.state, 63);
	assert_int_equal(lacp->state.partner.system[4], 0x0b);
	assert_true(lacp->state.wait_while_ms == LACP_NEVER);
	assert_true(lacp->state.counters.lacpdu_rx > 0);
	saved_release(&state);
}

/* What is written is read back as it was. */
static void test_round_trip(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < MODES; i++) {
		json_auto_t *root = load_fixture(modes[i]);
		json_auto_t *again = NULL, *third = NULL;
		struct saved_state state, other;
		char remark[512];

		read_state(root, &state, remark);
		state.netns = 0x123456789;
		state.bonds[0].ports[1].clock = 17;
		state.bonds[0].ports[1].options.speed_mbps = 42;
		snprintf(state.boot, sizeof(state.boot), "some-boot");
		again = saved_to_json(&state);
		assert_int_equal(read_state(again, &other, remark), 0);
		assert_int_equal(other.bonds[0].ports[1].clock, 17);
		assert_int_equal(other.bonds[0].ports[1].options.speed_mbps, 42);
		third = saved_to_json(&other);
		assert_true(json_equal(again, third));
		assert_true(other.netns == state.netns && !strcmp(other.boot, state.boot));
		saved_release(&state);
		saved_release(&other);
	}
}

/* What can happen to one key. Each returns whether it changed anything. */
enum damage { REMOVED, SHORTENED, LENGTHENED, RETYPED, RENAMED, OUT_OF_RANGE, DAMAGES };

static json_t *other_type(const json_t *value)
{
	return json_is_string(value) ? json_array() : json_string("\a not this");
}

static bool harm(json_t *object, const char *key, enum damage damage)
{
	json_t *value = json_object_get(object, key);
	char name[128];

	snprintf(name, sizeof(name), "new_%s", key);
	switch (damage) {
	case REMOVED:
		return json_object_del(object, key) == 0;
	case SHORTENED:
		return json_is_array(value) && json_array_size(value) &&
		       json_array_remove(value, json_array_size(value) - 1) == 0;
	case LENGTHENED:
		return json_is_array(value) && json_array_append_new(value, json_integer(0)) == 0;
	case RETYPED:
		return json_object_set_new(object, key, other_type(value)) == 0;
	case RENAMED:
		json_object_set(object, name, value);
		return json_object_del(object, key) == 0;
	case OUT_OF_RANGE:
		return json_is_integer(value) &&
		       json_object_set_new(object, key, json_integer(-77)) == 0;
	case DAMAGES:
		break;
	}
	return false;
}

/* The object at @place of @root: itself, a bond, its options, a port, its saved, its lacp. */
static json_t *object_at(json_t *root, unsigned int place)
{
	json_t *bond = json_array_get(json_object_get(root, "bonds"), 0);
	json_t *port = json_array_get(json_object_get(bond, "ports"), 1);
	json_t *const objects[] = {root,
				   bond,
				   json_object_get(bond, "options"),
				   port,
				   json_object_get(port, "saved"),
				   json_object_get(port, "lacp")};

	return objects[place];
}
#define PLACES 6

/* Every value of @old that is not @key is in @new_, too, in each object. */
static void same_but(const json_t *old, const json_t *new_, const char *key, const char *what)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)old, name, value) {
		const json_t *other = json_object_get(new_, name);

		if (strcmp(name, key) == 0)
			continue;
		if (!json_equal(value, (json_t *)other))
			fail_msg("%s: %s is another now", what, name);
	}
}

/*
 * A port's own number is known in three places, and objects are told apart by their index: what
 * follows from the harmed key is not compared.
 */
static bool has_followers(const char *key)
{
	static const char *const keys[] = {"bonds", "ports",  "options", "saved",
					   "lacp",  "number", "ifindex", "mode"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static void check_harm(const char *mode, unsigned int place, const char *key, enum damage damage)
{
	json_auto_t *root = load_fixture(mode), *whole = load_fixture(mode);
	json_auto_t *harmed = NULL, *before = NULL;
	struct saved_state state, unharmed;
	char remark[512], what[256];
	unsigned int count;

	if (!harm(object_at(root, place), key, damage))
		return;
	snprintf(what, sizeof(what), "%s, object %u: %s, damage %d", mode, place, key, damage);
	count = read_state(root, &state, remark);
	/* nothing is dropped without a word; what is merely not there needs none */
	if ((damage == RETYPED || damage == OUT_OF_RANGE) && !count && strcmp(key, "prio"))
		fail_msg("%s: no remark", what);
	if (count && (damage == REMOVED || damage == RENAMED))
		fail_msg("%s: %s", what, remark);
	read_state(whole, &unharmed, remark);
	harmed = saved_to_json(&state);
	before = saved_to_json(&unharmed);
	for (unsigned int i = 0; i < PLACES && !has_followers(key); i++) {
		json_t *old = object_at(before, i), *new_ = object_at(harmed, i);

		/* the objects that contain the harmed one differ with it */
		if (old && i == place)
			same_but(old, new_, key, what);
	}
	saved_release(&state);
	saved_release(&unharmed);
}

static void test_any_harm_to_any_key(void **unused)
{
	unsigned int checks = 0;

	(void)unused;
	for (size_t i = 0; i < MODES; i++) {
		json_auto_t *root = load_fixture(modes[i]);

		for (unsigned int place = 0; place < PLACES; place++) {
			json_t *value;
			const char *key;

			json_object_foreach(object_at(root, place), key, value)
				for (enum damage damage = REMOVED; damage < DAMAGES; damage++) {
					check_harm(modes[i], place, key, damage);
					checks++;
				}
		}
	}
	assert_true(checks > 1000);
}

/* Whatever key of a port's LACP is lost: it still carries traffic, as it can be seen from the rest.
 */
static void test_lacp_goes_on_without_any_key(void **unused)
{
	json_auto_t *root = load_fixture("802.3ad");
	const char *key;
	json_t *value;

	(void)unused;
	json_object_foreach(object_at(root, 5), key, value) {
		json_auto_t *harmed = load_fixture("802.3ad");
		const struct lacp_port_state *state, *other;
		struct saved_state saved;
		char remark[512];

		json_object_del(object_at(harmed, 5), key);
		read_state(harmed, &saved, remark);
		state = &saved.bonds[0].ports[1].lacp.state;
		other = &saved.bonds[0].ports[0].lacp.state;
		if (state->rx != LACP_RX_CURRENT || state->selected != LACP_SELECTED ||
		    state->mux != LACP_MUX_COLLECTING_DISTRIBUTING || !state->distributes ||
		    !state->collects || !state->aggregator_active || state->defaulted ||
		    state->aggregator != other->aggregator || state->number != 2 ||
		    state->actor.key != other->actor.key || state->actor.port != 2 ||
		    state->partner.key != other->partner.key ||
		    memcmp(state->partner.system, other->partner.system, LACP_MAC_SIZE) ||
		    memcmp(state->actor.system, other->actor.system, LACP_MAC_SIZE) ||
		    !(state->partner.state & LACP_STATE_SYNCHRONIZATION))
			fail_msg("without %s the port would stop", key);
		saved_release(&saved);
	}
}

/* A name may become part of a path. */
static void test_only_names_of_interfaces(void **unused)
{
	static const char *const names[] = {"../../etc", "a/b", "..", "a b", "sixteen-letters-"};

	(void)unused;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_auto_t *root = load_fixture("active-backup");
		struct saved_state state;
		char remark[512];

		json_object_set_new(object_at(root, 1), "name", json_string(names[i]));
		json_object_set_new(object_at(root, 3), "name", json_string(names[i]));
		assert_int_equal(read_state(root, &state, remark), 2);
		assert_string_equal(state.bonds[0].name, "");
		assert_string_equal(state.bonds[0].ports[1].name, "");
		saved_release(&state);
	}
}

static void test_twice_counts_once(void **unused)
{
	json_auto_t *root = load_fixture("active-backup");
	json_t *bonds = json_object_get(root, "bonds");
	json_t *ports = json_object_get(json_array_get(bonds, 0), "ports");
	struct saved_state state;
	char remark[512];

	(void)unused;
	json_array_append_new(ports, json_deep_copy(json_array_get(ports, 0)));
	assert_int_equal(read_state(root, &state, remark), 1);
	assert_int_equal(state.bonds[0].port_count, 2);
	saved_release(&state);
	json_array_append_new(bonds, json_deep_copy(json_array_get(bonds, 0)));
	read_state(root, &state, remark);
	assert_int_equal(state.bond_count, 1);
	saved_release(&state);
}

static void test_too_many(void **unused)
{
	json_auto_t *root = json_pack("{s:[]}", "bonds");
	json_t *bonds = json_object_get(root, "bonds"), *ports = json_array();
	struct saved_state state;
	char remark[512];

	(void)unused;
	for (int i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "x%d", i);
		json_array_append_new(ports, json_pack("{s:s}", "name", name));
		json_array_append_new(bonds, json_pack("{s:s}", "name", name));
	}
	json_object_set_new(json_array_get(bonds, 0), "ports", ports);
	read_state(root, &state, remark);
	assert_int_equal(state.bond_count, SAVED_BONDS_MAX);
	assert_int_equal(state.bonds[0].port_count, BOND_PORTS_MAX);
	saved_release(&state);
}

static size_t compact_size(const struct saved_bond *bond)
{
	json_auto_t *object = saved_bond_to_json(bond);
	char *text = json_dumps(object, JSON_COMPACT);
	size_t size = strlen(text) + 1;

	free(text);
	return size;
}

/* The largest bond fits where the programs keep it. */
static void test_fits_with_the_programs(void **unused)
{
	json_auto_t *root = load_fixture("802.3ad");
	json_t *bond = json_array_get(json_object_get(root, "bonds"), 0);
	json_t *ports = json_object_get(bond, "ports");
	struct saved_state state;
	char remark[512];
	size_t size;

	(void)unused;
	while (json_array_size(ports) < BOND_PORTS_MAX) {
		json_t *port = json_deep_copy(json_array_get(ports, 0));
		size_t number = json_array_size(ports);

		json_object_set_new(port, "name", json_sprintf("a-long-name-%zu", number));
		json_object_set_new(port, "ifindex", json_integer(INT32_MAX - (int)number));
		json_array_append_new(ports, port);
	}
	read_state(root, &state, remark);
	assert_int_equal(state.bonds[0].port_count, BOND_PORTS_MAX);
	memset(&state.bonds[0].ports[0].lacp.state.counters, 0x7f,
	       sizeof(state.bonds[0].ports[0].lacp.state.counters));
	for (size_t i = 1; i < BOND_PORTS_MAX; i++)
		state.bonds[0].ports[i].lacp.state.counters =
			state.bonds[0].ports[0].lacp.state.counters;
	size = compact_size(&state.bonds[0]);
	print_message("%zu bytes of %d\n", size, DATAPATH_STATE_BYTES);
	assert_true(size < DATAPATH_STATE_BYTES * 9 / 10);
	saved_release(&state);
}

/* Roots that are no state at all. */
static void test_nonsense(void **unused)
{
	static const char *const texts[] = {"[]",
					    "{}",
					    "{\"bonds\": {}}",
					    "{\"bonds\": [1, null, [], \"x\"]}",
					    "{\"bonds\": [{\"ports\": [1, {}, null]}]}",
					    "{\"bonds\": [{\"ports\": 7, \"options\": []}]}",
					    "{\"version\": \"two\", \"bonds\": 3}"};

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_auto_t *root = json_loads(texts[i], 0, NULL);
		struct saved_state state;
		char remark[512];

		assert_non_null(root);
		read_state(root, &state, remark);
		for (size_t j = 0; j < state.bond_count; j++)
			assert_int_equal(state.bonds[j].port_count, 0);
		saved_release(&state);
	}
}

static void test_another_version_is_read(void **unused)
{
	json_auto_t *root = load_fixture("active-backup");
	struct saved_state state;
	char remark[512];

	(void)unused;
	json_object_set_new(root, "version", json_integer(7));
	assert_int_equal(read_state(root, &state, remark), 1);
	assert_non_null(strstr(remark, "version"));
	assert_int_equal(state.bonds[0].port_count, 2);
	saved_release(&state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_release_is_read_whole),
		cmocka_unit_test(test_first_release_values),
		cmocka_unit_test(test_first_release_lacp),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_any_harm_to_any_key),
		cmocka_unit_test(test_lacp_goes_on_without_any_key),
		cmocka_unit_test(test_only_names_of_interfaces),
		cmocka_unit_test(test_twice_counts_once),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_fits_with_the_programs),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_another_version_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
