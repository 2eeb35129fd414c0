/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that a terminal could take for a command, and how it is shown. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/printable.h"

struct row {
	const char *text, *line;
};

static const struct row rows[] = {
	{"", ""},
	{"eth0", "eth0"},
	{"e\x1b[2Jx", "e?[2Jx"},
	{"\x01\x1f\x7f", "???"},
	{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"}, /* two letters of two bytes */
	{"\xe2\x82\xac\xf0\x9f\x98\x80", "\xe2\x82\xac\xf0\x9f\x98\x80"}, /* of three and four */
	{"\x9b"
	 "2J",
	 "?2J"}, /* CSI as one byte */
	{"\xc2\x9b"
	 "2J",
	 "??2J"},		 /* and in UTF-8 */
	{"\xc1\x9b", "??"},	 /* an overlong escape */
	{"\xe0\x80\x9b", "???"}, /* and a longer one */
	{"a\xc3", "a?"},	 /* truncated inside a character */
	{"\xff\xfe", "??"},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[32];

		snprintf(text, sizeof(text), "%s", rows[i].text);
		make_printable(text);
		assert_string_equal(text, rows[i].line);
	}
}

static void test_several_lines(void **state)
{
	char one[] = "a\tb\r\nc\x1b", several[] = "a\tb\r\nc\x1b";

	(void)state;
	make_printable(one);
	assert_string_equal(one, "a?b??c?");
	make_lines_printable(several);
	assert_string_equal(several, "a\tb?\nc?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines),
					   cmocka_unit_test(test_several_lines)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
