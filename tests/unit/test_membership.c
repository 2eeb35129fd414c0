/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is reported for a group, depending on who joined it. */
#include "core/active/membership.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define SSM                                                                                        \
	{                                                                                          \
		232, 1, 2, 3                                                                       \
	}
#define ANY                                                                                        \
	{                                                                                          \
		239, 1, 2, 3                                                                       \
	}

struct join {
	const char *what;
	uint8_t group[4];
	uint32_t users;
	struct {
		uint8_t last; /* byte of the source's address */
		uint32_t include, exclude;
	} sources[3];
	const char *wanted; /* "in 2 3; ex" */
};

static const struct join joins[] = {
	{"all sources", ANY, 1, {}, "ex"},
	{"two sockets, all sources", ANY, 2, {}, "ex"},
	{"one source", SSM, 1, {{2, 1, 0}}, "in 2"},
	{"one source, of any group", ANY, 1, {{2, 1, 0}}, "in 2"},
	{"two sources of one socket", ANY, 1, {{2, 1, 0}, {3, 1, 0}}, "in 2 3"},
	{"one source, and another socket all", ANY, 2, {{2, 1, 0}}, "ex"},
	{"two sockets, one source each, or one socket both and the other all",
	 ANY,
	 2,
	 {{2, 1, 0}, {3, 1, 0}},
	 "in 2 3; ex"},
	{"routers ignore all sources in the range for one",
	 SSM,
	 2,
	 {{2, 1, 0}, {3, 1, 0}},
	 "in 2 3"},
	{"all but one", ANY, 1, {{2, 0, 1}}, "ex 2"},
	{"all but what both exclude", ANY, 2, {{2, 0, 2}, {3, 0, 1}}, "ex 2"},
	{"one source, another socket all but it", ANY, 2, {{2, 1, 1}}, "ex"},
};

static void describe(const struct announce_group *records, size_t count, char *text, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		at += (size_t)snprintf(text + at, size - at, "%s%s", i ? "; " : "",
				       records[i].record == ANNOUNCE_IS_INCLUDE ? "in" : "ex");
		for (size_t j = 0; j < records[i].source_count; j++)
			at += (size_t)snprintf(text + at, size - at, " %u",
					       records[i].sources[4 * j + 3]);
	}
}

static void test_joins(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
		struct membership membership = {
			.address_len = ANNOUNCE_IP4_LEN,
			.users = joins[i].users,
		};
		struct announce_group records[MEMBERSHIP_RECORDS_MAX];
		struct membership_lists lists;
		char text[256] = "";

		memcpy(membership.group, joins[i].group, 4);
		for (size_t s = 0; s < 3 && joins[i].sources[s].last; s++)
			membership.sources[membership.source_count++] = (struct membership_source){
				.address = {10, 66, 0, joins[i].sources[s].last},
				.include = joins[i].sources[s].include,
				.exclude = joins[i].sources[s].exclude,
			};
		describe(records, membership_records(&membership, &lists, records), text,
			 sizeof(text));
		if (strcmp(text, joins[i].wanted) != 0)
			fail_msg("%s: '%s', not '%s'", joins[i].what, text, joins[i].wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_joins)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
