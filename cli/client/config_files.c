/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and folders for `ebond import` and its kin: see import_read.h. */
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

#define FOLDER_FILES_MAX 4096

/* Where module options are usually found; what is not there is passed over. */
static const char *const modprobe_places[] = {"/etc/modprobe.d", "/etc/modprobe.conf",
					      "/etc/modules.conf", "/etc/conf.modules"};

/* What editors and package managers leave behind: initscripts pass these over, too. */
static const char *const leftovers[] = {"*~",	      "*.bak",	    "*.orig", "*.rpmnew",
					"*.rpmorig",  "*.rpmsave",  "*.old",  "*.swp",
					"*.dpkg-old", "*.dpkg-dist"};

static int fetch(void *context, const char *path, char **ret_text, size_t *ret_length)
{
	(void)context;
	return read_file(path, IMPORT_BYTES_MAX, ret_text, ret_length);
}

/* How a DHCP client of this machine is called, without the interface. */
static const char *find_dhcp_client(void)
{
	static const struct {
		const char *name, *command;
	} clients[] = {{"dhclient", "dhclient"}, {"dhcpcd", "dhcpcd"}, {"udhcpc", "udhcpc -i"}};
	static const char *const folders[] = {"/usr/sbin", "/sbin", "/usr/bin", "/bin"};
	char path[64];

	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++)
		for (size_t j = 0; j < sizeof(folders) / sizeof(folders[0]); j++) {
			snprintf(path, sizeof(path), "%s/%s", folders[j], clients[i].name);
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

void import_say_fault(const struct import_model *model)
{
	const struct import_place *place = &model->fault;

	if (place->file && place->line)
		say_error("%s:%u: %s", place->file, place->line, model->why.text);
	else if (place->file)
		say_error("%s: %s", place->file, model->why.text);
	else
		say_error("%s", model->why.text);
}

void import_say_warnings(const struct import_model *model)
{
	for (const struct import_warning *warning = model->warnings; warning;
	     warning = warning->next)
		say_error("warning: %s", warning->text);
	if (model->warning_count == IMPORT_WARNINGS_MAX)
		say_error("warning: there are more warnings than these");
}

void import_say_refused(const struct import_model *model)
{
	import_say_warnings(model);
	import_say_fault(model);
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
		return import_refuse(model, place, err, "is a folder: name its files");
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

/* The names of the wanted files in @folder, sorted. */
static int list_folder(DIR *folder, enum import_kind kind, char **names, size_t *ret_count)
{
	const struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(folder))) {
		if (!is_wanted(kind, entry->d_name))
			continue;
		if (count == FOLDER_FILES_MAX)
			return -E2BIG;
		names[count] = strdup(entry->d_name);
		*ret_count = count + 1;
		if (!names[count++])
			return -ENOMEM;
	}
	qsort(names, count, sizeof(*names), compare_names);
	return 0;
}

/* The files of one folder, by their whole paths. */
struct folder {
	char *paths[FOLDER_FILES_MAX];
	size_t count;
};

static void free_folder(struct folder *folder)
{
	for (size_t i = 0; i < folder->count; i++)
		free(folder->paths[i]);
	free(folder);
}

DEFINE_CLEANUP(folder, struct folder *, free_folder)

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Puts the folder's path before each name, which are the list's. */
static int complete(struct folder *folder, const char *path)
{
	for (size_t i = 0; i < folder->count; i++) {
		char *whole = NULL;

		if (asprintf(&whole, "%s/%s", path, folder->paths[i]) < 0)
			return -ENOMEM;
		free(folder->paths[i]);
		folder->paths[i] = whole;
	}
	return 0;
}

static int open_folder(struct import_model *model, enum import_kind kind, const char *path,
		       struct folder **ret_folder)
{
	struct import_place place = {import_text(model, path), 0};
	_cleanup_closedir_ DIR *dir = opendir(path);
	struct folder *folder = calloc(1, sizeof(*folder));
	int err = !dir ? -errno : !folder ? -ENOMEM : 0;

	*ret_folder = folder;
	err = err ?: list_folder(dir, kind, folder->paths, &folder->count);
	err = err ?: complete(folder, path);
	return err ? import_refuse(model, place, err, "cannot be read: %s", strerror(-err)) : 0;
}

/* The *.conf in the folder "@path.d" of a file of systemd-networkd's. */
static int read_drop_ins(struct import_model *model, const char *path)
{
	_cleanup_(folder) struct folder *folder = NULL;
	_cleanup_free_ char *beside = NULL;
	int err;

	if ((fnmatch("*.netdev", path, 0) != 0 && fnmatch("*.network", path, 0) != 0) ||
	    asprintf(&beside, "%s.d", path) < 0 || !is_folder(beside))
		return 0;
	err = open_folder(model, IMPORT_MODPROBE, beside, &folder);
	for (size_t i = 0; !err && i < folder->count; i++)
		err = read_one(model, IMPORT_ANY, folder->paths[i]);
	return err;
}

/*
 * Of a folder of no kind that was named those files whose names say what they are, with the
 * drop-ins beside them; where there are none, those that can be recognised.
 */
static int read_any(struct import_model *model, const struct folder *folder)
{
	bool some_named = false;
	int err = 0;

	for (size_t i = 0; i < folder->count; i++)
		some_named |= import_is_named(folder->paths[i]);
	for (size_t i = 0; i < folder->count && !err; i++) {
		const char *path = folder->paths[i];

		if (is_folder(path) || (some_named && !import_is_named(path)))
			continue;
		err = read_one(model, IMPORT_ANY, path);
		if (err == -ENOTSUP)
			err = import_warn(model, model->fault, "%s: left alone", model->why.text);
		err = err ?: read_drop_ins(model, path);
	}
	return err;
}

static int read_folder(struct import_model *model, enum import_kind kind, const char *path)
{
	_cleanup_(folder) struct folder *folder = NULL;
	int err = open_folder(model, kind, path, &folder);

	if (err)
		return err;
	if (!folder->count && kind != IMPORT_MODPROBE)
		return import_refuse(model, (struct import_place){import_text(model, path), 0},
				     -ENOENT, "there is no %s in it",
				     kind == IMPORT_IFCFG ? "ifcfg-NAME" : "file");
	if (kind == IMPORT_ANY)
		return read_any(model, folder);
	for (size_t i = 0; i < folder->count && !err; i++)
		err = read_one(model, kind, folder->paths[i]);
	return err;
}

/* Whether @path is among the @count paths that the user named. */
static bool is_given(const char *path, int count, char **paths)
{
	for (int i = 0; i < count; i++)
		if (!strncmp(paths[i], path, strlen(path)))
			return true;
	return false;
}

/* A file or folder that the user named. Drop-ins come with their file unless they are named. */
static int read_given(struct import_model *model, enum import_kind kind, const char *path,
		      int count, char **paths)
{
	_cleanup_free_ char *beside = NULL;

	if (is_folder(path))
		return read_folder(model, kind, path);
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

/* The init scripts loaded the module, with its options, for the bonds of ifcfg files. */
static int read_usual(struct import_model *model, enum import_kind kind)
{
	int err;

	if (kind == IMPORT_IFCFG) {
		model->modules_only_options = true;
		err = read_given(model, kind, IMPORT_IFCFG_FOLDER, 0, NULL);
		return err ?: read_usual_modprobe(model);
	}
	if (!import_has_module_options())
		return import_refuse(model, (struct import_place){}, -ENOENT,
				     "there is no /etc/modprobe.d, /etc/modprobe.conf, "
				     "/etc/modules.conf or /etc/conf.modules: name a file");
	return read_usual_modprobe(model);
}

int import_read(struct import_model *model, enum import_kind kind, int count, char **paths)
{
	int err = count ? 0 : read_usual(model, kind);

	for (int i = 0; i < count && !err; i++)
		err = read_given(model, kind, paths[i], count, paths);
	err = err ?: import_finish(model);
	if (err)
		import_say_refused(model);
	return err;
}
