/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only all files together can say: see import_finish() in dialects.h. */
#include "import/dialects/modules.h"
#include "import/sheet.h"

#include <errno.h>
#include <string.h>

#define STEPS_MAX 16 /* from master to master */

/* The link that a port calls @name: by its name first, then by id, then by uuid. */
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
				     "%s has %.40s as its master: that leads in a circle",
				     port->name, port->master);
	if (port->is_bond && master && master->is_bond)
		return import_refuse(model, port->master_place, -EINVAL,
				     "%s is a bond itself: bonds do not nest", port->name);
	if (port->is_bond || (master && master->is_other)) {
		const char *other = port->master;

		port->master = NULL;
		return import_warn(model, port->master_place,
				   "%s goes into %.40s, which is no bond: ignored", port->name,
				   other);
	}
	if (!master || !master->is_bond)
		return import_refuse(model, port->master_place, -ENODEV,
				     "%s is to be a port of %.40s, which no file makes a bond: "
				     "import that, too",
				     port->name, port->master);
	port->master = master->name;
	return 0;
}

/* What is said of an interface and has no place but on a bond. */
static int tell_misplaced(struct import_model *model, const struct import_link *link)
{
	const char *what = link->master ? "a port" : "no bond";
	int err = 0;

	for (const struct import_address *a = link->addresses; a && !err; a = a->next)
		err = import_warn(model, a->place, "%s: %s is %s: ignored", a->text, link->name,
				  what);
	for (const struct import_route *r = link->routes; r && !err; r = r->next)
		err = import_warn(model, r->place, "the route by %s: that is %s: ignored",
				  link->name, what);
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

/* Links that are neither a bond nor a port, and what ports cannot have. */
static int tell_left_out(struct import_model *model, const struct import_link *link)
{
	int err = 0;

	if (link->is_bond)
		return 0;
	if (!link->master && !link->is_other)
		err = import_warn(model, link->place,
				  "%s: is neither a bond nor a port of one: left alone",
				  link->name);
	for (const struct import_setting *s = link->settings; s && !link->master && !err;
	     s = s->next)
		err = import_warn(model, s->place, "%s: %s is no port of a bond: ignored", s->name,
				  link->name);
	return err ?: tell_misplaced(model, link);
}

int import_finish(struct import_model *model)
{
	int err = import_sheets_finish(model) ?: import_modules_finish(model);

	for (struct import_link *link = model->links; link && !err; link = link->next)
		if (link->master)
			err = join(model, link);
	for (struct import_link *link = model->links; link && !err; link = link->next)
		err = tell_left_out(model, link);
	return err;
}
