/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From one set of options to another: what a change of mode resets, and a
 * description of what changed.
 */
#include "lang/options_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void fit_mode(void *options, bool per_port, enum bond_mode mode)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);

	for (size_t i = 0; i < count; i++)
		if (specs[i].per_port == per_port && !option_in_mode(&specs[i], mode))
			option_reset(&specs[i], options);
}

void bond_options_fit_mode(struct bond_options *options)
{
	fit_mode(options, false, options->mode);
}

void bond_port_options_fit_mode(struct bond_port_options *options, enum bond_mode mode)
{
	fit_mode(options, true, mode);
}

int bond_options_check_down(const struct bond_options *before, const struct bond_options *after,
			    struct refusal *why)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		char old[OPTION_TEXT_MAX], new[OPTION_TEXT_MAX];

		if (!specs[i].only_down || specs[i].per_port ||
		    option_equal(&specs[i], before, after))
			continue;
		option_print(&specs[i], before, old, sizeof(old));
		option_print(&specs[i], after, new, sizeof(new));
		return refuse(why, -EBUSY,
			      "%s cannot change from %s to %s while the bond is up: set it down "
			      "first, or use --replace",
			      specs[i].name, old, new);
	}
	return 0;
}

/* An unset port name prints as an empty string. */
static const char *shown(const char *value)
{
	return value[0] ? value : "none";
}

static void list_changes(const void *before, const void *after, bool per_port, enum bond_mode mode,
			 char *text, size_t size)
{
	size_t count, used = 0;
	const struct option_spec *specs = option_table(&count);

	if (size)
		text[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		bool lacks = !option_in_mode(&specs[i], mode);
		char old[OPTION_TEXT_MAX], new[OPTION_TEXT_MAX];

		if (specs[i].per_port != per_port || option_equal(&specs[i], before, after))
			continue;
		option_print(&specs[i], before, old, sizeof(old));
		option_print(&specs[i], after, new, sizeof(new));
		used += (size_t)snprintf(text + used, size - used, "%s%s %s -> %s%s%s%s",
					 used ? "; " : "", specs[i].name, shown(old), shown(new),
					 lacks ? " (not in " : "",
					 lacks ? bond_mode_word(mode) : "", lacks ? ")" : "");
	}
}

void bond_options_changes(const struct bond_options *before, const struct bond_options *after,
			  char *text, size_t size)
{
	list_changes(before, after, false, after->mode, text, size);
}

void bond_port_options_changes(const struct bond_port_options *before,
			       const struct bond_port_options *after, enum bond_mode mode,
			       char *text, size_t size)
{
	list_changes(before, after, true, mode, text, size);
}
