/* SPDX-License-Identifier: GPL-2.0-or-later */
/* error_threshold and flap_hold: ports that work badly. */
#include <stdio.h>

#include "tests/unit/rig.h"

static void errors(struct rig *rig, uint32_t port, uint64_t total)
{
	bond_in_errors(rig->bond, port, total, rig->now_ms);
	rig_step(rig);
}

static struct rig *two_ports(const char *options)
{
	struct rig *rig = rig_new(options);

	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	errors(rig, 1, 1000000); /* earlier errors do not count */
	errors(rig, 2, 0);
	rig_clear(rig);
	return rig;
}

#define AB "mode active-backup miimon 100 "

static void test_too_many_errors(void **state)
{
	struct rig *rig = two_ports(AB "error_threshold 10/1000");

	(void)state;
	errors(rig, 1, 1000009);
	assert_int_equal(bond_get_active(rig->bond), 1);
	rig_wait(rig, 500);
	errors(rig, 1, 1000010); /* ten within a second */
	assert_int_equal(bond_get_active(rig->bond), 2);
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	assert_string_equal(rig_reason(rig, 1), "10 errors in 1000 ms, error_threshold 10/1000");
	assert_int_equal(rig_port(rig, 1).link_failures, 1);
	assert_string_equal(cause_word(rig_nth(rig, FX_LINK, 0)->fx.cause), "error_threshold");
	rig_wait(rig, 999);
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	rig_wait(rig, 1);
	assert_int_equal(rig_link(rig, 1), LINK_UP);
	assert_int_equal(rig_nth(rig, FX_LINK, 1)->fx.cause, CAUSE_HOLD);
	rig_free(rig);
}

static void test_few_errors(void **state)
{
	struct rig *rig = two_ports(AB "error_threshold 10/1000");

	(void)state;
	for (uint64_t i = 1; i < 1000; i++) { /* nine a second, forever */
		rig_wait(rig, 112);
		errors(rig, 1, 1000000 + i);
	}
	assert_int_equal(rig_port(rig, 1).link_failures, 0);
	errors(rig, 1, 5); /* a counter that restarts */
	assert_int_equal(rig_port(rig, 1).link_failures, 0);
	rig_free(rig);
}

static void test_goes_on_while_errors_do(void **state)
{
	struct rig *rig = two_ports(AB "error_threshold 10/1000");

	(void)state;
	for (uint64_t i = 1; i < 100; i++) {
		errors(rig, 1, 1000000 + 20 * i);
		rig_wait(rig, 500);
		assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	}
	assert_int_equal(rig_port(rig, 1).link_failures, 1);
	rig_free(rig);
}

/* Errors that occurred while error_threshold was off do not count. */
static void test_off_and_on(void **state)
{
	struct rig *rig = two_ports(AB "error_threshold 10/1000");

	(void)state;
	rig_set(rig, "error_threshold off");
	errors(rig, 1, 1000500);
	rig_set(rig, "error_threshold 10/1000");
	errors(rig, 1, 1001000);
	assert_int_equal(rig_link(rig, 1), LINK_UP);
	errors(rig, 1, 1001010);
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	rig_free(rig);
}

/* A bad port is better than none. */
static void test_last_port_stays(void **state)
{
	struct rig *rig = two_ports(AB "error_threshold 10/1000 flap_hold 5000");

	(void)state;
	errors(rig, 1, 1000100);
	assert_int_equal(bond_get_active(rig->bond), 2);
	errors(rig, 2, 100);
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	assert_int_equal(bond_get_active(rig->bond), 2);
	rig_carrier(rig, 2, false); /* the other one is lost: its hold ends */
	assert_int_equal(bond_get_active(rig->bond), 1);
	assert_int_equal(rig_link(rig, 1), LINK_UP);
	rig_free(rig);
}

static void test_lost_carriers_count(void **state)
{
	struct rig *rig = two_ports(AB "error_threshold 3/10000");

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rig_link(rig, 2), LINK_UP);
		rig_carrier(rig, 2, false);
		rig_wait(rig, 100);
		rig_carrier(rig, 2, true);
	}
	assert_int_equal(rig_link(rig, 2), LINK_DOWN);
	assert_string_equal(rig_reason(rig, 2), "3 errors in 10000 ms, error_threshold 3/10000");
	rig_free(rig);
}

/* Each loss soon after the previous one doubles the hold; a long quiet time resets it. */
static void test_flap_hold(void **state)
{
	struct rig *rig = two_ports(AB "flap_hold 1000");
	uint64_t hold_ms = 1000;
	char reason[64];

	(void)state;
	for (int i = 0; i < 10; i++) {
		rig_clear(rig);
		rig_carrier(rig, 2, false);
		rig_wait(rig, 10);
		rig_carrier(rig, 2, true);
		assert_int_equal(rig_link(rig, 2), LINK_DOWN);
		snprintf(reason, sizeof(reason), "link lost, flap_hold for another %llu ms",
			 (unsigned long long)hold_ms - 10);
		assert_string_equal(rig_reason(rig, 2), reason);
		rig_wait(rig, hold_ms - 11);
		assert_int_equal(rig_link(rig, 2), LINK_DOWN);
		rig_wait(rig, 1);
		assert_int_equal(rig_link(rig, 2), LINK_UP);
		if (hold_ms < 64000)
			hold_ms *= 2;
	}
	assert_int_equal(rig_port(rig, 2).link_failures, 10);
	rig_wait(rig, 200000);
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 2, true);
	rig_wait(rig, 1000);
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	rig_free(rig);
}

static void test_off_by_default(void **state)
{
	struct rig *rig = two_ports(AB);

	(void)state;
	errors(rig, 1, 2000000);
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 2, true);
	assert_int_equal(rig_link(rig, 1), LINK_UP);
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_too_many_errors),
		cmocka_unit_test(test_few_errors),
		cmocka_unit_test(test_goes_on_while_errors_do),
		cmocka_unit_test(test_off_and_on),
		cmocka_unit_test(test_last_port_stays),
		cmocka_unit_test(test_lost_carriers_count),
		cmocka_unit_test(test_flap_hold),
		cmocka_unit_test(test_off_by_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
