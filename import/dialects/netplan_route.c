/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One entry of routes: in netplan's format. See netplan.h. */
#include "import/dialects/netplan.h"

#include <errno.h>
#include <string.h>

#include "import/net.h"

/* The number under @key of @map; 0 when not set. */
static int number_of(struct import_model *model, const struct import_node *map, const char *key,
		     uint32_t *ret_number)
{
	const struct import_item *item = node_item(map, key);
	const char *text = item ? node_text(item->value) : NULL;

	*ret_number = 0;
	if (!item || (text && import_parse_number(text, UINT32_MAX, ret_number)))
		return 0;
	return plan_invalid(model, item);
}

/* The first key that ebond does not support; NULL: none. */
static const struct import_item *find_unsupported(const struct import_node *map)
{
	static const char *const known[] = {"to",   "via",   "from",  "metric", "on-link",
					    "type", "scope", "table", "mtu",	NULL};
	const struct import_item *item = node_items(map);

	while (item && is_one_of(item->key, known))
		item = item->next;
	return item;
}

int plan_route(struct import_model *model, struct import_link *link, const struct import_node *node)
{
	struct import_route route = {.place = node->place};
	const struct import_item *unsupported = find_unsupported(node);
	const char *type = node_get_text(node, "type");
	int err = number_of(model, node, "metric", &route.metric);

	err = err ?: number_of(model, node, "table", &route.table);
	err = err ?: number_of(model, node, "mtu", &route.mtu);
	if (err)
		return err;
	if (type && strcmp(type, "unicast") != 0 && !(route.type = import_route_type(type)))
		unsupported = node_item(node, "type");
	if (unsupported)
		return import_warn(model, unsupported->place,
				   "%.40s: not supported by ebond: route ignored",
				   unsupported->key);
	route.to = node_get_text(node, "to");
	route.via = node_get_text(node, "via");
	route.source = node_get_text(node, "from");
	route.scope = node_get_text(node, "scope");
	route.is_onlink = node_is_yes(node, "on-link", false);
	if (route.table == 254)
		route.table = 0;
	if (!route.to)
		return import_refuse(model, node->place, -EINVAL, "route without 'to:'");
	return import_add_route(model, link, &route);
}
