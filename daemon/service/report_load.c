/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of load, where virtual clocks are in use. */
#include "daemon/service/report_load.h"

#include "lib/json.h"

/* Striping has no buckets. */
static bool has_buckets(const struct managed_bond *bond)
{
	return !mode_has(bond_get_options(bond->core)->mode, MODE_STRIPE);
}

void report_load_port(json_t *own, const struct managed_bond *bond, const struct load_view *view,
		      uint32_t port)
{
	for (size_t i = 0; view && i < view->snapshot.port_count; i++) {
		const struct load_port *load = &view->snapshot.ports[i];
		json_t *object;

		if (load->id != port)
			continue;
		object = json_pack("{s:I, s:I, s:b}", "bps", (json_int_t)load->load_bps,
				   "speed_bps", (json_int_t)load->speed_bps, "speed_assumed",
				   load->speed_assumed);
		if (has_buckets(bond))
			json_object_set_new(object, "buckets", json_integer(view->used[i]));
		json_object_set_new(own, "load", object);
	}
}

void report_load_bond(json_t *own, const struct managed_bond *bond, const struct load_view *view)
{
	char text[LOAD_UNEVEN_SIZE];
	uint32_t used = 0;
	json_t *object;

	if (!view || !has_buckets(bond))
		return;
	for (size_t i = 0; i < view->snapshot.port_count; i++)
		used += view->used[i];
	object = json_pack("{s:I, s:I, s:I}", "buckets", (json_int_t)used, "moves_paused",
			   (json_int_t)view->loads.moves_paused, "moves_busy",
			   (json_int_t)view->loads.moves_busy);
	if (*load_uneven_text(bond, view, text))
		json_object_set_new(object, "uneven", json_text(text));
	json_object_set_new(own, "placement", object);
}
