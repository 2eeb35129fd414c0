/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that are not in the option table: refused, with the nearest known name
 * suggested.
 */
#include "lang/options_private.h"

#include <errno.h>
#include <string.h>

#include "lang/names.h"

#define NAME_SHOWN 40 /* characters of the unknown name to print */

/* The known name nearest to @wanted, or NULL when none is near enough. */
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
	return nearest.name;
}

int refuse_unknown_option(const char *name, struct refusal *why)
{
	const char *meant;

	meant = suggest(name);
	if (meant)
		return refuse(why, -ENOENT, "unknown option '%.*s': did you mean %s?", NAME_SHOWN,
			      name, meant);
	return refuse(why, -ENOENT, "unknown option '%.*s': see ebond(8) for the list of options",
		      NAME_SHOWN, name);
}
