/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet addresses as text, and texts that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/mac.h"

static void test_there_and_back(void **state)
{
	static const uint8_t mac[MAC_LENGTH] = {0x00, 0x9f, 0xa0, 0x0a, 0xff, 0x10};
	uint8_t back[MAC_LENGTH];
	char text[MAC_TEXT_SIZE];

	(void)state;
	assert_string_equal(mac_format(mac, text), "00:9f:a0:0a:ff:10");
	assert_true(mac_parse(text, back));
	assert_memory_equal(back, mac, sizeof(mac));
	assert_true(mac_parse("00:9F:A0:0A:fF:10", back));
	assert_memory_equal(back, mac, sizeof(mac));
}

static void test_no_address(void **state)
{
	static const char *const texts[] = {
		"",
		"02:00:00:00:00",
		"02:00:00:00:00:0",
		"02:00:00:00:00:011",
		"02:00:00:00:00:01 ",
		" 02:00:00:00:00:1",
		"02-00-00-00-00-01",
		"02:00:00:00:00-01",
		"2:00:00:00:00:001",
		"0x:00:00:00:00:01",
		"+2:00:00:00:00:01",
		"02:00:00:00:00:0g",
		"0200:00:00:00:001",
	};
	static const uint8_t before[MAC_LENGTH] = {1, 2, 3, 4, 5, 6};
	uint8_t mac[MAC_LENGTH];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		memcpy(mac, before, sizeof(mac));
		if (mac_parse(texts[i], mac))
			fail_msg("'%s' was accepted as an address", texts[i]);
		assert_memory_equal(mac, before, sizeof(mac));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
