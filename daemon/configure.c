/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options from words; used by commands.c. */
#include "configure.h"

#include <errno.h>
#include <string.h>

#include "bonds.h"
#include "effects.h"
#include "refuse.h"

/* Options in one request. */
#define NAMED_MAX 128

static int choose_active(struct configuration *change, struct managed_bond *bond, const char *value,
			 struct refusal *why)
{
	const struct port *port;

	change->sets_active = true;
	change->active = 0;
	if (!value[0] || strcmp(value, "none") == 0)
		return 0;
	port = bond ? bond_port_named(bond, value) : NULL;
	if (!port)
		return refuse(
			why, -EINVAL,
			"active_slave: %.40s is no port of %s: attach it first, or use primary",
			value, bond ? bond->name : "a bond without ports");
	change->active = port->ifindex;
	return 0;
}

/* @bond is NULL for a bond yet to be made. */
static int parse(struct configuration *change, struct managed_bond *bond, const char *const *words,
		 size_t count, struct refusal *why)
{
	const char *named[NAMED_MAX];
	size_t named_count = 0;

	if (count % 2)
		return refuse(why, -EINVAL, "%.40s: has no value: options come as OPTION VALUE",
			      words[count - 1]);
	for (size_t i = 0; i < count && named_count < NAMED_MAX; i += 2) {
		int err = strcmp(words[i], "active_slave") == 0
				  ? choose_active(change, bond, words[i + 1], why)
				  : bond_options_set(&change->options, words[i], words[i + 1],
						     bond && bond->port_count, why);

		if (err)
			return err;
		if (strcmp(words[i], "active_slave") != 0)
			named[named_count++] = words[i];
	}
	return bond_options_settle(&change->options, named, named_count, change->note,
				   sizeof(change->note), why);
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

static int refuse_active(const struct managed_bond *bond, uint32_t active, int err,
			 struct refusal *why)
{
	const struct port *port = bond_port_indexed((struct managed_bond *)bond, active);
	const char *name = port ? port->name : "none";

	if (err == -EACCES)
		return refuse(why, err,
			      "active_slave: mode %s has no active port: it is an option of "
			      "active-backup",
			      bond_mode_word(bond_get_options(bond->core)->mode));
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
