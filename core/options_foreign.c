/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that the option table does not have: those of the kernel's driver that
 * are not in this version yet, and mistyped ones, for which the nearest known
 * name is suggested.
 */
#include "options_private.h"

#include <errno.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define NAME_SHOWN 40 /* characters of a mistyped name that are repeated */
#define NAME_COMPARED 32

/* Options of the kernel's driver, by iproute2's and sysfs' names. */
static const char *const foreign_options[] = {
	"arp_interval",	     "arp_ip_target",	"arp_validate",	      "arp_all_targets",
	"arp_missed_max",    "missed_max",	"ns_ip6_target",      "fail_over_mac",
	"lacp_rate",	     "lacp_active",	"lacp_strict",	      "ad_select",
	"ad_actor_sys_prio", "ad_actor_system", "ad_user_port_key",   "actor_port_prio",
	"tlb_dynamic_lb",    "coupled_control", "broadcast_neighbor",
};

static const char *const foreign_modes[] = {"802.3ad", "balance-tlb", "balance-alb"};

int refuse_foreign_mode(const char *word, struct refusal *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(foreign_modes); i++) {
		const char number[] = {(char)('0' + BOND_MODE_MAX + i), '\0'};

		if (strcmp(word, foreign_modes[i]) != 0 && strcmp(word, number) != 0)
			continue;
		return refuse(why, -EOPNOTSUPP,
			      "mode %s is not in this version of ebond: use balance-rr, "
			      "active-backup, balance-xor or broadcast",
			      foreign_modes[i]);
	}
	return 0;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/*
 * Letters to insert, delete or replace to come from @a to @b (Levenshtein);
 * only the first NAME_COMPARED of each are looked at.
 */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[NAME_COMPARED + 1];
	size_t b_length = strnlen(b, NAME_COMPARED);

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 0; a[i] && i < NAME_COMPARED; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < b_length; j++) {
			size_t above = row[j + 1];

			row[j + 1] = min3(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[b_length];
}

struct nearest {
	const char *wanted, *name;
	size_t distance;
};

static void consider(struct nearest *nearest, const char *name)
{
	size_t distance = edit_distance(nearest->wanted, name);

	if (distance >= nearest->distance)
		return;
	nearest->distance = distance;
	nearest->name = name;
}

/* The known name nearest to @wanted, or NULL when none is near enough to be meant. */
static const char *suggest(const char *wanted)
{
	/* a third of the letters wrong is still a slip; more is another word */
	struct nearest nearest = {.wanted = wanted, .distance = strlen(wanted) / 3 + 1};
	size_t count;
	const struct option_spec *specs = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		consider(&nearest, specs[i].name);
		for (const char *const *alias = specs[i].aliases; alias && *alias; alias++)
			consider(&nearest, *alias);
	}
	consider(&nearest, "active_slave");
	for (size_t i = 0; i < ARRAY_SIZE(foreign_options); i++)
		consider(&nearest, foreign_options[i]);
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
