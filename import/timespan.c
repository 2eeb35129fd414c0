/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses time spans and sizes: see timespan.h. */
#include "import/timespan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MS 1000ull
#define SECOND (1000 * MS)
#define LONGEST_US (1000000000ull * SECOND)

static const struct {
	const char *name;
	uint64_t us;
} units[] = {
	{"us", 1},
	{"usec", 1},
	{"ms", MS},
	{"msec", MS},
	{"s", SECOND},
	{"sec", SECOND},
	{"second", SECOND},
	{"seconds", SECOND},
	{"m", 60 * SECOND},
	{"min", 60 * SECOND},
	{"minute", 60 * SECOND},
	{"minutes", 60 * SECOND},
	{"h", 3600 * SECOND},
	{"hr", 3600 * SECOND},
	{"hour", 3600 * SECOND},
	{"hours", 3600 * SECOND},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Parses digits as a number and returns where they end; false: overflow. */
static bool take_digits(const char **at, uint64_t *ret_number, uint64_t *ret_power)
{
	*ret_number = 0;
	*ret_power = 1;
	for (; is_digit(**at); ++*at) {
		if (*ret_power > LONGEST_US / 10)
			return false;
		*ret_number = *ret_number * 10 + (uint64_t)(**at - '0');
		*ret_power *= 10;
	}
	return true;
}

static bool take_unit(const char **at, uint64_t bare_us, uint64_t *ret_us)
{
	size_t length = 0;

	while ((*at)[length] >= 'a' && (*at)[length] <= 'z')
		length++;
	*ret_us = bare_us;
	for (size_t i = 0; length && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].name) != length || strncmp(units[i].name, *at, length) != 0)
			continue;
		*ret_us = units[i].us;
		*at += length;
		return true;
	}
	return !length;
}

bool parse_timespan(const char *text, uint64_t bare_us, uint64_t *ret_us)
{
	uint64_t total = 0;

	for (;;) {
		uint64_t whole, fraction = 0, power, parts = 1, unit;
		const char *start;

		text += strspn(text, " \t");
		start = text;
		if (!take_digits(&text, &whole, &power))
			return false;
		if (*text == '.') {
			text++;
			if (!take_digits(&text, &fraction, &parts) || parts == 1 || parts > 1000000)
				return false;
		}
		if (text == start || (power == 1 && parts == 1))
			return false;
		text += strspn(text, " \t");
		if (!take_unit(&text, bare_us, &unit) || whole > LONGEST_US / unit)
			return false;
		total += whole * unit + fraction * unit / parts;
		if (total > LONGEST_US)
			return false;
		text += strspn(text, " \t");
		if (!*text)
			break;
	}
	*ret_us = total;
	return true;
}

int import_timespan(struct import_model *model, struct import_place place, const char *text,
		    uint64_t bare_us, uint64_t unit_us, char *number, size_t size)
{
	uint64_t us;

	if (!parse_timespan(text, bare_us, &us))
		return import_refuse(model, place, -EINVAL,
				     "'%.40s' is not a time span: write 100ms or 0.1s", text);
	snprintf(number, size, "%ju", (uintmax_t)(us / unit_us));
	return 0;
}
