/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a shell script that make a bond with iproute2, ifenslave and ifconfig's
 * successors: "ip link add bond0 type bond ...". Nothing is run or expanded. See
 * dialects.h.
 */
#include "import/dialects/dialects.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/driver_options.h"
#include "import/net.h"

/* One command of a line, with its words. */
struct order {
	struct import_model *model;
	struct import_place place;
	const struct shell_word *words;
	size_t count;
};

static const char *word(const struct order *order, size_t index)
{
	return index < order->count ? order->words[index].text : "";
}

/* Whether @text is @whole or the beginning of it, as ip(8) takes them. */
static bool means(const char *text, const char *whole)
{
	return *text && strncmp(text, whole, strlen(text)) == 0;
}

/* The name of the command that word @index calls, without its folder. */
static const char *command_name(const struct order *order, size_t index)
{
	const char *slash = strrchr(word(order, index), '/');

	return slash ? slash + 1 : word(order, index);
}

/* Of commands that are not ours no word is shown: it may be a password. */
static bool may_be_shown(const struct order *order)
{
	const char *name = command_name(order, 0);

	return !strcmp(name, "ip") || !strcmp(name, "ifenslave") || !strcmp(name, "modprobe");
}

static int left_out(const struct order *order, const char *why)
{
	char shown[80] = "";
	size_t used = 0;

	if (!may_be_shown(order))
		return import_warn(order->model, order->place, "%s: left out", why);
	for (size_t i = 0; i < order->count && i < 3; i++)
		used += (size_t)snprintf(shown + used, sizeof(shown) - used, "%s%.20s",
					 i ? " " : "", word(order, i));
	return import_warn(order->model, order->place, "'%s%s': %s: left out", shown,
			   order->count > 3 ? " ..." : "", why);
}

/* "type bond OPTION VALUE ..." or "type bond_slave ...", from word @at on. */
static int read_options(const struct order *order, struct import_link *link, bool of_port,
			size_t at)
{
	int err = 0;

	while (at < order->count && !err) {
		const char *key = word(order, at);

		if (!strcmp(key, "clear_active_slave")) {
			at++;
			continue;
		}
		if (at + 1 == order->count)
			return import_refuse(order->model, order->place, -EINVAL,
					     "%.40s has no value", key);
		err = of_port ? import_set(order->model, link, key, word(order, at + 1),
					   order->place)
			      : import_driver_option(order->model, link, key, word(order, at + 1),
						     order->place);
		at += 2;
	}
	return err;
}

static int link_add(const struct order *order, size_t at)
{
	const char *name = NULL;
	struct import_link *link;
	const char *mtu = NULL, *mac = NULL;
	int err;

	for (; at < order->count && strcmp(word(order, at), "type"); at++) {
		if (!strcmp(word(order, at), "name") || !strcmp(word(order, at), "dev"))
			name = word(order, ++at);
		else if (!strcmp(word(order, at), "mtu"))
			mtu = word(order, ++at);
		else if (!strcmp(word(order, at), "address"))
			mac = word(order, ++at);
		else if (!strcmp(word(order, at), "link"))
			return left_out(order, "not a bond");
		else
			name = word(order, at);
	}
	if (strcmp(word(order, at + 1), "bond") != 0)
		return left_out(order, "not a bond");
	err = import_bond(order->model, name ?: "", order->place, &link);
	if (!err && mtu)
		err = import_set_mtu(order->model, link, mtu, order->place);
	if (!err && mac)
		err = import_set_mac(order->model, link, mac, order->place);
	return err ?: read_options(order, link, false, at + 2);
}

/* "ip link set eth0 master bond0 up", word for word. */
static int link_set(const struct order *order, size_t at)
{
	struct import_link *link;
	const char *name;
	int err;

	if (!strcmp(word(order, at), "dev"))
		at++;
	name = word(order, at++);
	err = import_link(order->model, name, order->place, &link);
	for (; at < order->count && !err; at++) {
		const char *key = word(order, at);

		if (!strcmp(key, "up")) {
			link->is_up = true;
		} else if (!strcmp(key, "down")) {
			link->is_up = false;
		} else if (!strcmp(key, "nomaster")) {
			link->master = NULL;
		} else if (!strcmp(key, "master")) {
			err = import_port(order->model, name, word(order, ++at), order->place,
					  &link);
		} else if (!strcmp(key, "mtu")) {
			err = import_set_mtu(order->model, link, word(order, ++at), order->place);
		} else if (!strcmp(key, "address")) {
			err = import_set_mac(order->model, link, word(order, ++at), order->place);
		} else if (!strcmp(key, "type") && (!strcmp(word(order, at + 1), "bond") ||
						    !strcmp(word(order, at + 1), "bond_slave"))) {
			return read_options(order, link, !strcmp(word(order, at + 1), "bond_slave"),
					    at + 2);
		} else {
			return left_out(order, key);
		}
	}
	return err;
}

static int read_link(const struct order *order, size_t at)
{
	const char *verb = word(order, at);

	if (means(verb, "add"))
		return link_add(order, at + 1);
	if (means(verb, "set"))
		return link_set(order, at + 1);
	if (means(verb, "show") || means(verb, "list") || !*verb)
		return 0;
	return left_out(order, "not understood");
}

static int read_address(const struct order *order, size_t at)
{
	const char *text = NULL, *device = NULL, *broadcast = NULL, *label = NULL;
	struct import_link *link;

	if (!means(word(order, at), "add") && strcmp(word(order, at), "replace") != 0)
		return means(word(order, at), "show") || at == order->count
			       ? 0
			       : left_out(order, "not understood");
	for (at++; at < order->count; at++) {
		const char *key = word(order, at);

		if (!strcmp(key, "dev"))
			device = word(order, ++at);
		else if (means(key, "broadcast") || !strcmp(key, "brd"))
			broadcast = word(order, ++at);
		else if (!strcmp(key, "label"))
			label = word(order, ++at);
		else if (!strcmp(key, "local"))
			text = word(order, ++at);
		else if (!text)
			text = key;
		else
			return left_out(order, key);
	}
	if (!text || !device)
		return left_out(order, "without address or dev");
	if (broadcast && !strcmp(broadcast, "+"))
		broadcast = NULL;
	return import_link(order->model, device, order->place, &link)
		       ?: import_add_address(order->model, link, text, broadcast, label,
					     order->place);
}

static int read_route(const struct order *order, size_t at)
{
	const char *to = NULL, *via = NULL, *device = NULL, *metric_text = "0";
	struct import_link *link = NULL;
	uint32_t metric;

	if (!means(word(order, at), "add") && strcmp(word(order, at), "replace") != 0)
		return means(word(order, at), "show") || at == order->count
			       ? 0
			       : left_out(order, "not understood");
	for (at++; at < order->count; at++) {
		const char *key = word(order, at);

		if (!strcmp(key, "dev"))
			device = word(order, ++at);
		else if (!strcmp(key, "via"))
			via = word(order, ++at);
		else if (!strcmp(key, "metric"))
			metric_text = word(order, ++at);
		else if (!to)
			to = key;
		else
			return left_out(order, key);
	}
	if (!import_parse_number(metric_text, UINT32_MAX, &metric))
		return import_refuse(order->model, order->place, -EINVAL, "'%.20s' is no metric",
				     metric_text);
	if (!device) {
		link = via ? import_link_towards(order->model, via) : NULL;
		device = link ? link->name : NULL;
	}
	if (!device)
		return left_out(order, "no interface above has an address in that network");
	return import_link(order->model, device, order->place, &link)
		       ?: import_add_route(order->model, link, to, via, metric, order->place);
}

static int read_ip(const struct order *order)
{
	size_t at = 1;

	for (; word(order, at)[0] == '-'; at++)
		if (strcmp(word(order, at), "-4") && strcmp(word(order, at), "-6"))
			return left_out(order, "not in this network namespace, or not understood");
	if (means(word(order, at), "link"))
		return read_link(order, at + 1);
	if (means(word(order, at), "address"))
		return read_address(order, at + 1);
	if (means(word(order, at), "route"))
		return read_route(order, at + 1);
	return left_out(order, "not understood");
}

/* "ifenslave bond0 eth0 eth1". */
static int read_ifenslave(const struct order *order)
{
	struct import_link *link;
	int err = 0;

	if (word(order, 1)[0] == '-')
		return left_out(order, "not understood");
	for (size_t i = 2; i < order->count && !err; i++)
		err = import_port(order->model, word(order, i), word(order, 1), order->place,
				  &link);
	return err;
}

/* "modprobe bonding mode=1": bond0, as loading the module makes it. */
static int read_modprobe(const struct order *order)
{
	struct import_link *link = import_find(order->model, "bond0");
	int err = 0;

	if (strcmp(word(order, 1), "bonding") != 0)
		return 0;
	for (size_t i = 2; i < order->count; i++)
		if (!strncmp(word(order, i), "max_bonds=", 10))
			return left_out(order,
					"max_bonds in a script: use 'ebond import modprobe'");
	if (order->count == 2)
		return 0; /* only that the module is there: others make the bond */
	if (!link || !link->is_bond)
		err = import_bond(order->model, "bond0", order->place, &link);
	for (size_t i = 2; i < order->count && !err; i++) {
		char *key = (char *)word(order, i), *value = shell_assignment(key);

		err = value ? import_driver_option(order->model, link, key, value, order->place)
			    : left_out(order, key);
	}
	return err;
}

static int read_order(const struct order *whole)
{
	static const char *const harmless[] = {"set", "echo", "sleep", "exit", "true", ":", NULL};
	struct order order = *whole;
	const char *name;

	if (!strcmp(word(&order, 0), "sudo")) {
		order.words++;
		order.count--;
	}
	if (!order.count)
		return 0;
	for (size_t i = 0; i < order.count; i++)
		if (order.words[i].has_variable)
			return left_out(&order, "variables are not expanded");
	name = command_name(&order, 0);
	if (!strcmp(name, "ip"))
		return read_ip(&order);
	if (!strcmp(name, "ifenslave"))
		return read_ifenslave(&order);
	if (!strcmp(name, "modprobe"))
		return read_modprobe(&order);
	for (const char *const *at = harmless; *at; at++)
		if (strcmp(name, *at) == 0)
			return 0;
	return left_out(&order, "not understood");
}

/* A line's commands, between ";" and "&&"; what a pipe or a redirection does is not. */
static int read_line(struct import_model *model, struct import_place place,
		     const struct shell_words *words)
{
	size_t start = 0;
	int err = 0;

	for (size_t i = 0; i <= words->count && !err; i++) {
		struct order order = {model, place, &words->list[start], i - start};

		if (i < words->count && !words->list[i].is_operator)
			continue;
		if (i < words->count && strcmp(words->list[i].text, ";") != 0 &&
		    strcmp(words->list[i].text, "&&") != 0)
			return order.count ? left_out(&order, "not a plain command") : 0;
		if (order.count)
			err = read_order(&order);
		start = i + 1;
	}
	return err;
}

int import_iplink(struct import_model *model, const struct import_file *file)
{
	_cleanup_lines_ struct lines lines = {};
	int err = lines_open(model, file, true, &lines);
	struct shell_words words;
	char *line;

	while (!err && (line = lines_next(&lines))) {
		err = shell_split(model, lines.place, line, &words);
		err = err ?: read_line(model, lines.place, &words);
	}
	return err;
}
