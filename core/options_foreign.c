/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that the option table does not have: those of the kernel's driver that
 * are not in this version yet, and mistyped ones, for which the nearest known
 * name is suggested.
 */
#include "options_private.h"

#include <errno.h>
#include <string.h>

#include "names.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define NAME_SHOWN 40 /* characters of a mistyped name that are repeated */

/* Options of the kernel's driver, by iproute2's and sysfs' names. */
static const char *const foreign_options[] = {
	"tlb_dynamic_lb",
};

static const char *const foreign_modes[] = {"balance-tlb", "balance-alb"};

int refuse_foreign_mode(const char *word, struct refusal *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(foreign_modes); i++) {
		const char number[] = {(char)('0' + BOND_MODE_MAX + i), '\0'};

		if (strcmp(word, foreign_modes[i]) != 0 && strcmp(word, number) != 0)
			continue;
		return refuse(why, -EOPNOTSUPP,
			      "mode %s is not in this version of ebond: use balance-rr, "
			      "active-backup, balance-xor, broadcast or 802.3ad",
			      foreign_modes[i]);
	}
	return 0;
}

/* The known name nearest to @wanted, or NULL when none is near enough to be meant. */
static const char *suggest(const char *wanted)
{
	struct nearest nearest = nearest_to(wanted);
	size_t count;
	const struct option_spec *specs = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		nearest_consider(&nearest, specs[i].name);
		for (const char *const *alias = specs[i].aliases; alias && *alias; alias++)
			nearest_consider(&nearest, *alias);
	}
	nearest_consider(&nearest, "active_slave");
	for (size_t i = 0; i < ARRAY_SIZE(foreign_options); i++)
		nearest_consider(&nearest, foreign_options[i]);
	return nearest.name;
}

int refuse_unknown_option(const char *name, struct refusal *why)
{
	const char *meant;

	for (size_t i = 0; i < ARRAY_SIZE(foreign_options); i++)
		if (strcmp(name, foreign_options[i]) == 0)
			return refuse(why, -EOPNOTSUPP,
				      "option %s is not in this version of ebond: leave it out",
				      name);
	meant = suggest(name);
	if (meant)
		return refuse(why, -ENOENT, "unknown option '%.*s': did you mean %s?", NAME_SHOWN,
			      name, meant);
	return refuse(why, -ENOENT, "unknown option '%.*s': see ebond(8) for the options there are",
		      NAME_SHOWN, name);
}
