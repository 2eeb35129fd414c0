/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers for dialects whose files are trees: see nested.h. */
#include "import/nested.h"

#include <errno.h>
#include <string.h>

#include "import/net.h"

int nested_new(struct import_model *model, const struct import_node *root,
	       int (*declare)(struct import_model *model, struct import_sheet *sheet),
	       int (*supplement)(struct import_model *model, struct import_sheet *sheet))
{
	struct import_sheet *sheet;
	int err = sheet_new(model, root->place.file, &sheet);

	if (err)
		return err;
	sheet->tree = root;
	sheet->declare = declare;
	sheet->supplement = supplement;
	return 0;
}

int nested_invalid(struct import_model *model, const struct import_item *item)
{
	return import_refuse(model, item->place, -EINVAL, "%.40s: invalid value",
			     *item->key ? item->key : "a list item");
}

int nested_number(struct import_model *model, const struct import_node *map, const char *key,
		  uint32_t *ret_number)
{
	const struct import_item *item = node_item(map, key);
	const char *text = item ? node_text(item->value) : NULL;

	*ret_number = 0;
	if (!item || (text && import_parse_number(text, UINT32_MAX, ret_number)))
		return 0;
	return nested_invalid(model, item);
}

int nested_warn_unknown(struct import_model *model, const struct import_node *map,
			const char *const *known)
{
	int err = 0;

	for (const struct import_item *i = node_items(map); i && !err; i = i->next)
		if (!is_one_of(i->key, known))
			err = import_warn(model, i->place,
					  "%.40s: not supported on a bond: ignored",
					  *i->key ? i->key : "unnamed key");
	return err;
}

int nested_ignore_route(struct import_model *model, const struct import_item *unsupported)
{
	return import_warn(model, unsupported->place,
			   "%.40s: not supported by ebond: route ignored", unsupported->key);
}

int nested_port(struct import_model *model, const char *name, const char *mac, const char *bond,
		struct import_place place, struct import_link **ret_link)
{
	const struct import_interface *own = import_interface_named(model, name);
	const struct import_interface *owner = mac ? import_interface_with(model, mac) : NULL;

	*ret_link = NULL;
	if (mac && own && !own->is_bond && own != owner)
		return import_warn(model, place,
				   "%.40s: the card of that name here has a different MAC address: "
				   "not added as a port",
				   name);
	return import_port(model, owner ? owner->name : name, bond, place, ret_link);
}
