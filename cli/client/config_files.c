/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads files and directories for `ebond import` etc.: see config_files.h. */
#include "cli/client/config_files.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/client/machine.h"
#include "cli/client/say.h"
#include "lib/cleanup.h"
#include "lib/read_file.h"

#define DIRECTORY_FILES_MAX 4096

/* Usual places of module options; those that do not exist are skipped. */
static const char *const modprobe_places[] = {"/etc/modprobe.d", "/etc/modprobe.conf",
					      "/etc/modules.conf", "/etc/conf.modules"};

/* Files left behind by editors and package managers, which initscripts skip, too. */
static const char *const leftovers[] = {"*~",	      "*.bak",	    "*.orig", "*.rpmnew",
					"*.rpmorig",  "*.rpmsave",  "*.old",  "*.swp",
					"*.dpkg-old", "*.dpkg-dist"};

static int fetch(void *context, const char *path, char **ret_text, size_t *ret_length)
{
	(void)context;
	return read_file(path, IMPORT_BYTES_MAX, ret_text, ret_length);
}

/* How this machine's DHCP client is called, without the interface. */
static const char *find_dhcp_client(void)
{
	static const struct {
		const char *name, *command;
	} clients[] = {{"dhclient", "dhclient"}, {"dhcpcd", "dhcpcd"}, {"udhcpc", "udhcpc -i"}};
	static const char *const directories[] = {"/usr/sbin", "/sbin", "/usr/bin", "/bin"};
	char path[64];

	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++)
		for (size_t j = 0; j < sizeof(directories) / sizeof(directories[0]); j++) {
			snprintf(path, sizeof(path), "%s/%s", directories[j], clients[i].name);
			if (access(path, X_OK) == 0)
				return clients[i].command;
		}
	return NULL;
}

struct import_model *import_open(struct import_interface **ret_interfaces)
{
	struct import_model *model = import_new();

	*ret_interfaces = NULL;
	if (!model)
		return NULL;
	model->interface_count = machine_interfaces(ret_interfaces);
	model->interfaces = *ret_interfaces;
	model->dhcp_client = find_dhcp_client();
	model->reader.fetch = fetch;
	return model;
}

void import_print_fault(const struct import_model *model)
{
	const struct import_place *place = &model->fault;

	if (place->file && place->line)
		say_error("%s:%u: %s", place->file, place->line, model->why.text);
	else if (place->file)
		say_error("%s: %s", place->file, model->why.text);
	else
		say_error("%s", model->why.text);
}

void import_print_warnings(const struct import_model *model)
{
	for (const struct import_warning *warning = model->warnings; warning;
	     warning = warning->next)
		say_error("warning: %s", warning->text);
	if (model->warning_count == IMPORT_WARNINGS_MAX)
		say_error("warning: further warnings are not shown");
}

void import_print_refusal(const struct import_model *model)
{
	import_print_warnings(model);
	import_print_fault(model);
}

static int parse(struct import_model *model, enum import_kind kind, const struct import_file *file)
{
	switch (kind) {
	case IMPORT_MODPROBE:
		return import_modprobe(model, file);
	case IMPORT_IFCFG:
		return import_is_named(file->name) ? import_recognised(model, file)
						   : import_ifcfg(model, file);
	case IMPORT_ANY:
		return import_recognised(model, file);
	}
	return -EINVAL;
}

static int read_one(struct import_model *model, enum import_kind kind, const char *path)
{
	struct import_file file = {.name = strcmp(path, "-") ? path : "standard input"};
	struct import_place place = {import_text(model, file.name), 0};
	_cleanup_free_ char *text = NULL;
	int err = read_file(path, IMPORT_BYTES_MAX, &text, &file.length);

	file.text = text;
	if (err == -EFBIG)
		return import_refuse(model, place, err, "is longer than %d bytes: split it",
				     IMPORT_BYTES_MAX);
	if (err == -EISDIR)
		return import_refuse(model, place, err, "is a directory: name the files in it");
	if (err)
		return import_refuse(model, place, err, "cannot be read: %s", strerror(-err));
	return parse(model, kind, &file);
}

static bool is_leftover(const char *name)
{
	for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++)
		if (fnmatch(leftovers[i], name, 0) == 0)
			return true;
	return *name == '.';
}

static bool is_wanted(enum import_kind kind, const char *name)
{
	static const char *const scripts[] = {"ifcfg-*", "route-*",   "route6-*", "rule-*",
					      "rule6-*", "ifroute-*", "routes"};

	if (is_leftover(name))
		return false;
	switch (kind) {
	case IMPORT_MODPROBE:
		return fnmatch("*.conf", name, 0) == 0;
	case IMPORT_IFCFG:
		for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
			if (fnmatch(scripts[i], name, 0) == 0)
				return true;
		return false;
	case IMPORT_ANY:
		break;
	}
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The sorted names of the wanted files in @directory. */
static int list_directory(DIR *directory, enum import_kind kind, char **names, size_t *ret_count)
{
	const struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(directory))) {
		if (!is_wanted(kind, entry->d_name))
			continue;
		if (count == DIRECTORY_FILES_MAX)
			return -E2BIG;
		names[count] = strdup(entry->d_name);
		*ret_count = count + 1;
		if (!names[count++])
			return -ENOMEM;
	}
	qsort(names, count, sizeof(*names), compare_names);
	return 0;
}

/* The files of a directory with their full paths. */
struct directory {
	char *paths[DIRECTORY_FILES_MAX];
	size_t count;
};

static void free_directory(struct directory *directory)
{
	for (size_t i = 0; i < directory->count; i++)
		free(directory->paths[i]);
	free(directory);
}

DEFINE_CLEANUP(directory, struct directory *, free_directory)

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Prepends the directory to each name in the list. */
static int complete(struct directory *directory, const char *path)
{
	for (size_t i = 0; i < directory->count; i++) {
		char *whole = NULL;

		if (asprintf(&whole, "%s/%s", path, directory->paths[i]) < 0)
			return -ENOMEM;
		free(directory->paths[i]);
		directory->paths[i] = whole;
	}
	return 0;
}

static int open_directory(struct import_model *model, enum import_kind kind, const char *path,
			  struct directory **ret_directory)
{
	struct import_place place = {import_text(model, path), 0};
	_cleanup_closedir_ DIR *dir = opendir(path);
	struct directory *directory = calloc(1, sizeof(*directory));
	int err = !dir ? -errno : !directory ? -ENOMEM : 0;

	*ret_directory = directory;
	err = err ?: list_directory(dir, kind, directory->paths, &directory->count);
	err = err ?: complete(directory, path);
	return err ? import_refuse(model, place, err, "cannot be read: %s", strerror(-err)) : 0;
}

/* The *.conf files in the drop-in directory "@path.d" of a systemd-networkd file. */
static int read_drop_ins(struct import_model *model, const char *path)
{
	_cleanup_(directory) struct directory *directory = NULL;
	_cleanup_free_ char *beside = NULL;
	int err;

	if ((fnmatch("*.netdev", path, 0) != 0 && fnmatch("*.network", path, 0) != 0) ||
	    asprintf(&beside, "%s.d", path) < 0 || !is_directory(beside))
		return 0;
	err = open_directory(model, IMPORT_MODPROBE, beside, &directory);
	for (size_t i = 0; !err && i < directory->count; i++)
		err = read_one(model, IMPORT_ANY, directory->paths[i]);
	return err;
}

/*
 * Reads a directory given without a kind: the files recognised by name, with
 * their drop-ins, or, if there are none, those recognised by content.
 */
static int read_any(struct import_model *model, const struct directory *directory)
{
	bool some_named = false;
	int err = 0;

	for (size_t i = 0; i < directory->count; i++)
		some_named |= import_is_named(directory->paths[i]);
	for (size_t i = 0; i < directory->count && !err; i++) {
		const char *path = directory->paths[i];

		if (is_directory(path) || (some_named && !import_is_named(path)))
			continue;
		err = read_one(model, IMPORT_ANY, path);
		if (err == -ENOTSUP)
			err = import_warn(model, model->fault, "%s: left alone", model->why.text);
		err = err ?: read_drop_ins(model, path);
	}
	return err;
}

static int read_directory(struct import_model *model, enum import_kind kind, const char *path)
{
	_cleanup_(directory) struct directory *directory = NULL;
	int err = open_directory(model, kind, path, &directory);

	if (err)
		return err;
	if (!directory->count && kind != IMPORT_MODPROBE)
		return import_refuse(model, (struct import_place){import_text(model, path), 0},
				     -ENOENT, "no %s in this directory",
				     kind == IMPORT_IFCFG ? "ifcfg-NAME" : "file");
	if (kind == IMPORT_ANY)
		return read_any(model, directory);
	for (size_t i = 0; i < directory->count && !err; i++)
		err = read_one(model, kind, directory->paths[i]);
	return err;
}

/* Whether @path is one of the @count given paths. */
static bool is_given(const char *path, int count, char **paths)
{
	for (int i = 0; i < count; i++)
		if (!strncmp(paths[i], path, strlen(path)))
			return true;
	return false;
}

/*
 * Reads a file or directory given by the user. Drop-ins are read with their
 * file unless given, too.
 */
static int read_given(struct import_model *model, enum import_kind kind, const char *path,
		      int count, char **paths)
{
	_cleanup_free_ char *beside = NULL;

	if (is_directory(path))
		return read_directory(model, kind, path);
	if (kind != IMPORT_ANY || asprintf(&beside, "%s.d", path) < 0 ||
	    is_given(beside, count, paths))
		return read_one(model, kind, path);
	return read_one(model, kind, path) ?: read_drop_ins(model, path);
}

bool import_has_module_options(void)
{
	for (size_t i = 0; i < sizeof(modprobe_places) / sizeof(modprobe_places[0]); i++)
		if (access(modprobe_places[i], F_OK) == 0)
			return true;
	return false;
}

static int read_usual_modprobe(struct import_model *model)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(modprobe_places) / sizeof(modprobe_places[0]) && !err; i++)
		if (access(modprobe_places[i], F_OK) == 0)
			err = read_given(model, IMPORT_MODPROBE, modprobe_places[i], 0, NULL);
	return err;
}

/* The init scripts loaded the module, with its options, for bonds in ifcfg files. */
static int read_usual(struct import_model *model, enum import_kind kind)
{
	int err;

	if (kind == IMPORT_IFCFG) {
		model->modules_only_options = true;
		err = read_given(model, kind, IMPORT_IFCFG_DIRECTORY, 0, NULL);
		return err ?: read_usual_modprobe(model);
	}
	if (!import_has_module_options())
		return import_refuse(model, (struct import_place){}, -ENOENT,
				     "no /etc/modprobe.d, /etc/modprobe.conf, /etc/modules.conf or "
				     "/etc/conf.modules: name a file");
	return read_usual_modprobe(model);
}

int import_read(struct import_model *model, enum import_kind kind, int count, char **paths)
{
	int err = count ? 0 : read_usual(model, kind);

	for (int i = 0; i < count && !err; i++)
		err = read_given(model, kind, paths[i], count, paths);
	err = err ?: import_finish(model);
	if (err)
		import_print_refusal(model);
	return err;
}
