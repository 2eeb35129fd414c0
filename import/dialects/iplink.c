/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a shell script that creates a bond with iproute2, ifenslave or
 * ifconfig: "ip link add bond0 type bond ...". Nothing is run or expanded. See
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

const char *script_word(const struct script_command *command, size_t index)
{
	return index < command->count ? command->words[index].text : "";
}

/* Whether @text is @whole or an abbreviation of it, as ip(8) accepts. */
bool script_matches(const char *text, const char *whole)
{
	return *text && strncmp(text, whole, strlen(text)) == 0;
}

/* The base name of the command at word @index. */
static const char *base_name(const struct script_command *command, size_t index)
{
	const char *slash = strrchr(script_word(command, index), '/');

	return slash ? slash + 1 : script_word(command, index);
}

/* Words of unknown commands are not shown: they may be passwords. */
static bool may_be_shown(const struct script_command *command)
{
	const char *name = base_name(command, 0);

	return !strcmp(name, "ip") || !strcmp(name, "ifenslave") || !strcmp(name, "modprobe");
}

int script_ignored(const struct script_command *command, const char *why)
{
	char shown[80] = "";
	size_t used = 0;

	if (!may_be_shown(command))
		return import_warn(command->model, command->place, "%s: ignored", why);
	for (size_t i = 0; i < command->count && i < 3; i++)
		used += (size_t)snprintf(shown + used, sizeof(shown) - used, "%s%.20s",
					 i ? " " : "", script_word(command, i));
	return import_warn(command->model, command->place, "'%s%s': %s: ignored", shown,
			   command->count > 3 ? " ..." : "", why);
}

/* "type bond OPTION VALUE ..." or "type bond_slave ...", from word @at on. */
static int read_options(const struct script_command *command, struct import_link *link,
			bool of_port, size_t at)
{
	int err = 0;

	while (at < command->count && !err) {
		const char *key = script_word(command, at);

		if (!strcmp(key, "clear_active_slave")) {
			at++;
			continue;
		}
		if (at + 1 == command->count)
			return import_refuse(command->model, command->place, -EINVAL,
					     "%.40s has no value", key);
		err = of_port ? import_set(command->model, link, key, script_word(command, at + 1),
					   command->place)
			      : import_driver_option(command->model, link, key,
						     script_word(command, at + 1), command->place);
		at += 2;
	}
	return err;
}

/* Keywords of "ip link add" that take a value and do not apply. */
static const char *const add_values[] = {"txqueuelen", "txqlen",      "qlen",	     "index",
					 "broadcast",  "numtxqueues", "numrxqueues", "group",
					 "netns",      "alias",	      NULL};

/* Reads the words before "type". */
struct addition {
	const char *name, *mtu, *mac;
	bool has_link;
};

static int read_addition(const struct script_command *command, size_t *at,
			 struct addition *ret_addition)
{
	int err = 0;

	*ret_addition = (struct addition){};
	for (; *at < command->count && strcmp(script_word(command, *at), "type") && !err; ++*at) {
		const char *key = script_word(command, *at);

		if (!strcmp(key, "name") || !strcmp(key, "dev"))
			ret_addition->name = script_word(command, ++*at);
		else if (!strcmp(key, "mtu"))
			ret_addition->mtu = script_word(command, ++*at);
		else if (!strcmp(key, "address"))
			ret_addition->mac = script_word(command, ++*at);
		else if (!strcmp(key, "link"))
			ret_addition->has_link = script_word(command, ++*at);
		else if (is_one_of(key, add_values))
			err = import_warn(command->model, command->place, "%s %.20s: ignored", key,
					  script_word(command, ++*at));
		else if (!ret_addition->name)
			ret_addition->name = key;
	}
	return err;
}

static int link_add(const struct script_command *command, size_t at)
{
	struct addition addition;
	struct import_link *link;
	int err = read_addition(command, &at, &addition);

	if (err)
		return err;
	if (addition.has_link || strcmp(script_word(command, at + 1), "bond") != 0) {
		err = script_ignored(command, "not a bond");
		if (!err && addition.name && *addition.name)
			err = import_link(command->model, addition.name, command->place, &link);
		if (!err && addition.name && *addition.name)
			link->is_other = true;
		return err;
	}
	err = import_bond(command->model, addition.name ?: "", command->place, &link);
	if (!err && addition.mtu)
		err = import_set_mtu(command->model, link, addition.mtu, command->place);
	if (!err && addition.mac)
		err = import_set_mac(command->model, link, addition.mac, command->place);
	return err ?: read_options(command, link, false, at + 2);
}

/* "ip link set eth0 master bond0 up", word by word. */
static int link_set(const struct script_command *command, size_t at)
{
	struct import_link *link;
	const char *name;
	int err;

	if (!strcmp(script_word(command, at), "dev"))
		at++;
	name = script_word(command, at++);
	err = import_link(command->model, name, command->place, &link);
	for (; at < command->count && !err; at++) {
		const char *key = script_word(command, at);

		if (!strcmp(key, "up")) {
			link->is_up = true;
		} else if (!strcmp(key, "down")) {
			link->is_up = false;
		} else if (!strcmp(key, "nomaster")) {
			link->master = NULL;
		} else if (!strcmp(key, "master")) {
			err = import_port(command->model, name, script_word(command, ++at),
					  command->place, &link);
		} else if (!strcmp(key, "mtu")) {
			err = import_set_mtu(command->model, link, script_word(command, ++at),
					     command->place);
		} else if (!strcmp(key, "address")) {
			err = import_set_mac(command->model, link, script_word(command, ++at),
					     command->place);
		} else if (!strcmp(key, "type") &&
			   (!strcmp(script_word(command, at + 1), "bond") ||
			    !strcmp(script_word(command, at + 1), "bond_slave"))) {
			return read_options(command, link,
					    !strcmp(script_word(command, at + 1), "bond_slave"),
					    at + 2);
		} else {
			return script_ignored(command, key);
		}
	}
	return err;
}

static int read_link(const struct script_command *command, size_t at)
{
	const char *verb = script_word(command, at);

	if (script_matches(verb, "add"))
		return link_add(command, at + 1);
	if (script_matches(verb, "set"))
		return link_set(command, at + 1);
	if (script_matches(verb, "show") || script_matches(verb, "list") || !*verb)
		return 0;
	return script_ignored(command, "not understood");
}

static int read_ip(const struct script_command *command)
{
	bool is_ip6 = false;
	size_t at = 1;

	for (; script_word(command, at)[0] == '-'; at++) {
		is_ip6 |= !strcmp(script_word(command, at), "-6");
		if (strcmp(script_word(command, at), "-4") &&
		    strcmp(script_word(command, at), "-6"))
			return script_ignored(command,
					      "in another network namespace, or not understood");
	}
	if (script_matches(script_word(command, at), "link"))
		return read_link(command, at + 1);
	if (script_matches(script_word(command, at), "address"))
		return script_read_address(command, at + 1);
	if (script_matches(script_word(command, at), "route"))
		return script_read_route(command, at + 1, is_ip6);
	return script_ignored(command, "not understood");
}

/* "ifenslave bond0 eth0 eth1". */
static int read_ifenslave(const struct script_command *command)
{
	struct import_link *link;
	int err = 0;

	if (script_word(command, 1)[0] == '-')
		return script_ignored(command, "not understood");
	for (size_t i = 2; i < command->count && !err; i++)
		err = import_port(command->model, script_word(command, i), script_word(command, 1),
				  command->place, &link);
	return err;
}

/* "modprobe bonding mode=1": creates bond0, as loading the module does. */
static int read_modprobe(const struct script_command *command)
{
	struct import_link *link = import_find(command->model, "bond0");
	int err = 0;

	if (strcmp(script_word(command, 1), "bonding") != 0)
		return 0;
	for (size_t i = 2; i < command->count; i++)
		if (!strncmp(script_word(command, i), "max_bonds=", 10))
			return script_ignored(command,
					      "max_bonds in a script: use 'ebond import modprobe'");
	if (command->count == 2)
		return 0; /* only loads the module: the bond is created elsewhere */
	if (!link || !link->is_bond)
		err = import_bond(command->model, "bond0", command->place, &link);
	for (size_t i = 2; i < command->count && !err; i++) {
		char *key = (char *)script_word(command, i), *value = shell_assignment(key);

		err = value ? import_driver_option(command->model, link, key, value, command->place)
			    : script_ignored(command, key);
	}
	return err;
}

/* Commands without effect on the network. */
static const char *const harmless[] = {"set",  "echo", "sleep",	 "exit",   "true", ":",
				       "test", "[",    "return", "logger", NULL};

/* A bare "NAME=VALUE": a warning is given where the variable is used. */
static bool is_variable(const struct script_command *command)
{
	const char *text = script_word(command, 0);
	size_t length =
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

	return command->count == 1 && length && text[length] == '=';
}

static int read_simple(const struct script_command *whole)
{
	struct script_command command = *whole;
	const char *name;

	if (!strcmp(script_word(&command, 0), "sudo")) {
		command.words++;
		command.count--;
	}
	name = base_name(&command, 0);
	if (!command.count || is_variable(&command) || is_one_of(name, harmless))
		return 0;
	for (size_t i = 0; i < command.count; i++)
		if (command.words[i].has_variable)
			return script_ignored(&command, "variables are not expanded");
	if (!strcmp(name, "ip"))
		return read_ip(&command);
	if (!strcmp(name, "ifenslave"))
		return read_ifenslave(&command);
	if (!strcmp(name, "modprobe"))
		return read_modprobe(&command);
	return script_ignored(&command, "not understood");
}

/*
 * Removes from @words redirections of output to /dev/null or to another
 * descriptor, which change nothing. *@ret_writes: there is one to or from a
 * file.
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
			to--; /* a descriptor number */
		if (i + 1 < words->count && !strcmp(words->list[i + 1].text, "&"))
			i++;
		else if (i + 1 < words->count && strcmp(words->list[i + 1].text, "/dev/null") != 0)
			*ret_writes = true;
		i++;
	}
	words->count = to;
}

/* Whether the command only tests something, so that what follows "||" is the normal case. */
static bool only_looks(const struct script_command *command)
{
	const char *name = base_name(command, 0);

	for (size_t i = 1; i < command->count; i++)
		if (!strcmp(name, "ip") && (!strcmp(script_word(command, i), "show") ||
					    !strcmp(script_word(command, i), "list")))
			return true;
	return !strcmp(name, "[") || !strcmp(name, "test") || !strcmp(name, "grep") ||
	       !strcmp(name, "lsmod");
}

/* Reads one command; @before: the operator before it, and the command before that. */
static int read_next(const struct script_command *command, const char *before,
		     const struct script_command *previous)
{
	if (!command->count)
		return 0;
	if (!strcmp(before, "|"))
		return script_ignored(command, "not a simple command");
	if (strcmp(before, "||") != 0 || only_looks(previous))
		return read_simple(command);
	if (is_one_of(base_name(command, 0), harmless))
		return 0;
	return script_ignored(command, "runs only if the command before it fails");
}

/* Splits a line into commands at its operators. */
static int read_line(struct import_model *model, struct import_place place,
		     struct shell_words *words)
{
	struct script_command previous = {model, place, words->list, 0};
	const char *before = ";";
	size_t start = 0;
	bool writes;
	int err = 0;

	drop_redirections(words, &writes);
	for (size_t i = 0; i <= words->count && !err; i++) {
		struct script_command command = {model, place, &words->list[start], i - start};
		const char *after = i < words->count ? words->list[i].text : ";";

		if (i < words->count && !words->list[i].is_operator)
			continue;
		if (command.count && !strcmp(after, "|"))
			err = script_ignored(&command, "not a simple command");
		else
			err = read_next(&command, before, &previous);
		previous = command;
		before = after;
		start = i + 1;
	}
	if (!err && writes)
		err = import_warn(model, place, "redirection to or from a file: ignored");
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
