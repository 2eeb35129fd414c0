/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a bond that module options name: see module_options.h. */
#include "module_options.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "import/dialects.h"
#include "import/settle.h"
#include "json.h"
#include "protocol.h"
#include "read_file.h"
#include "request.h"
#include "say.h"

#define DIRECTORY "/etc/modprobe.d"
#define PATH_SIZE 512

DEFINE_CLEANUP(config, struct config *, config_free)
DEFINE_CLEANUP(import_model, struct import_model *, import_free)

static int fetch(void *context, const char *path, char **ret_text, size_t *ret_length)
{
	(void)context;
	return read_file(path, IMPORT_BYTES_MAX, ret_text, ret_length);
}

/* A file that is not there says nothing. */
static int read_one(struct import_model *model, const char *path)
{
	_cleanup_free_ char *text = NULL;
	struct import_file file = {.name = path};
	int err = read_file(path, IMPORT_BYTES_MAX, &text, &file.length);

	if (err == -ENOENT)
		return 0;
	if (err)
		return import_refuse(model, (struct import_place){}, err, "%s: cannot be read: %s",
				     path, strerror(-err));
	file.text = text;
	return import_modprobe(model, &file);
}

static int is_conf(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return end && strcmp(end, ".conf") == 0;
}

static int read_directory(struct import_model *model)
{
	struct dirent **entries;
	int count = scandir(DIRECTORY, &entries, is_conf, alphasort), err = 0;

	for (int i = 0; i < count; i++) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), DIRECTORY "/%s", entries[i]->d_name);
		err = err ?: read_one(model, path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return err;
}

static int read_all(struct import_model *model)
{
	int err = read_directory(model);

	err = err ?: read_one(model, "/etc/modprobe.conf");
	err = err ?: read_one(model, "/etc/modules.conf");
	err = err ?: read_one(model, "/etc/conf.modules");
	return err ?: import_finish(model);
}

static void say_fault(const struct import_model *model)
{
	if (model->fault.file && model->fault.line)
		say_error("%s:%u: %s", model->fault.file, model->fault.line, model->why.text);
	else if (model->fault.file)
		say_error("%s: %s", model->fault.file, model->why.text);
	else
		say_error("%s", model->why.text);
}

/* The daemon's part: a file that says no more than this bond. */
static int make(const char *bond, const struct config *config)
{
	_cleanup_(config) struct config *nothing = config_new();
	_cleanup_free_ char *text = nothing ? config_diff(config, nothing, false) : NULL;
	_cleanup_json_ json_t *reply = NULL;

	if (!text) {
		say_error("%s: no memory", bond);
		return -ENOMEM;
	}
	return request("apply", 2, (char *[]){(char *)"module options", text}, START_IF_NONE,
		       &reply) == CONTROL_DONE
		       ? 0
		       : -EREMOTEIO;
}

int module_options_create(const char *bond)
{
	_cleanup_(import_model) struct import_model *model = import_new();
	_cleanup_(config) struct config *config = NULL;
	const struct import_link *link;
	int err;

	if (!model) {
		say_error("%s: no memory", bond);
		return -ENOMEM;
	}
	model->reader.fetch = fetch;
	err = read_all(model);
	link = err ? NULL : import_find(model, bond);
	if (!err && (!link || !link->is_bond))
		return -ENODEV;
	err = err ?: import_settle(model, bond, &config);
	if (err) {
		say_fault(model);
		return err;
	}
	for (const struct import_warning *w = model->warnings; w; w = w->next)
		say_error("%s", w->text);
	return make(bond, config);
}
