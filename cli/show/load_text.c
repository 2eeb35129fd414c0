/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints what placement by load and striping know of each port: see load_text.h. */
#include "cli/show/load_text.h"

#include "cli/answer_text.h"
#include "cli/client/links.h"

/* "941.2 of 1000 Mbit/s" */
static void print_load(const json_t *load, FILE *out)
{
	fprintf(out, "%.1f of %" JSON_INTEGER_FORMAT " Mbit/s",
		(double)json_number(load, "bps") / 1e6, json_number(load, "speed_bps") / 1000000);
	if (json_is_true(json_object_get(load, "speed_assumed")))
		fputs(" (assumed: its speed is unknown, see speed_mbps)", out);
}

static void print_ports(const json_t *links, const char *bond, FILE *out)
{
	const char *label = "loads";
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link) {
		json_t *load = json_object_get(json_object_get(link, "ebond"), "load");

		if (!load || !link_is_port(link, bond))
			continue;
		fprintf(out, "    %-7s  %s sends ", label, TEXT(link, "ifname"));
		print_load(load, out);
		if (json_object_get(load, "buckets"))
			fprintf(out, ", %" JSON_INTEGER_FORMAT " bucket%s of flows",
				json_number(load, "buckets"),
				json_number(load, "buckets") == 1 ? "" : "s");
		putc('\n', out);
		label = "";
	}
}

void load_text_print(const json_t *links, const json_t *bond, FILE *out)
{
	const json_t *placement = json_object_get(json_object_get(bond, "ebond"), "placement");
	char text[256];

	print_ports(links, json_string_value(json_object_get(bond, "ifname")), out);
	if (!placement)
		return;
	fprintf(out,
		"    moves    %" JSON_INTEGER_FORMAT
		" of flows that had paused, %" JSON_INTEGER_FORMAT " of busy ones\n",
		json_number(placement, "moves_paused"), json_number(placement, "moves_busy"));
	if (json_is_string(json_object_get(placement, "uneven")))
		fprintf(out, "    uneven   %s\n",
			printable(text, sizeof(text), json_object_get(placement, "uneven")));
}
