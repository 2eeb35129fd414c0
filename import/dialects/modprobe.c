/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads lines of modprobe.d, modules.conf and conf.modules; modules.c turns
 * them into bonds. See dialects.h.
 */
#include "import/dialects/modules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import/driver_options.h"

/* A file being read, and the files that include it. */
struct chain {
	const struct chain *above;
	const char *name;
	unsigned int depth;
};

static int read_one(struct import_model *model, const struct import_file *file,
		    const struct chain *above);

/* Keywords of old and new modprobe that do not matter. */
static bool is_indifferent(const char *word)
{
	static const char *const words[] = {
		"blacklist",
		"softdep",
		"weakdep",
		"remove",
		"config",
		"path",
		"keep",
		"depfile",
		"above",
		"below",
		"add",
		"prune",
		"probe",
		"probeall",
		"define",
		"pre-install",
		"post-install",
		"pre-remove",
		"post-remove",
		"generic_stringfile",
		"insmod_opt",
		"pcimapfile",
		"usbmapfile",
		"isapnpmapfile",
		"allow_unsupported_modules",
		"persistdir",
		"moduledir",
		"options_path",
		NULL,
	};

	for (const char *const *at = words; *at; at++)
		if (strcmp(*at, word) == 0)
			return true;
	return strchr(word, '[') != NULL; /* path[net]=..., of modules.conf */
}

static int include(struct import_model *model, const char *path, struct import_place place,
		   const struct chain *chain)
{
	struct import_file file = {.name = path};
	char *text = NULL;
	int err;

	if (!model->reader.fetch)
		return import_warn(model, place, "include %.80s: not followed", path);
	for (const struct chain *at = chain; at; at = at->above)
		if (strcmp(at->name, path) == 0)
			return import_refuse(model, place, -EINVAL,
					     "include %.80s: includes itself: remove it", path);
	if (chain->depth >= IMPORT_DEPTH_MAX)
		return import_refuse(model, place, -EINVAL,
				     "include %.80s: includes nested too deeply", path);
	err = model->reader.fetch(model->reader.context, path, &text, &file.length);
	if (err)
		return import_refuse(model, place, err, "include %.80s: cannot be read: %s", path,
				     err == -EISDIR ? "is a directory: name the files in it"
						    : strerror(-err));
	file.text = text;
	err = read_one(model, &file, chain);
	free(text);
	return err;
}

/* "-o NAME" and "-x" are skipped; the rest becomes parameters of @target. */
static int add_parameters(struct import_model *model, struct import_target *target,
			  struct shell_words *words, size_t from, struct import_place place)
{
	for (size_t i = from; i < words->count; i++) {
		char *word = (char *)words->list[i].text, *value;
		int err;

		if (words->list[i].is_operator)
			return import_target_set(model, target, word, NULL, place);
		if (strcmp(word, "-o") == 0 || strcmp(word, "--name") == 0) {
			i++;
			continue;
		}
		if (word[0] == '-')
			continue;
		value = shell_assignment(word);
		err = import_target_set(model, target, word, value, place);
		if (err)
			return err;
	}
	return 0;
}

static int parse_alias(struct import_model *model, struct shell_words *words,
		       struct import_place place)
{
	if (words->count < 3)
		return import_refuse(model, place, -EINVAL,
				     "too few words: write alias NAME MODULE");
	return import_add_alias(model, words->list[1].text, words->list[2].text, place);
}

static int parse_options(struct import_model *model, struct shell_words *words,
			 struct import_place place)
{
	struct import_target *target;
	int err;

	if (words->count < 2)
		return import_refuse(model, place, -EINVAL,
				     "too few words: write options MODULE NAME=VALUE");
	err = import_target_find(model, words->list[1].text, place, &target);
	return err ?: add_parameters(model, target, words, 2, place);
}

/* "install bond1 /sbin/modprobe bonding -o bond1 mode=1": everything after "bonding" is options. */
static int parse_install(struct import_model *model, struct shell_words *words,
			 struct import_place place)
{
	struct import_target *target;
	size_t at = 2;
	int err;

	while (at < words->count && strcmp(words->list[at].text, "bonding") != 0)
		at++;
	if (at >= words->count || at < 3 || !strstr(words->list[2].text, "modprobe"))
		return 0;
	err = import_target_find(model, words->list[1].text, place, &target);
	if (!err && strcmp(words->list[1].text, "bonding") != 0)
		err = import_add_alias(model, words->list[1].text, "bonding", place);
	return err ?: add_parameters(model, target, words, at + 1, place);
}

/* Skips conditional lines of modules.conf: conditions are not evaluated. */
static int in_condition(struct import_model *model, struct shell_words *words,
			struct import_place place, unsigned int *depth, bool *ret_skip)
{
	const char *word = words->list[0].text;
	bool opens = strncmp(word, "if", 2) == 0 && word[strspn(word, "ifndef")] == '\0';

	*ret_skip = true;
	if (opens) {
		++*depth;
		return import_warn(model, place,
				   "conditions are not evaluated: lines up to endif ignored");
	}
	if (strcmp(word, "endif") == 0 && *depth) {
		--*depth;
		return 0;
	}
	*ret_skip = *depth > 0;
	return 0;
}

static int parse_line(struct import_model *model, char *line, struct import_place place,
		      const struct chain *chain, unsigned int *depth)
{
	struct shell_words words;
	const char *word;
	bool skip;
	int err = shell_split(model, place, line, &words);

	if (err || !words.count)
		return err;
	err = in_condition(model, &words, place, depth, &skip);
	if (err || skip)
		return err;
	word = words.list[0].text;
	if (strcmp(word, "alias") == 0)
		return parse_alias(model, &words, place);
	if (strcmp(word, "options") == 0)
		return parse_options(model, &words, place);
	if (strcmp(word, "install") == 0)
		return parse_install(model, &words, place);
	if (strcmp(word, "include") == 0 && words.count == 2)
		return include(model, words.list[1].text, place, chain);
	if (is_indifferent(word))
		return 0;
	return import_refuse(model, place, -EINVAL,
			     "unknown directive: not a file of module options");
}

static int read_one(struct import_model *model, const struct import_file *file,
		    const struct chain *above)
{
	struct chain chain = {above, file->name, above ? above->depth + 1 : 1};
	_cleanup_lines_ struct lines lines = {};
	unsigned int depth = 0;
	int err = lines_open(model, file, true, &lines);
	char *line;

	while (!err && (line = lines_next(&lines)))
		err = parse_line(model, line, lines.place, &chain, &depth);
	return err;
}

int import_modprobe(struct import_model *model, const struct import_file *file)
{
	return read_one(model, file, NULL);
}
