/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only all files together can say: see import_finish() in dialects.h. */
#include "modules.h"
#include "sheet.h"

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
	if (!master || !master->is_bond)
		return import_refuse(model, port->master_place, -ENODEV,
				     "%s is to be a port of %.40s, which no file makes a bond: "
				     "import that, too",
				     port->name, port->master);
	if (port->is_bond)
		return import_refuse(model, port->master_place, -EINVAL,
				     "%s is a bond itself: bonds do not nest", port->name);
	port->master = master->name;
	return 0;
}

int import_finish(struct import_model *model)
{
	int err = import_sheets_finish(model) ?: import_modules_finish(model);

	for (struct import_link *link = model->links; link && !err; link = link->next)
		if (link->master)
			err = join(model, link);
	return err;
}
