/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which dialect a file is of: see import_recognised() in dialects.h. */
#include "import/dialects/dialects.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

typedef int (*parser)(struct import_model *model, const struct import_file *file);

/* Names that say it all. */
static const struct {
	const char *pattern;
	parser parse;
} names[] = {
	{"*.netdev", import_networkd},	    {"*.network", import_networkd},
	{"*.nmconnection", import_keyfile}, {"*.yaml", import_netplan},
	{"*.yml", import_netplan},	    {"*.json", import_teamd},
	{"ifcfg-*", import_ifcfg},
};

/* What the first line begins with that says something. */
static const struct {
	const char *word;
	parser parse;
} beginnings[] = {
	{"{", import_teamd},
	{"[NetDev]", import_networkd},
	{"[Match]", import_networkd},
	{"[Network]", import_networkd},
	{"[Bond]", import_networkd},
	{"[Link]", import_networkd},
	{"[connection]", import_keyfile},
	{"[bond]", import_keyfile},
	{"network:", import_netplan},
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
	const char *slash = strrchr(name, '/');

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (fnmatch(names[i].pattern, slash ? slash + 1 : name, 0) == 0)
			return names[i].parse;
	return NULL;
}

/* A word that goes on is another word, but a bracket or a path may be followed by anything. */
static bool begins_with(const char *line, const char *word)
{
	size_t length = strlen(word);
	char last = word[length - 1];

	if (strncmp(line, word, length) != 0)
		return false;
	return strchr("{]:/", last) || !line[length] || strchr(" \t", line[length]);
}

/* "KEY=value" in capitals: a file of a shell's, and so ifcfg. */
static bool is_assignment(const char *line)
{
	size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length && line[length] == '=';
}

static parser by_line(const char *line)
{
	if (!strncmp(line, "#!", 2))
		return import_iplink;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (begins_with(line, beginnings[i].word))
			return beginnings[i].parse;
	return is_assignment(line) ? import_ifcfg : NULL;
}

int import_recognised(struct import_model *model, const struct import_file *file)
{
	struct import_place place = {import_text(model, file->name), 1};
	parser parse = by_name(file->name);
	struct import_model *scratch = parse ? NULL : import_new();
	_cleanup_lines_ struct lines lines = {};
	char *line;
	int err = 0;

	if (parse)
		return parse(model, file);
	if (!place.file || !scratch)
		return import_no_memory(model);
	err = lines_open(scratch, file, false, &lines);
	if (err) {
		place.line = scratch->fault.line;
		import_refuse(model, place, err, "%s", scratch->why.text);
	}
	while (!err && !parse && (line = lines_next(&lines))) {
		line = trim(line);
		place.line = lines.place.line;
		parse = by_line(line);
		if (!parse && *line && *line != '#' && *line != ';' && strcmp(line, "---") != 0)
			err = import_refuse(model, place, -EINVAL,
					    "no known kind of file begins with such a line: "
					    "see ebond-import(8)");
	}
	import_free(scratch);
	if (!err && !parse)
		err = import_refuse(model, place, -EINVAL, "is empty");
	return err ?: parse(model, file);
}
