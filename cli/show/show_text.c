/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints bonds and their ports as text: see show_text.h. */
#include "cli/show/show_text.h"

#include <stdbool.h>
#include <string.h>

#include "bpf/shared.h" /* for EBOND_COUNTERS: the names of the counters */
#include "cli/answer_text.h"
#include "cli/client/links.h"
#include "cli/show/balance_text.h"
#include "cli/show/lacp_text.h"
#include "cli/show/load_text.h"
#include "cli/show/port_table.h"
#include "lang/options.h"

static const json_t *info_data(const json_t *bond)
{
	return json_object_get(json_object_get(bond, "linkinfo"), "info_data");
}

static bool is_bond(const json_t *link)
{
	return info_data(link) != NULL;
}

static bool port_is_up(const json_t *port)
{
	const json_t *data = json_object_get(json_object_get(port, "linkinfo"), "info_slave_data");
	const char *status = json_string_value(json_object_get(data, "mii_status"));

	return status && !strcmp(status, "UP");
}

/* The state of the bond, the word to look for first. */
static const char *state_word(const json_t *bond, size_t ports, size_t ports_up)
{
	const json_t *ebond = json_object_get(bond, "ebond");

	if (!json_is_true(json_object_get(bond, "up")))
		return "OFF";
	if (!json_is_true(json_object_get(ebond, "carrier")))
		return ports ? "NO LINK" : "NO PORTS";
	return ports_up < ports ? "DEGRADED" : "up";
}

static void print_headline(const json_t *links, const json_t *bond, FILE *out)
{
	const json_t *data = info_data(bond);
	const char *name = json_string_value(json_object_get(bond, "ifname"));
	const char *mode = json_string_value(json_object_get(data, "mode"));
	size_t ports = 0, ports_up = 0, i;
	const json_t *link;

	json_array_foreach(links, i, link) {
		if (!link_is_port(link, name))
			continue;
		ports++;
		ports_up += port_is_up(link);
	}
	fprintf(out, "%s: %s, %s", TEXT(bond, "ifname"), state_word(bond, ports, ports_up),
		TEXT(data, "mode"));
	if (json_object_get(data, "active_slave"))
		fprintf(out, ", active port %s", TEXT(data, "active_slave"));
	else if (mode_has(mode_find(mode), MODE_ACTIVE_PORT))
		fputs(", no active port", out);
	fprintf(out, ", %zu of %zu ports up\n", ports_up, ports);
	if (!json_is_true(json_object_get(bond, "up")))
		fprintf(out, "    administratively down: 'ip link set %s up' brings it up\n",
			TEXT(bond, "ifname"));
}

/* Whether @value is the default in the option's table row. */
static bool is_default(const struct option_spec *spec, const json_t *value)
{
	const char *text = json_string_value(value);

	/* iproute2 shows arp_validate none as null; lists are present only when not empty */
	if (json_is_null(value))
		return true;
	if (spec->type == OPTION_RATE && text)
		return !strcmp(text, "off");
	if (spec->type == OPTION_PORT && spec->words && text)
		return !strcmp(text, spec->words[0]);
	if (spec->type == OPTION_MAC && text)
		return !strcmp(text, "00:00:00:00:00:00");
	if (spec->type == OPTION_WORD && text)
		return !strcmp(text, spec->words[spec->initial]);
	if (json_is_integer(value))
		return json_integer_value(value) == spec->initial;
	return json_is_boolean(value) && json_is_true(value) == (spec->initial != 0);
}

static void print_value(const json_t *value, FILE *out)
{
	char text[64];
	const json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
		fprintf(out, "%s%s", i ? "," : "", printable(text, sizeof(text), item));
	if (json_is_array(value))
		return;
	if (json_is_string(value))
		fputs(printable(text, sizeof(text), value), out);
	else if (json_is_integer(value))
		fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		fputs(json_is_true(value) ? "1" : "0", out);
}

/* Prints those of @options that differ from their defaults. Returns the next separator. */
static const char *print_changed(const json_t *options, const char *separator, FILE *out)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)options, key, value) {
		const struct option_spec *spec = option_find(key);

		/* Not shown here: the mode and the active port, which are in the headline. */
		if (!spec || !strcmp(spec->name, "mode") || is_default(spec, value))
			continue;
		fprintf(out, "%s%s ", separator, spec->name);
		print_value(value, out);
		separator = ", ";
	}
	return separator;
}

/* Prints the bond's options in the form in which they are set. */
static void print_options(const json_t *bond, FILE *out)
{
	const json_t *own = json_object_get(bond, "ebond");
	const char *separator = print_changed(info_data(bond), "    options  ", out);

	separator = print_changed(json_object_get(own, "options"), separator, out);
	if (json_object_get(own, "primary") && !json_object_get(info_data(bond), "primary")) {
		fprintf(out, "%sprimary %s (not attached)", separator, TEXT(own, "primary"));
		separator = ", ";
	}
	if (separator[0] == ',')
		putc('\n', out);
}

static void print_facts(const json_t *bond, FILE *out)
{
	const json_t *ebond = json_object_get(bond, "ebond");

	fprintf(out, "    address  %s, mtu %" JSON_INTEGER_FORMAT "\n", TEXT(bond, "address"),
		json_integer_value(json_object_get(bond, "mtu")));
	fprintf(out,
		"    packets  received %" JSON_INTEGER_FORMAT ", sent %" JSON_INTEGER_FORMAT "\n",
		json_integer_value(json_object_get(ebond, "rx_packets")),
		json_integer_value(json_object_get(ebond, "tx_packets")));
}

/* What the packet path counts under @word. */
static const char *counter_meaning(const char *word)
{
#define X(suffix, name, meaning)                                                                   \
	if (!strcmp(word, name))                                                                   \
		return meaning;
	EBOND_COUNTERS(X)
#undef X
	return "unknown to this version of ebond";
}

static void print_counters(const json_t *bond, FILE *out)
{
	json_t *counters = json_object_get(json_object_get(bond, "ebond"), "counters");
	const char *label = "counted", *key;
	json_t *value;

	json_object_foreach(counters, key, value) {
		if (!json_is_integer(value) || json_integer_value(value) == 0)
			continue;
		fprintf(out, "    %-7s  %" JSON_INTEGER_FORMAT " %s: %s\n", label,
			json_integer_value(value), key, counter_meaning(key));
		label = "";
	}
}

/*
 * Other programs' filters at the ports: "filtered", they see what the ports receive before the bond
 * does; "bypassed", they do not see it.
 */
static void print_filters(const json_t *links, const char *name, const char *key, FILE *out)
{
	const char *label = key;
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link) {
		const json_t *ebond = json_object_get(link, "ebond");

		if (!link_is_port(link, name) || !json_is_string(json_object_get(ebond, key)))
			continue;
		fprintf(out, "    %-8s %s: ", label, TEXT(link, "ifname"));
		fprintf(out, "%s\n", TEXT(ebond, key));
		label = "";
	}
}

static void print_bond(const json_t *links, const json_t *bond, FILE *out)
{
	const char *name = json_string_value(json_object_get(bond, "ifname"));

	print_headline(links, bond, out);
	print_options(bond, out);
	print_facts(bond, out);
	print_counters(bond, out);
	print_filters(links, name, "filtered", out);
	print_filters(links, name, "bypassed", out);
	lacp_text_print(links, name, out);
	balance_text_print(links, name, out);
	load_text_print(links, bond, out);
	if (!port_table_print(links, name, out))
		fprintf(out, "    no ports: 'ebond attach %s PORT...' adds some\n",
			TEXT(bond, "ifname"));
}

void show_text(const json_t *links, FILE *out)
{
	const json_t *link;
	bool first = true;
	size_t i;

	json_array_foreach(links, i, link) {
		if (!is_bond(link))
			continue;
		if (!first)
			putc('\n', out);
		print_bond(links, link, out);
		first = false;
	}
	if (first)
		fputs("no bonds: 'ebond add NAME mode MODE' creates one\n", out);
}
