/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting options from words. */
#include "daemon/service/configure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/bonds.h"
#include "lang/refuse.h"
#include "lib/cleanup.h"

/* Maximum number of options in a request. */
#define NAMED_MAX 128

DEFINE_CLEANUP(bond, struct bond *, bond_free)

/* Longer than any name, so that a truncated one does not match a port. */
#define NAME_SIZE (BOND_NAME_MAX + 1)

/* Leading and trailing blanks are ignored, as with options. */
static void trim_name(const char *text, char name[static NAME_SIZE])
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	snprintf(name, NAME_SIZE, "%.*s", (int)length, text);
}

/* Looks up the port for active_slave, once the new mode is known. */
static int choose_active(struct configuration *change, struct managed_bond *bond, const char *text,
			 struct refusal *why)
{
	const struct port *port;
	char name[NAME_SIZE];
	int err = bond_options_check_mode("active_slave", change->options.mode, why);

	if (err)
		return err;
	trim_name(text, name);
	if (!name[0] || strcmp(name, "none") == 0)
		return 0;
	port = bond ? bond_port_named(bond, name) : NULL;
	if (!port)
		return refuse(
			why, -EINVAL,
			"active_slave: %.40s is not a port of %s: attach it first, or use primary",
			name, bond ? bond->name : "a bond without ports");
	change->active = port->ifindex;
	return 0;
}

/* @bond is NULL for a new bond. */
static int parse(struct configuration *change, struct managed_bond *bond, const char *const *words,
		 size_t count, struct refusal *why)
{
	const char *named[NAMED_MAX] = {}, *active = NULL;
	size_t named_count = 0;
	int err = 0;

	if (count % 2)
		return refuse(why, -EINVAL, "%.40s: has no value: options come as OPTION VALUE",
			      words[count - 1]);
	for (size_t i = 0; i < count && named_count < NAMED_MAX && !err; i += 2) {
		if (strcmp(words[i], "active_slave") == 0) {
			active = words[i + 1];
			continue;
		}
		named[named_count++] = words[i];
		err = bond_options_set(&change->options, words[i], words[i + 1],
				       bond && bond->port_count && !change->replaces, why);
	}
	if (change->replaces)
		bond_options_fit_mode(&change->options);
	err = err
		      ?: bond_options_settle(&change->options, named, named_count, change->note,
					     sizeof(change->note), why);
	if (!err && bond && bond->is_up && !change->replaces)
		err = bond_options_check_down(bond_get_options(bond->core), &change->options, why);
	if (err || !active)
		return err;
	change->sets_active = true;
	return choose_active(change, bond, active, why);
}

int configure_new(struct configuration *ret_change, const char *const *words, size_t count,
		  struct refusal *why)
{
	*ret_change = (struct configuration){};
	bond_options_init(&ret_change->options);
	return parse(ret_change, NULL, words, count, why);
}

int configure_change(struct configuration *ret_change, struct managed_bond *bond, bool replace,
		     const char *const *words, size_t count, struct refusal *why)
{
	*ret_change = (struct configuration){
		.options = *bond_get_options(bond->core),
		.replaces = replace,
	};
	return parse(ret_change, bond, words, count, why);
}

static int refuse_active(struct managed_bond *bond, uint32_t active, int err, struct refusal *why)
{
	const struct port *port = bond_port_indexed(bond, active);
	const char *name = port ? port->name : "none";

	if (err == -ENETDOWN)
		return refuse(why, err,
			      "active_slave: the link of %s is not up: see 'ebond show %s'", name,
			      bond->name);
	return refuse(why, err, "active_slave: %s: %s", name, strerror(-err));
}

/* Appends the changes of a port's options. */
static void describe_port(const struct bond *before, const struct bond_port_view *port,
			  enum bond_mode mode, FILE *out)
{
	char changes[OPTION_TEXT_MAX];
	struct bond_port_view old;

	if (!bond_port_by_id(before, port->id, &old))
		return;
	bond_port_options_changes(&old.options, &port->options, mode, changes, sizeof(changes));
	if (changes[0])
		fprintf(out, "; port %s: %s", port->name, changes);
}

/* The line of configure_apply(); NULL: no memory. */
static char *describe(const char *name, const struct bond *before, const struct bond *after)
{
	const struct bond_options *options = bond_get_options(after);
	char *text = NULL, changes[4 * OPTION_TEXT_MAX];
	size_t size = 0;
	FILE *out;

	bond_options_changes(bond_get_options(before), options, changes, sizeof(changes));
	if (!changes[0])
		return strdup("");
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fprintf(out, "%s: %s", name, changes);
	for (size_t i = 0; i < bond_port_count(after); i++) {
		struct bond_port_view port = bond_port_at(after, i);

		describe_port(before, &port, options->mode, out);
	}
	for (size_t i = 0; i < bond_port_count(after); i++)
		if (bond_port_at(after, i).id == bond_get_active(after))
			fprintf(out, "; active port %s", bond_port_at(after, i).name);
	fputc('\n', out);
	return fclose(out) == 0 ? text : NULL;
}

int configure_apply(struct ebondd *daemon, struct managed_bond *bond,
		    const struct configuration *change, char **ret_done, struct refusal *why)
{
	_cleanup_(bond) struct bond *future = bond_clone(bond->core);
	_cleanup_(bond) struct bond *before = ret_done ? bond_clone(bond->core) : NULL;
	int err = 0;

	if (!future || (ret_done && !before))
		return refuse(why, -ENOMEM, "%s: no memory for a change", bond->name);
	err = bond_in_options(future, &change->options, loop_now_ms());
	if (err)
		return refuse(why, err, "%s: no memory for 802.3ad", bond->name);
	if (change->sets_active)
		err = bond_in_active(future, change->active, loop_now_ms());
	if (err)
		return refuse_active(bond, change->active, err, why);
	err = bonds_become(daemon, bond, future, why);
	if (err)
		return err;
	future = NULL; /* now owned by the bond */
	if (ret_done)
		*ret_done = describe(bond->name, before, bond->core);
	return 0;
}
