/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as text, compared with the C library's parser and formatter. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/ip_text.h"

static void test_ip4(void **state)
{
	static const char *const texts[] = {
		"0.0.0.0", "255.255.255.255", "192.0.2.1", "1.2.3",	 "1.2.3.4.5", "",
		"256.1.1", "1.2.3.256",	      "01.2.3.4",  "1.2.3.4 ",	 " 1.2.3.4",  "1..2.3",
		"1.2.3.",  ".1.2.3",	      "1.2.3.4a",  "1000.1.1.1", "0.0.0.00",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint8_t ours[4] = {0}, theirs[4] = {0};
		bool good = inet_pton(AF_INET, texts[i], theirs) == 1;

		assert_int_equal(ip4_parse(texts[i], ours), good);
		if (good)
			assert_memory_equal(ours, theirs, 4);
	}
}

static void compare_ip6(const char *text)
{
	uint8_t ours[16] = {0}, theirs[16] = {0};
	bool good = inet_pton(AF_INET6, text, theirs) == 1;

	if (ip6_parse(text, ours) != good)
		fail_msg("'%s': must be %d", text, good);
	if (good)
		assert_memory_equal(ours, theirs, 16);
}

static void test_ip6(void **state)
{
	static const char *const texts[] = {
		"::",
		"::1",
		"1::",
		"1:2:3:4:5:6:7:8",
		"1::8",
		"1:2:3:4:5:6:7::",
		"::2:3:4:5:6:7:8",
		"fe80::1:2",
		"2001:DB8::a",
		"::ffff:192.0.2.1",
		"1:2:3:4:5:6:192.0.2.1",
		":",
		"",
		":::",
		"1::2::3",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"12345::",
		"1:",
		":1",
		"g::",
		"::1 ",
		"1:2:3:4:5:6:7:192.0.2.1",
		"::192.0.2",
		"fe80::1%eth0",
		"1:2:3:4:5:6:7:8::",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		compare_ip6(texts[i]);
}

/* Random texts of significant characters, and random addresses with runs of zeros. */
static void test_ip6_random(void **state)
{
	static const char letters[] = ":::::01af.";

	(void)state;
	srand(1);
	for (int round = 0; round < 200000; round++) {
		char text[24] = "", printed[IP6_TEXT_MAX], theirs[INET6_ADDRSTRLEN];
		int length = rand() % 20;
		uint8_t ip[16];

		for (int i = 0; i < length; i++)
			text[i] = letters[rand() % 10];
		compare_ip6(text);
		for (size_t i = 0; i < 16; i++)
			ip[i] = rand() % 3 ? 0 : (uint8_t)rand();
		ip[0] = 0x20; /* no IPv4-mapped form, which only the library writes with dots */
		ip6_format(ip, printed);
		inet_ntop(AF_INET6, ip, theirs, sizeof(theirs));
		assert_string_equal(printed, theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ip4),
		cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_ip6_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
