/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes options for `ebond help OPTION` and the manual page: see option_help.h. */
#include "cli/option_help.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* A one-time request rather than a stored option, so it is not in the table. */
static const struct option_spec active_slave = {
	.name = "active_slave",
	.type = OPTION_PORT,
	.needs = MODE_ACTIVE_PORT,
	.help = "makes this port active now; none: select again",
};

const struct option_spec *known_option(size_t index)
{
	size_t count;
	const struct option_spec *table = option_table(&count);

	if (index < count)
		return &table[index];
	return index == count ? &active_slave : NULL;
}

const struct option_spec *known_option_find(const char *name)
{
	return strcmp(name, active_slave.name) ? option_find(name) : &active_slave;
}

/* The placeholder for the value in a usage line. */
static const char *value_name(const struct option_spec *spec)
{
	switch (spec->type) {
	case OPTION_NUMBER:
		return "NUMBER";
	case OPTION_WORD:
		return "WORD";
	case OPTION_PORT:
		return "PORT";
	case OPTION_IP4S:
	case OPTION_IP6S:
		return "ADDRESSES";
	case OPTION_RATE:
		return "NUMBER/PERIOD";
	case OPTION_MAC:
		return "ADDRESS";
	}
	return "VALUE";
}

/* Prints @text, escaping what scdoc would take for markup if @scdoc. */
static void print_text(const char *text, bool scdoc, FILE *out)
{
	for (; *text; text++) {
		if (scdoc && strchr("\\*_", *text))
			putc('\\', out);
		putc(*text, out);
	}
}

static void print_range(const struct option_spec *spec, FILE *out)
{
	const char *space = spec->unit ? " " : "", *unit = spec->unit ? spec->unit : "";

	if (spec->min == spec->max)
		fprintf(out, "%" PRId64 " only", spec->initial);
	else
		fprintf(out, "%" PRId64 " to %" PRId64 "%s%s; default %" PRId64, spec->min,
			spec->max, space, unit, spec->initial);
}

static void print_values(const struct option_spec *spec, bool scdoc, FILE *out)
{
	switch (spec->type) {
	case OPTION_NUMBER:
		print_range(spec, out);
		return;
	case OPTION_WORD:
		for (size_t i = 0; spec->words[i]; i++) {
			fputs(i ? ", " : "", out);
			print_text(spec->words[i], scdoc, out);
			fprintf(out, " (%zu)", i);
		}
		fputs("; default ", out);
		print_text(spec->words[spec->initial], scdoc, out);
		return;
	case OPTION_PORT:
		for (size_t i = 0; spec->words && spec->words[i]; i++)
			fprintf(out, "%s, ", spec->words[i]);
		fprintf(out, "a port's name; default %s", spec->words ? spec->words[0] : "none");
		return;
	case OPTION_IP4S:
		fputs("IPv4 addresses, separated by commas; default none", out);
		return;
	case OPTION_IP6S:
		fputs("IPv6 addresses, separated by commas; default none", out);
		return;
	case OPTION_RATE:
		fprintf(out, "a number and an interval in %s; default off", spec->unit);
		return;
	case OPTION_MAC:
		fputs("an Ethernet address; default 00:00:00:00:00:00: none", out);
		return;
	}
}

static void print_modes(const struct option_spec *spec, FILE *out)
{
	const char *separator = "";

	if (spec->needs == MODE_ANY) {
		fputs("all", out);
		return;
	}
	for (enum bond_mode mode = 0; mode < BOND_MODE_MAX; mode++) {
		if (!option_in_mode(spec, mode))
			continue;
		fprintf(out, "%s%s", separator, bond_mode_word(mode));
		separator = ", ";
	}
}

static void print_aliases(const struct option_spec *spec, bool scdoc, FILE *out)
{
	for (size_t i = 0; spec->aliases[i]; i++) {
		fputs(i ? ", " : "", out);
		print_text(spec->aliases[i], scdoc, out);
	}
}

void option_help_print(const struct option_spec *spec, FILE *out)
{
	fprintf(out, "%s %s\n    %s\n", spec->name, value_name(spec), spec->help);
	fputs("    takes: ", out);
	print_values(spec, false, out);
	fputs("\n    modes: ", out);
	print_modes(spec, out);
	if (spec->per_port)
		fprintf(out, "\n    of:    a port: 'ebond set PORT %s %s'", spec->name,
			value_name(spec));
	if (spec->aliases && spec->aliases[0]) {
		fputs("\n    also:  ", out);
		print_aliases(spec, false, out);
	}
	putc('\n', out);
}

void option_help_scdoc(FILE *out)
{
	const struct option_spec *spec;

	for (size_t i = 0; (spec = known_option(i)); i++) {
		putc('*', out);
		print_text(spec->name, true, out);
		fprintf(out, "* _%s_\n\t", value_name(spec));
		print_text(spec->help, true, out);
		fputs(".++\nTakes ", out);
		print_values(spec, true, out);
		fputs(".++\nModes: ", out);
		print_modes(spec, out);
		if (spec->per_port)
			fputs(".++\nAn option of a port, not of a bond", out);
		if (spec->aliases && spec->aliases[0]) {
			fputs(".++\nAlso spelt ", out);
			print_aliases(spec, true, out);
		}
		fputs(".\n\n", out);
	}
}
