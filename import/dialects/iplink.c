/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a shell script that make a bond with iproute2, ifenslave and ifconfig's
 * successors: "ip link add bond0 type bond ...". Nothing is run or expanded. See
 * dialects.h.
 */
#include "import/dialects/iplink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/driver_options.h"
#include "import/net.h"
#include "import/tree.h"

const char *order_word(const struct order *order, size_t index)
{
	return index < order->count ? order->words[index].text : "";
}

/* Whether @text is @whole or the beginning of it, as ip(8) takes them. */
bool order_means(const char *text, const char *whole)
{
	return *text && strncmp(text, whole, strlen(text)) == 0;
}

/* The name of the command that word @index calls, without its folder. */
static const char *command_name(const struct order *order, size_t index)
{
	const char *slash = strrchr(order_word(order, index), '/');

	return slash ? slash + 1 : order_word(order, index);
}

/* Of commands that are not ours no word is shown: it may be a password. */
static bool may_be_shown(const struct order *order)
{
	const char *name = command_name(order, 0);

	return !strcmp(name, "ip") || !strcmp(name, "ifenslave") || !strcmp(name, "modprobe");
}

int order_left_out(const struct order *order, const char *why)
{
	char shown[80] = "";
	size_t used = 0;

	if (!may_be_shown(order))
		return import_warn(order->model, order->place, "%s: ignored", why);
	for (size_t i = 0; i < order->count && i < 3; i++)
		used += (size_t)snprintf(shown + used, sizeof(shown) - used, "%s%.20s",
					 i ? " " : "", order_word(order, i));
	return import_warn(order->model, order->place, "'%s%s': %s: ignored", shown,
			   order->count > 3 ? " ..." : "", why);
}

/* "type bond OPTION VALUE ..." or "type bond_slave ...", from word @at on. */
static int read_options(const struct order *order, struct import_link *link, bool of_port,
			size_t at)
{
	int err = 0;

	while (at < order->count && !err) {
		const char *key = order_word(order, at);

		if (!strcmp(key, "clear_active_slave")) {
			at++;
			continue;
		}
		if (at + 1 == order->count)
			return import_refuse(order->model, order->place, -EINVAL,
					     "%.40s has no value", key);
		err = of_port ? import_set(order->model, link, key, order_word(order, at + 1),
					   order->place)
			      : import_driver_option(order->model, link, key,
						     order_word(order, at + 1), order->place);
		at += 2;
	}
	return err;
}

/* Words of "ip link add" that are followed by a value and have no use here. */
static const char *const add_values[] = {"txqueuelen", "txqlen",      "qlen",	     "index",
					 "broadcast",  "numtxqueues", "numrxqueues", "group",
					 "netns",      "alias",	      NULL};

/* What stands before "type". */
struct addition {
	const char *name, *mtu, *mac;
	bool has_link;
};

static int read_addition(const struct order *order, size_t *at, struct addition *ret_addition)
{
	int err = 0;

	*ret_addition = (struct addition){};
	for (; *at < order->count && strcmp(order_word(order, *at), "type") && !err; ++*at) {
		const char *key = order_word(order, *at);

		if (!strcmp(key, "name") || !strcmp(key, "dev"))
			ret_addition->name = order_word(order, ++*at);
		else if (!strcmp(key, "mtu"))
			ret_addition->mtu = order_word(order, ++*at);
		else if (!strcmp(key, "address"))
			ret_addition->mac = order_word(order, ++*at);
		else if (!strcmp(key, "link"))
			ret_addition->has_link = order_word(order, ++*at);
		else if (is_one_of(key, add_values))
			err = import_warn(order->model, order->place, "%s %.20s: ignored", key,
					  order_word(order, ++*at));
		else if (!ret_addition->name)
			ret_addition->name = key;
	}
	return err;
}

static int link_add(const struct order *order, size_t at)
{
	struct addition addition;
	struct import_link *link;
	int err = read_addition(order, &at, &addition);

	if (err)
		return err;
	if (addition.has_link || strcmp(order_word(order, at + 1), "bond") != 0) {
		err = order_left_out(order, "not a bond");
		if (!err && addition.name && *addition.name)
			err = import_link(order->model, addition.name, order->place, &link);
		if (!err && addition.name && *addition.name)
			link->is_other = true;
		return err;
	}
	err = import_bond(order->model, addition.name ?: "", order->place, &link);
	if (!err && addition.mtu)
		err = import_set_mtu(order->model, link, addition.mtu, order->place);
	if (!err && addition.mac)
		err = import_set_mac(order->model, link, addition.mac, order->place);
	return err ?: read_options(order, link, false, at + 2);
}

/* "ip link set eth0 master bond0 up", word for word. */
static int link_set(const struct order *order, size_t at)
{
	struct import_link *link;
	const char *name;
	int err;

	if (!strcmp(order_word(order, at), "dev"))
		at++;
	name = order_word(order, at++);
	err = import_link(order->model, name, order->place, &link);
	for (; at < order->count && !err; at++) {
		const char *key = order_word(order, at);

		if (!strcmp(key, "up")) {
			link->is_up = true;
		} else if (!strcmp(key, "down")) {
			link->is_up = false;
		} else if (!strcmp(key, "nomaster")) {
			link->master = NULL;
		} else if (!strcmp(key, "master")) {
			err = import_port(order->model, name, order_word(order, ++at), order->place,
					  &link);
		} else if (!strcmp(key, "mtu")) {
			err = import_set_mtu(order->model, link, order_word(order, ++at),
					     order->place);
		} else if (!strcmp(key, "address")) {
			err = import_set_mac(order->model, link, order_word(order, ++at),
					     order->place);
		} else if (!strcmp(key, "type") &&
			   (!strcmp(order_word(order, at + 1), "bond") ||
			    !strcmp(order_word(order, at + 1), "bond_slave"))) {
			return read_options(order, link,
					    !strcmp(order_word(order, at + 1), "bond_slave"),
					    at + 2);
		} else {
			return order_left_out(order, key);
		}
	}
	return err;
}

static int read_link(const struct order *order, size_t at)
{
	const char *verb = order_word(order, at);

	if (order_means(verb, "add"))
		return link_add(order, at + 1);
	if (order_means(verb, "set"))
		return link_set(order, at + 1);
	if (order_means(verb, "show") || order_means(verb, "list") || !*verb)
		return 0;
	return order_left_out(order, "not understood");
}

static int read_ip(const struct order *order)
{
	bool is_ip6 = false;
	size_t at = 1;

	for (; order_word(order, at)[0] == '-'; at++) {
		is_ip6 |= !strcmp(order_word(order, at), "-6");
		if (strcmp(order_word(order, at), "-4") && strcmp(order_word(order, at), "-6"))
			return order_left_out(order,
					      "not in this network namespace, or not understood");
	}
	if (order_means(order_word(order, at), "link"))
		return read_link(order, at + 1);
	if (order_means(order_word(order, at), "address"))
		return order_read_address(order, at + 1);
	if (order_means(order_word(order, at), "route"))
		return order_read_route(order, at + 1, is_ip6);
	return order_left_out(order, "not understood");
}

/* "ifenslave bond0 eth0 eth1". */
static int read_ifenslave(const struct order *order)
{
	struct import_link *link;
	int err = 0;

	if (order_word(order, 1)[0] == '-')
		return order_left_out(order, "not understood");
	for (size_t i = 2; i < order->count && !err; i++)
		err = import_port(order->model, order_word(order, i), order_word(order, 1),
				  order->place, &link);
	return err;
}

/* "modprobe bonding mode=1": bond0, as loading the module makes it. */
static int read_modprobe(const struct order *order)
{
	struct import_link *link = import_find(order->model, "bond0");
	int err = 0;

	if (strcmp(order_word(order, 1), "bonding") != 0)
		return 0;
	for (size_t i = 2; i < order->count; i++)
		if (!strncmp(order_word(order, i), "max_bonds=", 10))
			return order_left_out(order,
					      "max_bonds in a script: use 'ebond import modprobe'");
	if (order->count == 2)
		return 0; /* only that the module is there: others make the bond */
	if (!link || !link->is_bond)
		err = import_bond(order->model, "bond0", order->place, &link);
	for (size_t i = 2; i < order->count && !err; i++) {
		char *key = (char *)order_word(order, i), *value = shell_assignment(key);

		err = value ? import_driver_option(order->model, link, key, value, order->place)
			    : order_left_out(order, key);
	}
	return err;
}

/* Commands that change nothing. */
static const char *const harmless[] = {"set",  "echo", "sleep",	 "exit",   "true", ":",
				       "test", "[",    "return", "logger", NULL};

/* "NAME=VALUE" alone: what uses it says so itself. */
static bool is_variable(const struct order *order)
{
	const char *text = order_word(order, 0);
	size_t length =
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

	return order->count == 1 && length && text[length] == '=';
}

static int read_order(const struct order *whole)
{
	struct order order = *whole;
	const char *name;

	if (!strcmp(order_word(&order, 0), "sudo")) {
		order.words++;
		order.count--;
	}
	name = command_name(&order, 0);
	if (!order.count || is_variable(&order) || is_one_of(name, harmless))
		return 0;
	for (size_t i = 0; i < order.count; i++)
		if (order.words[i].has_variable)
			return order_left_out(&order, "variables are not expanded");
	if (!strcmp(name, "ip"))
		return read_ip(&order);
	if (!strcmp(name, "ifenslave"))
		return read_ifenslave(&order);
	if (!strcmp(name, "modprobe"))
		return read_modprobe(&order);
	return order_left_out(&order, "not understood");
}

/*
 * Takes redirections of what is printed to /dev/null or another descriptor out of @words: they
 * change nothing. *@ret_writes: there is one to or from a file.
 */
static void drop_redirections(struct shell_words *words, bool *ret_writes)
{
	size_t to = 0;

	*ret_writes = false;
	for (size_t i = 0; i < words->count; i++) {
		const struct shell_word *word = &words->list[i];
		bool both = word->is_operator && !strcmp(word->text, "&") && i + 1 < words->count &&
			    words->list[i + 1].is_operator && words->list[i + 1].is_glued &&
			    words->list[i + 1].text[0] == '>';

		i += both;
		word = &words->list[i];
		if (!word->is_operator || (word->text[0] != '>' && word->text[0] != '<')) {
			words->list[to++] = *word;
			continue;
		}
		if (word->is_glued && to && !both && !words->list[to - 1].is_operator &&
		    strspn(words->list[to - 1].text, "0123456789") ==
			    strlen(words->list[to - 1].text))
			to--; /* the number of a descriptor */
		if (i + 1 < words->count && !strcmp(words->list[i + 1].text, "&"))
			i++;
		else if (i + 1 < words->count && strcmp(words->list[i + 1].text, "/dev/null") != 0)
			*ret_writes = true;
		i++;
	}
	words->count = to;
}

/* Whether the command only looks, so that what follows "||" is meant to be done. */
static bool only_looks(const struct order *order)
{
	const char *name = command_name(order, 0);

	for (size_t i = 1; i < order->count; i++)
		if (!strcmp(name, "ip") && (!strcmp(order_word(order, i), "show") ||
					    !strcmp(order_word(order, i), "list")))
			return true;
	return !strcmp(name, "[") || !strcmp(name, "test") || !strcmp(name, "grep") ||
	       !strcmp(name, "lsmod");
}

/* One command; @before: the operator before it, and the command before that. */
static int read_next(const struct order *order, const char *before, const struct order *previous)
{
	if (!order->count)
		return 0;
	if (!strcmp(before, "|"))
		return order_left_out(order, "not a plain command");
	if (strcmp(before, "||") != 0 || only_looks(previous))
		return read_order(order);
	if (is_one_of(command_name(order, 0), harmless))
		return 0;
	return order_left_out(order, "done only when what is before it fails");
}

/* A line's commands, between operators. */
static int read_line(struct import_model *model, struct import_place place,
		     struct shell_words *words)
{
	struct order previous = {model, place, words->list, 0};
	const char *before = ";";
	size_t start = 0;
	bool writes;
	int err = 0;

	drop_redirections(words, &writes);
	for (size_t i = 0; i <= words->count && !err; i++) {
		struct order order = {model, place, &words->list[start], i - start};
		const char *after = i < words->count ? words->list[i].text : ";";

		if (i < words->count && !words->list[i].is_operator)
			continue;
		if (order.count && !strcmp(after, "|"))
			err = order_left_out(&order, "not a plain command");
		else
			err = read_next(&order, before, &previous);
		previous = order;
		before = after;
		start = i + 1;
	}
	if (!err && writes)
		err = import_warn(model, place, "what is written to a file: ignored");
	return err;
}

int iplink_read_line(struct import_model *model, struct import_place place, char *line)
{
	struct shell_words words;

	return shell_split(model, place, line, &words) ?: read_line(model, place, &words);
}

int import_iplink(struct import_model *model, const struct import_file *file)
{
	_cleanup_lines_ struct lines lines = {};
	int err = lines_open(model, file, true, &lines);
	char *line;

	while (!err && (line = lines_next(&lines)))
		err = iplink_read_line(model, lines.place, line);
	return err;
}
