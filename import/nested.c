/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers for dialects that nest: see nested.h. */
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

int nested_wrong(struct import_model *model, const struct import_item *item)
{
	return import_refuse(model, item->place, -EINVAL, "%.40s: no value that it can have",
			     *item->key ? item->key : "an item of the list");
}

int nested_number(struct import_model *model, const struct import_node *map, const char *key,
		  uint32_t *ret_number)
{
	const struct import_item *item = node_item(map, key);
	const char *text = item ? node_text(item->value) : NULL;

	*ret_number = 0;
	if (!item || (text && import_parse_number(text, UINT32_MAX, ret_number)))
		return 0;
	return nested_wrong(model, item);
}

int nested_warn_unknown(struct import_model *model, const struct import_node *map,
			const char *const *known)
{
	int err = 0;

	for (const struct import_item *i = node_items(map); i && !err; i = i->next)
		if (!is_one_of(i->key, known))
			err = import_warn(model, i->place, "%.40s: not for a bond here: ignored",
					  *i->key ? i->key : "a key");
	return err;
}

int nested_leave_route(struct import_model *model, const struct import_item *odd)
{
	return import_warn(model, odd->place,
			   "%.40s: ebond has no such thing: the route is ignored", odd->key);
}

int nested_port(struct import_model *model, const char *name, const char *mac, const char *bond,
		struct import_place place, struct import_link **ret_link)
{
	const struct import_interface *own = import_interface_named(model, name);
	const struct import_interface *owner = mac ? import_interface_with(model, mac) : NULL;

	*ret_link = NULL;
	if (mac && own && !own->is_bond && own != owner)
		return import_warn(model, place,
				   "%.40s: the card here has another hardware address: it does not "
				   "become a port",
				   name);
	return import_port(model, owner ? owner->name : name, bond, place, ret_link);
}
