/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the load that balance-tlb and balance-alb put on each port. */
#include "cli/answer_text.h"
#include "cli/client/links.h"
#include "cli/show/balance_text.h"

static json_int_t number(const json_t *link, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(link, "ebond"), key));
}

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
			label, TEXT(link, "ifname"), number(link, "buckets"),
			number(link, "buckets") == 1 ? "" : "s");
		fprintf(out, "%" JSON_INTEGER_FORMAT " Mbit/s", number(link, "load_mbps"));
		if (json_object_get(own, "peers"))
			fprintf(out, ", receives from %" JSON_INTEGER_FORMAT " neighbour%s",
				number(link, "peers"), number(link, "peers") == 1 ? "" : "s");
		putc('\n', out);
		label = "";
	}
}
