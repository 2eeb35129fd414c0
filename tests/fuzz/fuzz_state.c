/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the reader of the state file. Whatever the file is, what was read is sound; written
 * and read again, it is the same, and nothing is dropped any more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/service/saved.h"
#include "lang/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void die(const char *what, const char *detail)
{
	fprintf(stderr, "%s: %s\n", what, detail);
	abort();
}

static void ignore(const char *line, void *data)
{
	(void)data;
	if (strchr(line, '\n'))
		die("a remark of more than one line", line);
}

static void refuse_remark(const char *line, void *data)
{
	(void)data;
	die("what we wrote ourselves is not valid", line);
}

static void check_name(const char *name)
{
	if (name[0] && !name_is_valid(name))
		die("no interface's name", name);
}

static void check_bond(const struct saved_bond *bond)
{
	check_name(bond->name);
	check_name(bond->hidden_name);
	for (size_t i = 0; i < bond->port_count; i++) {
		const struct saved_port *port = &bond->ports[i];

		check_name(port->name);
		if (!port->name[0] && !port->ifindex)
			die("a port that nobody can find", bond->name);
		for (size_t j = 0; j < i; j++)
			if (port->ifindex && port->ifindex == bond->ports[j].ifindex)
				die("a port is there twice", port->name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root = json_loadb((const char *)data, size, 0, NULL), *written, *again;
	struct notes notes = {.each = ignore}, none = {.each = refuse_remark};
	struct saved_state state, other;

	if (!root || saved_from_json(root, &state, &notes) < 0) {
		json_decref(root);
		return 0;
	}
	for (size_t i = 0; i < state.bond_count; i++)
		check_bond(&state.bonds[i]);
	written = saved_to_json(&state);
	if (!written || saved_from_json(written, &other, &none) < 0)
		abort();
	again = saved_to_json(&other);
	if (!json_equal(written, again))
		die("not the same when read again", json_dumps(written, JSON_INDENT(1)));
	saved_release(&state);
	saved_release(&other);
	json_decref(root);
	json_decref(written);
	json_decref(again);
	return 0;
}
