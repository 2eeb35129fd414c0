/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options from words; used by commands.c. */
#include "configure.h"

#include <errno.h>
#include <string.h>

#include "bonds.h"
#include "effects.h"
#include "core/refuse.h"

/* Options in one request. */
#define NAMED_MAX 128

/* The port that active_slave names, once it is known what the mode will be. */
static int choose_active(struct configuration *change, struct managed_bond *bond, const char *name,
			 struct refusal *why)
{
	const struct port *port;
	int err = bond_options_check_mode("active_slave", change->options.mode, why);

	if (err)
		return err;
	if (!name[0] || strcmp(name, "none") == 0)
		return 0;
	port = bond ? bond_port_named(bond, name) : NULL;
	if (!port)
		return refuse(
			why, -EINVAL,
			"active_slave: %.40s is no port of %s: attach it first, or use primary",
			name, bond ? bond->name : "a bond without ports");
	change->active = port->ifindex;
	return 0;
}

/* @bond is NULL for a bond yet to be made. */
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
				       bond && bond->port_count, why);
	}
	err = err
		      ?: bond_options_settle(&change->options, named, named_count, change->note,
					     sizeof(change->note), why);
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

int configure_change(struct configuration *ret_change, struct managed_bond *bond,
		     const char *const *words, size_t count, struct refusal *why)
{
	*ret_change = (struct configuration){.options = *bond_get_options(bond->core)};
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

int configure_apply(struct ebondd *daemon, struct managed_bond *bond,
		    const struct configuration *change, struct refusal *why)
{
	struct bond_options old = *bond_get_options(bond->core);
	struct refusal ignored;
	int err = bonds_change_options(daemon, bond, &change->options, why);

	if (err || !change->sets_active)
		return err;
	err = bond_in_active(bond->core, change->active, loop_now_ms());
	if (err) {
		refuse_active(bond, change->active, err, why);
		bonds_change_options(daemon, bond, &old, &ignored);
		return err;
	}
	effects_run(daemon, bond, loop_now_ms());
	return 0;
}
