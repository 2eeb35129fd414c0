/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration files: words, meaning, error positions, and the commands that
 * turn one configuration into another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lang/config.h"
#include "lang/words.h"

static struct config *parse(const char *text)
{
	struct config *config = NULL;
	struct config_place place = {};
	struct refusal why = {};

	if (config_parse(text, strlen(text), &config, &place, &why) < 0)
		fail_msg("%u:%u: %s\nin: %s", place.line, place.column, why.text, text);
	return config;
}

static void expect_diff(const char *desired_text, const char *running_text, bool prune,
			const char *commands)
{
	struct config *desired = parse(desired_text), *running = parse(running_text);
	char *text = config_diff(desired, running, prune);

	assert_non_null(text);
	assert_string_equal(text, commands);
	free(text);
	config_free(desired);
	config_free(running);
}

static void test_words(void **state)
{
	static const struct {
		const char *line;
		size_t count;
		const char *words[4];
		uint32_t columns[4];
	} rows[] = {
		{"", 0, {}, {}},
		{"  \t\r", 0, {}, {}},
		{"# add bond0", 0, {}, {}},
		{"add bond0", 2, {"add", "bond0"}, {1, 5}},
		{"\tadd  bond0\r", 2, {"add", "bond0"}, {2, 7}},
		{"set eth#1 prio 1", 4, {"set", "eth#1", "prio", "1"}, {1, 5, 11, 16}},
		{"add b #c \"", 2, {"add", "b"}, {1, 5}},
		{"\"#a\" \"\" \"b\\\"c\\\\\"", 3, {"#a", "", "b\"c\\"}, {1, 6, 9}},
		{"a\\b \"a\\b\"", 2, {"a\\b", "a\\b"}, {1, 5}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct words words;
		struct refusal why;
		uint32_t column;
		char line[64];

		snprintf(line, sizeof(line), "%s", rows[i].line);
		assert_int_equal(words_split(line, &words, &column, &why), 0);
		assert_int_equal(words.count, rows[i].count);
		for (size_t j = 0; j < words.count; j++) {
			char quoted[64], again[64];
			struct words back;

			assert_string_equal(words.list[j].text, rows[i].words[j]);
			assert_int_equal(words.list[j].column, rows[i].columns[j]);
			words_quote(words.list[j].text, quoted, sizeof(quoted));
			snprintf(again, sizeof(again), "%s", quoted);
			assert_int_equal(words_split(again, &back, &column, &why), 0);
			assert_int_equal(back.count, 1);
			assert_string_equal(back.list[0].text, rows[i].words[j]);
		}
	}
	assert_int_equal(words_quote("abc", NULL, 0), 3);
}

static void test_faults(void **state)
{
	static const struct {
		const char *text;
		uint32_t line, column;
		const char *why; /* a part of it */
	} rows[] = {
		{"add", 1, 1, "too few words: write add NAME"},
		{"\n\n  attach bond0", 3, 3, "too few words: write attach NAME PORT"},
		{"add b\nset b miimon", 2, 1, "too few words"},
		{"add b\nset b miimon 1 updelay", 2, 16, "updelay has no value"},
		{"add b\nadd b", 2, 5, "b is added in line 1 already"},
		{"add sixteen--letters", 1, 5, "1 to 15 characters"},
		{"add a/b", 1, 5, "no '/'"},
		{"attach b eth0", 1, 8, "b is not added above"},
		{"add b\nattach b eth0 eth0", 2, 15, "attached to b in line 2 already"},
		{"add b\nadd c\nattach b x\nattach c x", 4, 10, "attached to b in line 3"},
		{"add b\nadd c\nattach b c", 3, 10, "is a bond itself"},
		{"add b\nattach b c\nadd c", 3, 5, "is attached as a port"},
		{"ad b", 1, 1, "'ad' is not known: use add, attach or set"},
		{"atach b", 1, 1, "did you mean attach?"},
		{"detach b eth0", 1, 1, "detach is not allowed in a file"},
		{"add b\nset bonb miimon 1", 2, 5, "neither added nor attached"},
		{"add bond0\nset bond1 miimon 1", 2, 5, "did you mean bond0?"},
		{"add b miimn 100", 1, 7, "did you mean miimon?"},
		{"add b miimon 1x", 1, 14, "not a number"},
		{"add b mode active_backup", 1, 12, "unknown value"},
		{"add b mode balance-slb", 1, 12, ""},
		{"add b prio 3", 1, 7, "option of a port"},
		{"add b\nattach b e\nset e miimon 3", 3, 7, "option of a bond"},
		{"add b\nattach b e\nset e prio 3", 3, 7, "mode balance-rr has no option prio"},
		{"add b active_slave e", 1, 7, "use primary"},
		{"add b miimon 0 updelay 5", 1, 16, "updelay 5 needs miimon"},
		{"add b primary e\nset b mode broadcast", 1, 7, "has no option primary"},
		{"add b \"mode", 1, 7, "quote is not closed"},
		{"add \"b\"x", 1, 8, "after the closing quote"},
		{"add b\x01", 1, 6, "control character (number 1)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config *config = NULL;
		struct config_place place = {};
		struct refusal why = {};
		int err = config_parse(rows[i].text, strlen(rows[i].text), &config, &place, &why);

		if (!err || place.line != rows[i].line || place.column != rows[i].column ||
		    !strstr(why.text, rows[i].why))
			fail_msg("%s\ngave %d, %u:%u: %s", rows[i].text, err, place.line,
				 place.column, why.text);
		assert_null(config);
	}
}

static void test_bytes_of_any_kind(void **state)
{
	struct config *config = NULL;
	struct config_place place;
	struct refusal why;
	char *text = malloc(CONFIG_BYTES_MAX + 1);

	(void)state;
	assert_non_null(text);
	assert_true(config_parse("add b\nad\0d", 10, &config, &place, &why) < 0);
	assert_int_equal(place.line, 2);
	assert_int_equal(place.column, 3);
	assert_int_equal(config_parse(NULL, 0, &config, &place, &why), 0);
	assert_int_equal(config->count, 0);
	config_free(config);
	memset(text, '\n', CONFIG_BYTES_MAX + 1);
	assert_int_equal(config_parse(text, CONFIG_BYTES_MAX, &config, &place, &why), 0);
	config_free(config);
	assert_true(config_parse(text, CONFIG_BYTES_MAX + 1, &config, &place, &why) < 0);
	free(text);
}

static void test_contents_of_a_file(void **state)
{
	struct config *config = parse("add bond0 updelay 250 # rounded\n"
				      "attach bond0 eth0 eth1\n"
				      "set bond0 primary eth0 mode 1 miimon 100\n"
				      "set eth1 prio -5 queue_id 3\n"
				      "\n"
				      "add bond1");
	const struct config_bond *bond = config_find_bond(config, "bond0");
	struct config_bond *of;

	(void)state;
	assert_int_equal(config->count, 2);
	assert_int_equal(bond->options.mode, BOND_MODE_ACTIVEBACKUP);
	assert_int_equal(bond->options.updelay_ms, 200);
	assert_string_equal(bond->note,
			    "updelay 250 rounded down to 200: a multiple of miimon 100");
	assert_string_equal(bond->options.primary, "eth0");
	assert_int_equal(bond->port_count, 2);
	assert_int_equal(config_find_port(config, "eth1", &of)->options.prio, -5);
	assert_ptr_equal(of, bond);
	assert_int_equal(bond->ports[1].place.line, 2);
	assert_int_equal(bond->ports[1].place.column, 19);
	assert_null(config_find_port(config, "eth2", NULL));
	config_free(config);
}

static void test_diff(void **state)
{
	static const struct {
		const char *desired, *running;
		bool prune;
		const char *commands;
	} rows[] = {
		{"", "", true, ""},
		{"add b", "", false, "add b\n"},
		{"add b", "add b mode balance-rr miimon off", true, ""},
		{"", "add b", false, ""},
		{"", "add b", true, "del b\n"},
		{"add b miimon 100\nattach b x y", "add b", false,
		 "set b miimon 100\nattach b x y\n"},
		{"add b\nattach b x", "add b\nattach b y x z", false, "detach b y z\n"},
		/* the order of attachment does not matter */
		{"add b\nattach b x y", "add b\nattach b y x", false, ""},
		/* what the file does not set is at its default */
		{"add b", "add b miimon 100 updelay 200 min_links 3", false,
		 "set b miimon 0 updelay 0 min_links 0\n"},
		/* options that the new mode lacks need no command */
		{"add b mode 1\nattach b x", "add b packets_per_slave 4\nattach b x", false,
		 "set b --replace mode active-backup\n"},
		{"add b mode 1", "add b", false, "set b mode active-backup\n"},
		{"add b\nattach b x", "add b mode 1 primary x\nattach b x\nset x prio 4", false,
		 "set b --replace mode balance-rr\n"},
		{"add b mode 1\nattach b x", "add b mode 1 primary x\nattach b x\nset x prio 4",
		 false, "set b primary none\nset x prio 0\n"},
		{"add b mode 1\nattach b x\nset x prio 4", "add b\nattach b x", false,
		 "set b --replace mode active-backup\nset x prio 4\n"},
		/* a port changes its bond */
		{"add a\nattach a x\nadd b\nattach b y", "add a\nattach a y\nadd b\nattach b x",
		 false, "detach a y\ndetach b x\nattach a x\nattach b y\n"},
		{"add b\nattach b x", "add a\nattach a x y", true,
		 "detach a x\nadd b\nattach b x\ndel a\n"},
		{"add b\nattach b \"#x\"", "", false, "add b\nattach b \"#x\"\n"},
		/* what a mode brings with it is as good as said */
		{"add b mode 802.3ad", "", false, "add b mode 802.3ad miimon 100\n"},
		{"add b mode 802.3ad", "add b mode 802.3ad miimon 100", false, ""},
		{"add b mode 802.3ad updelay 200", "add b mode 802.3ad miimon 100", false,
		 "set b updelay 200\n"},
		{"add b mode balance-tlb miimon 0", "", false, "add b mode balance-tlb miimon 0\n"},
		{"add b mode balance-tlb miimon 0", "add b", false,
		 "set b mode balance-tlb miimon 0\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_diff(rows[i].desired, rows[i].running, rows[i].prune, rows[i].commands);
}

static uint64_t random_state;

static uint32_t below(uint32_t limit)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	return (uint32_t)((z ^ z >> 31) >> 33) % limit;
}

/* Each option of the table, by chance, with any valid value. */
static void random_options(void *options, bool per_port, enum bond_mode mode)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		struct refusal why;
		char value[32];

		if (specs[i].per_port != per_port || below(2) || !option_in_mode(&specs[i], mode))
			continue;
		if (specs[i].type == OPTION_PORT)
			snprintf(value, sizeof(value), "p%u", below(8));
		else if (specs[i].type == OPTION_NUMBER || specs[i].type == OPTION_WORD)
			snprintf(value, sizeof(value), "%lld",
				 (long long)specs[i].min +
					 below((uint32_t)(specs[i].max < 1000 ? specs[i].max
									      : 1000) +
					       1));
		else
			continue;
		if (strcmp(specs[i].name, "mode") == 0)
			continue;
		/* options refused on their own are not under test here */
		if (per_port)
			bond_port_options_set(options, specs[i].name, value, &why);
		else
			bond_options_set(options, specs[i].name, value, false, &why);
	}
}

static struct config *random_config(void)
{
	struct config *config = config_new();

	assert_non_null(config);
	for (uint32_t i = 0; i < 4; i++) {
		char name[BOND_NAME_MAX];
		struct config_bond *bond;

		snprintf(name, sizeof(name), "b%u", i);
		if (below(3) == 0)
			continue;
		bond = config_add_bond(config, name);
		bond->options.mode = (enum bond_mode)below(BOND_MODE_MAX);
		random_options(&bond->options, false, bond->options.mode);
		if (bond_options_settle(&bond->options, NULL, 0, NULL, 0, NULL) < 0)
			bond_options_init(&bond->options);
	}
	for (uint32_t i = 0; i < 8 && config->count; i++) {
		struct config_bond *bond = &config->bonds[below((uint32_t)config->count)];
		char name[BOND_NAME_MAX];

		snprintf(name, sizeof(name), "p%u", i);
		if (below(3))
			random_options(&config_add_port(bond, name)->options, true,
				       bond->options.mode);
	}
	return config;
}

/* Written to a file and read back, it is the same. */
static void test_random_round_trip(void **state)
{
	struct config *nothing = config_new();

	(void)state;
	random_state = 1;
	for (int i = 0; i < 2000; i++) {
		struct config *config = random_config(), *again;
		char *text = config_diff(config, nothing, true), *rest;

		again = parse(text);
		rest = config_diff(again, config, true);
		assert_string_equal(rest, "");
		free(rest);
		rest = config_diff(config, again, true);
		assert_string_equal(rest, "");
		free(rest);
		free(text);
		config_free(again);
		config_free(config);
	}
	config_free(nothing);
}

static void test_most_there_can_be(void **state)
{
	struct config *config = config_new();
	struct config_bond *bond;

	(void)state;
	for (int i = 0; i < CONFIG_BONDS_MAX; i++)
		assert_non_null(config_add_bond(config, "b"));
	assert_null(config_add_bond(config, "b"));
	bond = &config->bonds[7];
	for (int i = 0; i < BOND_PORTS_MAX; i++)
		assert_non_null(config_add_port(bond, "p"));
	assert_null(config_add_port(bond, "p"));
	config_remove_port(bond, 0);
	assert_int_equal(bond->port_count, BOND_PORTS_MAX - 1);
	config_remove_bond(config, 0);
	assert_int_equal(config->count, CONFIG_BONDS_MAX - 1);
	assert_int_equal(config->bonds[6].port_count, BOND_PORTS_MAX - 1);
	config_free(config);
	config_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_bytes_of_any_kind),
		cmocka_unit_test(test_contents_of_a_file),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_random_round_trip),
		cmocka_unit_test(test_most_there_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
