/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the load that balance-tlb and balance-alb put on each port. */
#include "cli/answer_text.h"
#include "cli/client/links.h"
#include "cli/show/balance_text.h"

void balance_text_print(const json_t *links, const char *bond, FILE *out)
{
	const char *label = "shares";
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link) {
		json_t *own = json_object_get(link, "ebond");

		if (!link_is_port(link, bond) || !json_object_get(own, "buckets"))
			continue;
		fprintf(out, "    %-7s  %s sends %" JSON_INTEGER_FORMAT " bucket%s of flows, ",
			label, TEXT(link, "ifname"), json_number(own, "buckets"),
			json_number(own, "buckets") == 1 ? "" : "s");
		fprintf(out, "%" JSON_INTEGER_FORMAT " Mbit/s", json_number(own, "load_mbps"));
		if (json_object_get(own, "peers"))
			fprintf(out, ", receives from %" JSON_INTEGER_FORMAT " neighbour%s",
				json_number(own, "peers"),
				json_number(own, "peers") == 1 ? "" : "s");
		putc('\n', out);
		label = "";
	}
}
