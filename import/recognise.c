/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises which dialect a file is in: see import_recognised() in dialects.h. */
#include "import/dialects/dialects.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "import/tree.h"

typedef int (*parser)(struct import_model *model, const struct import_file *file);

/* File names that identify a dialect, with as much of the path as is needed. */
static const struct {
	const char *pattern;
	parser parse;
} names[] = {
	{"*.netdev", import_networkd},
	{"*.network", import_networkd},
	{"*.netdev.d/*.conf", import_networkd},
	{"*.network.d/*.conf", import_networkd},
	{"*.nmconnection", import_keyfile},
	{"*.yaml", import_nested},
	{"*.yml", import_nested},
	{"*.json", import_nested},
	{"config.boot", import_vyos},
	{"*/config.boot", import_vyos},
	{"ifcfg-*", import_ifcfg},
	{"*/ifcfg-*", import_ifcfg},
	{"route-*", import_ifcfg_routes},
	{"*/route-*", import_ifcfg_routes},
	{"route6-*", import_ifcfg_routes},
	{"*/route6-*", import_ifcfg_routes},
	{"rule-*", import_ifcfg_routes},
	{"*/rule-*", import_ifcfg_routes},
	{"rule6-*", import_ifcfg_routes},
	{"*/rule6-*", import_ifcfg_routes},
	{"ifroute-*", import_ifcfg_routes},
	{"*/ifroute-*", import_ifcfg_routes},
	{"interfaces", import_interfaces},
	{"*/interfaces", import_interfaces},
	{"*/interfaces.d/*", import_interfaces},
	{"routes", import_ifcfg_routes},
	{"*/routes", import_ifcfg_routes},
};

/* Beginnings of a first line that identify a dialect. */
static const struct {
	const char *word;
	parser parse;
} beginnings[] = {
	{"{", import_nested},
	{"[NetDev]", import_networkd},
	{"[Match]", import_networkd},
	{"[Network]", import_networkd},
	{"[Bond]", import_networkd},
	{"[Link]", import_networkd},
	{"[Address]", import_networkd},
	{"[Route]", import_networkd},
	{"[connection]", import_keyfile},
	{"[bond]", import_keyfile},
	{"[bond-port]", import_keyfile},
	{"[ethernet]", import_keyfile},
	{"[802-3-ethernet]", import_keyfile},
	{"[ipv4]", import_keyfile},
	{"[ipv6]", import_keyfile},
	{"[proxy]", import_keyfile},
	{"[user]", import_keyfile},
	{"auto", import_interfaces},
	{"iface", import_interfaces},
	{"allow-hotplug", import_interfaces},
	{"allow-auto", import_interfaces},
	{"source", import_interfaces},
	{"source-directory", import_interfaces},
	{"mapping", import_interfaces},
	{"network:", import_nested},
	{"network_config:", import_nested},
	{"interfaces:", import_nested},
	{"desiredState:", import_nested},
	{"apiVersion:", import_nested},
	{"version:", import_nested},
	{"config", import_openwrt},
	{"package", import_openwrt},
	{"interfaces {", import_vyos},
	{"set interfaces", import_vyos},
	{"set protocols", import_vyos},
	{"set system", import_vyos},
	{"set service", import_vyos},
	{"set firewall", import_vyos},
	{"firewall {", import_vyos},
	{"alias", import_modprobe},
	{"options", import_modprobe},
	{"install", import_modprobe},
	{"include", import_modprobe},
	{"blacklist", import_modprobe},
	{"softdep", import_modprobe},
	{"modprobe", import_iplink},
	{"ip", import_iplink},
	{"sudo", import_iplink},
	{"ifenslave", import_iplink},
	{"set", import_iplink},
	{"/sbin/", import_iplink},
	{"/usr/sbin/", import_iplink},
};

static parser by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (fnmatch(names[i].pattern, name, 0) == 0)
			return names[i].parse;
	return NULL;
}

/* What follows a word must not continue it; after a bracket or a path anything may follow. */
static bool begins_with(const char *line, const char *word)
{
	size_t length = strlen(word);
	char last = word[length - 1];

	if (strncmp(line, word, length) != 0)
		return false;
	return strchr("{]:/", last) || !line[length] || strchr(" \t", line[length]);
}

/* "KEY=value" in capitals: a shell fragment, and so ifcfg. */
static bool is_assignment(const char *line)
{
	size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length && line[length] == '=';
}

/* netctl profiles are assignments, too, but have keys of their own. */
static bool is_netctl(const char *line)
{
	static const char *const keys[] = {
		"Description=", "Interface=", "Connection=", "BindsToInterfaces="};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strncmp(line, keys[i], strlen(keys[i])))
			return true;
	return false;
}

static parser by_line(const char *line)
{
	if (is_netctl(line))
		return import_netctl;

	if (!strncmp(line, "#!", 2))
		return import_iplink;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (begins_with(line, beginnings[i].word))
			return beginnings[i].parse;
	return is_assignment(line) ? import_ifcfg : NULL;
}

static bool is_version_1(const struct import_node *network)
{
	const char *version = node_get_text(network, "version");

	return (version && !strcmp(version, "1")) || (node_get(network, "config") && !version);
}

/* cloud-init also accepts netplan's keys without the enclosing "network:". */
static int read_bare_netplan(struct import_model *model, const struct import_node *root)
{
	struct import_node *whole = node_new(model, NODE_MAP, root->place);

	if (!whole)
		return import_no_memory(model);
	return node_add(model, whole, "network", root->place, root)
		       ?: import_netplan_tree(model, whole);
}

static int read_tree(struct import_model *model, const struct import_file *file,
		     const struct import_node *root)
{
	const struct import_node *network = node_get(root, "network");

	if (root->kind == NODE_LIST || node_get(root, "network_config"))
		return import_osnetconfig_tree(model, root);
	if (network)
		return is_version_1(network) ? import_cloudinit_tree(model, root)
					     : import_netplan_tree(model, root);
	if (node_get(root, "interfaces") || node_get(root, "desiredState") ||
	    node_get(root, "spec"))
		return import_nmstate_tree(model, root);
	if (node_get(root, "version") && is_version_1(root))
		return import_cloudinit_tree(model, root);
	if (node_get(root, "version"))
		return read_bare_netplan(model, root);
	if (node_get(root, "device") || node_get(root, "runner") || node_get(root, "ports"))
		return import_teamd(model, file);
	return import_refuse(model, root->place, -ENOTSUP,
			     "unknown kind of YAML or JSON: no network:, network_config:, "
			     "interfaces: or runner at the top level");
}

int import_nested(struct import_model *model, const struct import_file *file)
{
	const struct import_node *root;

	return import_yaml(model, file, &root) ?: read_tree(model, file, root);
}

static bool is_comment(const char *line)
{
	return *line == '#' || *line == ';' || !strncmp(line, "//", 2) || !strncmp(line, "/*", 2) ||
	       !strcmp(line, "---");
}

/* The parser identified by the first significant line. */
static int find_parser(struct import_model *model, const struct import_file *file,
		       parser *ret_parse)
{
	struct import_place place = {import_text(model, file->name), 1};
	struct import_model *scratch = import_new();
	_cleanup_lines_ struct lines lines = {};
	char *line;
	int err;

	if (!place.file || !scratch)
		return import_no_memory(model);
	err = lines_open(scratch, file, false, &lines);
	if (err) {
		place.line = scratch->fault.line;
		import_refuse(model, place, err, "%s", scratch->why.text);
	}
	while (!err && !*ret_parse && (line = lines_next(&lines))) {
		line = trim(line);
		place.line = lines.place.line;
		*ret_parse = by_line(line);
		if (!*ret_parse && *line && !is_comment(line))
			err = import_refuse(
				model, place, -ENOTSUP,
				"unknown file format: see ebond-import(8) for the known ones");
	}
	import_free(scratch);
	if (!err && !*ret_parse)
		err = import_refuse(model, place, -ENOTSUP, "is empty");
	return err;
}

bool import_is_named(const char *name)
{
	return by_name(name) != NULL;
}

int import_recognised(struct import_model *model, const struct import_file *file)
{
	parser parse = by_name(file->name);
	int err = parse ? 0 : find_parser(model, file, &parse);

	return err ?: parse(model, file);
}
