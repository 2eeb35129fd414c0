/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of modes, compared with the kernel's driver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/mode_rules.h"

static void every_row_is_complete(void **state)
{
	(void)state;
	for (enum bond_mode mode = 0; mode < BOND_MODE_MAX; mode++) {
		const struct mode_spec *spec = mode_spec(mode);

		assert_non_null(spec->word);
		assert_non_null(spec->proc_text);
		assert_string_equal(bond_mode_word(mode), spec->word);
		assert_string_equal(mode_words[mode], spec->word);
		assert_int_equal(mode_find(spec->word), mode);
	}
	assert_null(mode_words[BOND_MODE_MAX]);
}

static void what_is_no_mode_has_nothing(void **state)
{
	(void)state;
	assert_int_equal(mode_find("balance-none"), BOND_MODE_MAX);
	assert_int_equal(mode_find(NULL), BOND_MODE_MAX);
	assert_string_equal(bond_mode_word(BOND_MODE_MAX), "unknown");
	assert_false(mode_has(BOND_MODE_MAX, MODE_ANY));
}

/* The names of the modes with @trait, each followed by a space. */
static const char *who_has(enum mode_trait trait)
{
	static char words[128];
	size_t used = 0;

	words[0] = '\0';
	for (enum bond_mode mode = 0; mode < BOND_MODE_MAX; mode++)
		if (mode_has(mode, trait))
			used += (size_t)snprintf(words + used, sizeof(words) - used, "%s ",
						 bond_mode_word(mode));
	return words;
}

static void traits_are_the_drivers(void **state)
{
	(void)state;
	/* bond_mode_uses_primary(), bond_mode_uses_arp(), bond_is_lb() */
	assert_string_equal(who_has(MODE_ACTIVE_PORT), "active-backup balance-tlb balance-alb ");
	assert_string_equal(who_has(MODE_ARP_MONITOR),
			    "balance-rr active-backup balance-xor broadcast ");
	assert_string_equal(who_has(MODE_BALANCE), "balance-tlb balance-alb ");
	/* bond_change_active_slave() */
	assert_string_equal(who_has(MODE_PEER_NOTICES), "active-backup ");
	assert_string_equal(who_has(MODE_FAIL_OVER_MAC), "active-backup ");
	assert_string_equal(who_has(MODE_GROUP_REPORTS),
			    "balance-rr active-backup balance-tlb balance-alb ");
	assert_string_equal(who_has(MODE_LACP), "802.3ad ");
	assert_string_equal(who_has(MODE_STRIPE), "balance-rr ");
	assert_string_equal(who_has(MODE_NEIGHBOURS), "balance-alb ");
	assert_string_equal(who_has(MODE_SPILL), "active-backup balance-xor ");
	assert_string_equal(who_has(MODE_PLACEMENT), "balance-xor 802.3ad ");
}

static void every_option_has_a_mode(void **state)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_string_not_equal(who_has(specs[i].needs), "");
}

/* bond_mode_uses_xmit_hash() and bond_info_show_master() */
static void the_policy_counts_where_it_does_in_the_driver(void **state)
{
	struct bond_options options;

	(void)state;
	bond_options_init(&options);
	for (int dynamic = 0; dynamic < 2; dynamic++)
		for (enum bond_mode mode = 0; mode < BOND_MODE_MAX; mode++) {
			const char *word = bond_mode_word(mode);
			bool counts = !strcmp(word, "balance-xor") || !strcmp(word, "802.3ad") ||
				      (!dynamic && mode_has(mode, MODE_BALANCE));

			options.mode = mode;
			options.tlb_dynamic_lb = dynamic;
			assert_int_equal(bond_options_use_policy(&options), counts);
		}
}

static void every_mode_has_its_functions(void **state)
{
	struct bond_options options;

	(void)state;
	bond_options_init(&options);
	for (options.mode = 0; options.mode < BOND_MODE_MAX; options.mode++) {
		struct bond *bond = bond_new(&options, 0);
		const struct mode_rules *rules = mode_rules(bond);

		assert_non_null(rules->build_table);
		assert_non_null(rules->carrier);
		assert_non_null(rules->is_active);
		assert_non_null(rules->receives);
		bond_free(bond);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(what_is_no_mode_has_nothing),
		cmocka_unit_test(traits_are_the_drivers),
		cmocka_unit_test(every_option_has_a_mode),
		cmocka_unit_test(the_policy_counts_where_it_does_in_the_driver),
		cmocka_unit_test(every_mode_has_its_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
