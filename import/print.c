/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a model as an ebond.conf: see print.h. */
#include "import/print.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/net.h"
#include "lib/cleanup.h"

DEFINE_CLEANUP(config, struct config *, config_free)

size_t import_address_command(const struct import_link *link, const struct import_address *address,
			      char *text, size_t size)
{
	bool is_ip6 = import_is_ip6(address->text);

	return (size_t)snprintf(text, size, "ip address add %s%s%s%s%s dev %s", address->text,
				is_ip6 ? "" : " broadcast ",
				is_ip6 ? "" : address->broadcast ?: "+",
				address->label ? " label " : "", address->label ?: "", link->name);
}

/* " WORD NUMBER"; "" for 0. */
static const char *numbered(char text[static 32], const char *word, uint32_t number)
{
	text[0] = '\0';
	if (number)
		snprintf(text, 32, " %s %u", word, number);
	return text;
}

size_t import_route_command(const struct import_link *link, const struct import_route *route,
			    char *text, size_t size)
{
	char metric[32], table[32], mtu[32];
	bool leads = !route->type; /* via an interface, without a router */

	return (size_t)snprintf(
		text, size, "ip %sroute add %s%s%s%s%s%s%s%s%s%s%s%s%s%s%s",
		route->is_ip6 ? "-6 " : "", route->type ?: "", route->type ? " " : "",
		route->to ?: "default", route->via ? " via " : "", route->via ?: "",
		leads ? " dev " : "", leads ? link->name : "",
		numbered(metric, "metric", route->metric), numbered(table, "table", route->table),
		route->scope ? " scope " : "", route->scope ?: "", route->source ? " src " : "",
		route->source ?: "", numbered(mtu, "mtu", route->mtu),
		route->is_onlink ? " onlink" : "");
}

/* @out is an open_memstream(): writing to it does no I/O. */
__attribute__((format(printf, 2, 3))) static void put(FILE *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
}

/* One comment line for everything that ebond.conf cannot express. */
static void print_beside(FILE *out, const struct import_link *link)
{
	char text[512];

	if (link->mac)
		put(out, "# ip link set %s address %s\n", link->name, link->mac);
	if (link->mtu)
		put(out, "# ip link set %s mtu %u\n", link->name, link->mtu);
	for (const struct import_address *a = link->addresses; a; a = a->next) {
		if (a->is_manual)
			continue;
		import_address_command(link, a, text, sizeof(text));
		put(out, "# %s\n", text);
	}
	if (link->is_up)
		put(out, "# ip link set %s up\n", link->name);
	for (const struct import_route *r = link->routes; r; r = r->next) {
		import_route_command(link, r, text, sizeof(text));
		put(out, "# %s\n", text);
	}
	if (link->active_port)
		put(out, "# ebond set %s active_slave %s\n", link->name, link->active_port);
}

/* Addresses that are not brought up with the bond. */
static void print_left(FILE *out, const struct import_model *model)
{
	for (const struct import_link *link = model->links; link; link = link->next) {
		if (link->is_bond && link->is_manual)
			put(out, "# not at boot: %s%s\n", link->has_ifup ? "ebond ifup " : "",
			    link->name);
		for (const struct import_address *a = link->addresses; a; a = a->next)
			if (a->is_manual && link->is_bond)
				put(out, "# not at boot: ebond ifup %s\n", a->label);
	}
}

char *import_print(const struct import_model *model, const struct config *config)
{
	_cleanup_(config) struct config *nothing = config_new();
	_cleanup_free_ char *bonds = nothing ? config_diff(config, nothing, false) : NULL;
	char *text = NULL;
	size_t length;
	FILE *out = bonds ? open_memstream(&text, &length) : NULL;
	bool failed;

	if (!out)
		return NULL;
	fputs(bonds, out);
	for (size_t i = 0; i < config->count; i++)
		print_beside(out, import_find(model, config->bonds[i].name));
	print_left(out, model);
	failed = ferror(out);
	if (fclose(out) == EOF || failed) {
		free(text);
		return NULL;
	}
	return text;
}
