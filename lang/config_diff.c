/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that turn the running bonds into the desired ones: see config.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/config.h"
#include "lang/options_private.h"
#include "lang/words.h"

/* A growing text; stays NULL once an allocation has failed. */
struct script {
	char *text;
	size_t size, used;
	bool failed;
	bool line_open;
};

static void append(struct script *script, const char *text)
{
	size_t length = strlen(text);

	if (script->used + length + 1 > script->size && !script->failed) {
		size_t size = (script->used + length + 1) * 2;
		char *longer = realloc(script->text, size);

		script->failed = !longer;
		if (longer) {
			script->text = longer;
			script->size = size;
		}
	}
	if (script->failed)
		return;
	memcpy(script->text + script->used, text, length + 1);
	script->used += length;
}

/* Appends a word to the current line. */
static void word(struct script *script, const char *text)
{
	char quoted[2 * OPTION_TEXT_MAX + 4];

	words_quote(text, quoted, sizeof(quoted));
	if (script->line_open)
		append(script, " ");
	append(script, quoted);
	script->line_open = true;
}

static void end_line(struct script *script)
{
	if (script->line_open)
		append(script, "\n");
	script->line_open = false;
}

static void value(struct script *script, const struct option_spec *spec, const char *text)
{
	word(script, spec->name);
	if (!text[0])
		text = spec->type == OPTION_PORT ? "none" : "default";
	word(script, text);
}

/*
 * "@head... OPTION VALUE ..." for the options that differ from @running or from @implied, the
 * values they would have if not set. Appends nothing when none differ.
 */
static void options(struct script *script, const char *const *head, bool per_port,
		    enum bond_mode mode, const void *desired, const void *running,
		    const void *implied)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);
	char wanted[OPTION_TEXT_MAX];

	for (size_t i = 0; i < count; i++) {
		if (specs[i].per_port != per_port || !option_in_mode(&specs[i], mode) ||
		    (option_equal(&specs[i], desired, running) &&
		     option_equal(&specs[i], desired, implied)))
			continue;
		option_print(&specs[i], desired, wanted, sizeof(wanted));
		for (; *head; head++)
			word(script, *head);
		value(script, &specs[i], wanted);
	}
	end_line(script);
}

/* Whether @desired has the port in a bond other than @bond, or in none. */
static bool must_leave(const struct config *desired, const struct config_bond *bond,
		       const struct config_port *port, bool prune)
{
	const struct config_bond *same = config_find_bond(desired, bond->name);

	if (same)
		return !config_bond_port(same, port->name);
	/* deleting a bond also frees its ports, but too late for another bond to attach them */
	return prune && config_find_port(desired, port->name, NULL);
}

static void detach(struct script *script, const struct config *desired,
		   const struct config_bond *bond, bool prune)
{
	for (size_t i = 0; i < bond->port_count; i++) {
		if (!must_leave(desired, bond, &bond->ports[i], prune))
			continue;
		if (!script->line_open) {
			word(script, "detach");
			word(script, bond->name);
		}
		word(script, bond->ports[i].name);
	}
	end_line(script);
}

/* @options after setting only @mode, which sets other options too. */
static struct bond_options with_mode(const struct bond_options *options, enum bond_mode mode)
{
	static const char *const named[] = {"mode"};
	struct bond_options with = *options;

	with.mode = mode;
	bond_options_imply(&with, named, 1);
	return with;
}

static void add_or_set(struct script *script, const struct config_bond *desired,
		       const struct config_bond *running)
{
	const char *set[] = {"set", desired->name, NULL, NULL};
	const char *none[] = {NULL};
	struct bond_options usual, implied;

	if (!running) {
		bond_options_init(&usual);
		implied = with_mode(&usual, desired->options.mode);
		word(script, "add");
		word(script, desired->name);
		options(script, none, false, desired->options.mode, &desired->options, &usual,
			&implied);
		return;
	}
	if (running->port_count && running->options.mode != desired->options.mode)
		set[2] = "--replace";
	implied = running->options;
	if (running->options.mode != desired->options.mode)
		implied = with_mode(&running->options, desired->options.mode);
	options(script, set, false, desired->options.mode, &desired->options, &running->options,
		&implied);
}

static void attach(struct script *script, const struct config_bond *desired,
		   const struct config_bond *running)
{
	for (size_t i = 0; i < desired->port_count; i++) {
		if (running && config_bond_port(running, desired->ports[i].name))
			continue;
		if (!script->line_open) {
			word(script, "attach");
			word(script, desired->name);
		}
		word(script, desired->ports[i].name);
	}
	end_line(script);
}

static void set_ports(struct script *script, const struct config_bond *desired,
		      const struct config_bond *running)
{
	for (size_t i = 0; i < desired->port_count; i++) {
		const struct config_port *wanted = &desired->ports[i], *port = NULL;
		const char *head[] = {"set", wanted->name, NULL};
		struct bond_port_options now;

		bond_port_options_init(&now);
		if (running)
			port = config_bond_port(running, wanted->name);
		if (port)
			now = port->options;
		bond_port_options_fit_mode(&now, desired->options.mode);
		options(script, head, true, desired->options.mode, &wanted->options, &now, &now);
	}
}

char *config_diff(const struct config *desired, const struct config *running, bool prune)
{
	struct script script = {};

	append(&script, "");
	for (size_t i = 0; i < running->count; i++)
		detach(&script, desired, &running->bonds[i], prune);
	for (size_t i = 0; i < desired->count; i++) {
		const struct config_bond *bond = &desired->bonds[i];
		const struct config_bond *now = config_find_bond(running, bond->name);

		add_or_set(&script, bond, now);
		attach(&script, bond, now);
		set_ports(&script, bond, now);
	}
	for (size_t i = 0; prune && i < running->count; i++) {
		if (config_find_bond(desired, running->bonds[i].name))
			continue;
		word(&script, "del");
		word(&script, running->bonds[i].name);
		end_line(&script);
	}
	if (!script.failed)
		return script.text;
	free(script.text);
	return NULL;
}
