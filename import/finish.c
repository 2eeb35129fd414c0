/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be decided only when all files have been read: see import_finish() in dialects.h. */
#include "import/dialects/modules.h"
#include "import/sheet.h"

#include <errno.h>
#include <string.h>

#define STEPS_MAX 16 /* longest chain of masters that is followed */

/* The link that a port refers to as @name: by name, else by id, else by uuid. */
static struct import_link *master_named(const struct import_model *model, const char *name)
{
	struct import_link *link = import_find(model, name);

	for (struct import_link *at = model->links; at && !link; at = at->next)
		if (at->id && strcmp(at->id, name) == 0)
			link = at;
	for (struct import_link *at = model->links; at && !link; at = at->next)
		if (at->uuid && strcmp(at->uuid, name) == 0)
			link = at;
	return link;
}

static int join(struct import_model *model, struct import_link *port)
{
	const struct import_link *master = master_named(model, port->master), *at = master;

	for (int steps = 0; at && steps < STEPS_MAX; steps++)
		at = at != port && at->master ? master_named(model, at->master) : at;
	if (at == port)
		return import_refuse(model, port->master_place, -EINVAL,
				     "%s: master %.40s forms a loop", port->name, port->master);
	if (port->is_bond && master && master->is_bond)
		return import_refuse(model, port->master_place, -EINVAL,
				     "%s is itself a bond: bonds cannot be nested", port->name);
	if (port->is_bond || (master && master->is_other)) {
		const char *other = port->master;

		port->master = NULL;
		return import_warn(model, port->master_place,
				   "%s: master %.40s is not a bond: ignored", port->name, other);
	}
	if (!master || !master->is_bond)
		return import_refuse(model, port->master_place, -ENODEV,
				     "%s: no file defines its master %.40s as a bond: "
				     "import that file, too",
				     port->name, port->master);
	port->master = master->name;
	return 0;
}

/* Settings that only a bond can have, found on another interface. */
static int warn_misplaced(struct import_model *model, const struct import_link *link)
{
	const char *what = link->master ? "a port" : "not a bond";
	int err = 0;

	for (const struct import_address *a = link->addresses; a && !err; a = a->next)
		err = import_warn(model, a->place, "%s: %s is %s: ignored", a->text, link->name,
				  what);
	for (const struct import_route *r = link->routes; r && !err; r = r->next)
		err = import_warn(model, r->place, "route via %s, which is %s: ignored", link->name,
				  what);
	if (!err && link->mtu)
		err = import_warn(model, link->mtu_place, "mtu %u: %s is %s: ignored", link->mtu,
				  link->name, what);
	if (!err && link->mac)
		err = import_warn(model, link->mac_place, "address %s: %s is %s: ignored",
				  link->mac, link->name, what);
	if (!err && link->active_port)
		err = import_warn(model, link->active_port_place,
				  "active_slave %s: %s is %s: "
				  "ignored",
				  link->active_port, link->name, what);
	return err;
}

/* Warns of links that are neither a bond nor a port, and of what a port cannot have. */
static int warn_ignored(struct import_model *model, const struct import_link *link)
{
	int err = 0;

	if (link->is_bond)
		return 0;
	if (!link->master && !link->is_other)
		err = import_warn(model, link->place, "%s is neither a bond nor a port: left alone",
				  link->name);
	for (const struct import_setting *s = link->settings; s && !link->master && !err;
	     s = s->next)
		err = import_warn(model, s->place, "%s: %s is not a port of a bond: ignored",
				  s->name, link->name);
	return err ?: warn_misplaced(model, link);
}

int import_finish(struct import_model *model)
{
	int err = import_sheets_finish(model) ?: import_modules_finish(model);

	for (struct import_link *link = model->links; link && !err; link = link->next)
		if (link->master)
			err = join(model, link);
	for (struct import_link *link = model->links; link && !err; link = link->next)
		err = warn_ignored(model, link);
	return err;
}
