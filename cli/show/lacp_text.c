/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the LACP partner of each port of an 802.3ad bond: which switch and
 * which port of it. A cable in the wrong switch shows here first.
 */
#include "cli/answer_text.h"
#include "cli/client/links.h"
#include "cli/show/lacp_text.h"

static const json_t *member_data(const json_t *link)
{
	return json_object_get(json_object_get(link, "linkinfo"), "info_slave_data");
}

static void print_port(const json_t *link, const json_t *lacp, FILE *out)
{
	const json_t *partner = json_object_get(lacp, "partner");

	fprintf(out, "%s aggregator %" JSON_INTEGER_FORMAT ", ", TEXT(link, "ifname"),
		json_number(member_data(link), "ad_aggregator_id"));
	if (!json_is_true(json_object_get(lacp, "has_partner"))) {
		fputs("no LACP partner\n", out);
		return;
	}
	fprintf(out, "partner %s key %" JSON_INTEGER_FORMAT " port %" JSON_INTEGER_FORMAT "\n",
		TEXT(partner, "system"), json_number(partner, "key"), json_number(partner, "port"));
}

void lacp_text_print(const json_t *links, const char *bond, FILE *out)
{
	const char *label = "lacp";
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link) {
		const json_t *lacp = json_object_get(json_object_get(link, "ebond"), "lacp");

		if (!lacp || !link_is_port(link, bond))
			continue;
		fprintf(out, "    %-7s  ", label);
		print_port(link, lacp, out);
		label = "";
	}
}
