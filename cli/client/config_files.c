/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and folders for `ebond import` and its kin: see import_read.h. */
#include "cli/client/config_files.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <ifaddrs.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static size_t list_interfaces(struct import_interface **ret_interfaces)
{
	struct ifaddrs *all = NULL;
	size_t count = 0;

	*ret_interfaces = NULL;
	if (getifaddrs(&all) < 0)
		return 0;
	for (const struct ifaddrs *at = all; at; at = at->ifa_next)
		count++;
	*ret_interfaces = calloc(count + 1, sizeof(**ret_interfaces));
	count = 0;
	for (const struct ifaddrs *at = all; *ret_interfaces && at; at = at->ifa_next) {
		const struct sockaddr_ll *ll = (const void *)at->ifa_addr;
		struct import_interface *interface = &(*ret_interfaces)[count];

		if (!ll || ll->sll_family != AF_PACKET || ll->sll_halen != sizeof(interface->mac))
			continue;
		snprintf(interface->name, sizeof(interface->name), "%s", at->ifa_name);
		memcpy(interface->mac, ll->sll_addr, sizeof(interface->mac));
		count++;
	}
	freeifaddrs(all);
	return count;
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
	model->interface_count = list_interfaces(ret_interfaces);
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

static int parse(struct import_model *model, enum import_kind kind, const struct import_file *file)
{
	switch (kind) {
	case IMPORT_MODPROBE:
		return import_modprobe(model, file);
	case IMPORT_IFCFG:
		return import_ifcfg(model, file);
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

static bool is_wanted(enum import_kind kind, const char *name)
{
	for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++)
		if (fnmatch(leftovers[i], name, 0) == 0)
			return false;
	return fnmatch(kind == IMPORT_IFCFG ? "ifcfg-*" : "*.conf", name, FNM_PERIOD) == 0;
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

static int read_folder(struct import_model *model, enum import_kind kind, const char *path)
{
	struct import_place place = {import_text(model, path), 0};
	_cleanup_closedir_ DIR *folder = opendir(path);
	_cleanup_free_ char **names = calloc(FOLDER_FILES_MAX, sizeof(*names));
	size_t count = 0;
	int err = !folder ? -errno : !names ? -ENOMEM : list_folder(folder, kind, names, &count);

	if (err)
		err = import_refuse(model, place, err, "cannot be read: %s", strerror(-err));
	else if (!count && kind == IMPORT_IFCFG)
		err = import_refuse(model, place, -ENOENT, "there is no ifcfg-NAME in it");
	for (size_t i = 0; i < count; i++) {
		char whole[4096];

		snprintf(whole, sizeof(whole), "%s/%s", path, names[i]);
		err = err ?: read_one(model, kind, whole);
		free(names[i]);
	}
	return err;
}

static int read_path(struct import_model *model, enum import_kind kind, const char *path)
{
	struct stat status;

	if (kind != IMPORT_ANY && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return read_folder(model, kind, path);
	return read_one(model, kind, path);
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
			err = read_path(model, IMPORT_MODPROBE, modprobe_places[i]);
	return err;
}

/* The init scripts loaded the module, with its options, for the bonds of ifcfg files. */
static int read_usual(struct import_model *model, enum import_kind kind)
{
	int err;

	if (kind == IMPORT_IFCFG) {
		model->modules_only_options = true;
		err = read_path(model, kind, IMPORT_IFCFG_FOLDER);
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
		err = read_path(model, kind, paths[i]);
	err = err ?: import_finish(model);
	if (err)
		import_say_fault(model);
	return err;
}
