/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model's memory, lists and warnings: see model.h. */
#include "import/model.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/net.h"
#include "lang/names.h"

#define BLOCK_BYTES 8192
#define ALIGNMENT _Alignof(max_align_t)

struct import_block {
	struct import_block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

struct import_model *import_new(void)
{
	struct import_model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	model->links_end = &model->links;
	model->warnings_end = &model->warnings;
	return model;
}

void import_free(struct import_model *model)
{
	struct import_block *next;

	if (!model)
		return;
	for (struct import_block *block = model->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(model);
}

void *import_alloc(struct import_model *model, size_t size)
{
	struct import_block *block = model->blocks;
	void *memory;

	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;

		block = calloc(1, sizeof(*block) + room);
		if (!block)
			return NULL;
		block->size = room;
		block->next = model->blocks;
		model->blocks = block;
	}
	memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

const char *import_text_n(struct import_model *model, const char *text, size_t length)
{
	char *copy = import_alloc(model, length + 1);

	if (copy)
		memcpy(copy, text, length);
	return copy;
}

const char *import_text(struct import_model *model, const char *text)
{
	return import_text_n(model, text, strlen(text));
}

/* Text quoted from a file may contain anything, but a message must stay on one line. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

int import_refuse(struct import_model *model, struct import_place place, int err,
		  const char *format, ...)
{
	va_list args;

	model->fault = place;
	model->why.err = err;
	va_start(args, format);
	vsnprintf(model->why.text, sizeof(model->why.text), format, args);
	va_end(args);
	make_printable(model->why.text);
	return err;
}

int import_no_memory(struct import_model *model)
{
	return import_refuse(model, (struct import_place){}, -ENOMEM, "no memory");
}

/* A module option is read once but applied to many bonds: warn once. */
static bool is_duplicate(const struct import_model *model, const char *text)
{
	for (const struct import_warning *w = model->warnings; w; w = w->next)
		if (strcmp(w->text, text) == 0)
			return true;
	return false;
}

int import_warn(struct import_model *model, struct import_place place, const char *format, ...)
{
	struct import_warning *warning;
	char what[512], text[1024];
	va_list args;

	if (model->warning_count >= IMPORT_WARNINGS_MAX)
		return 0;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (place.line)
		snprintf(text, sizeof(text), "%s:%u: %s", place.file, place.line, what);
	else
		snprintf(text, sizeof(text), "%s%s%s", place.file ?: "", place.file ? ": " : "",
			 what);
	make_printable(text);
	if (is_duplicate(model, text))
		return 0;
	warning = import_alloc(model, sizeof(*warning));
	if (!warning)
		return import_no_memory(model);
	warning->text = import_text(model, text);
	if (!warning->text)
		return import_no_memory(model);
	*model->warnings_end = warning;
	model->warnings_end = &warning->next;
	model->warning_count++;
	return 0;
}

struct import_link *import_find(const struct import_model *model, const char *name)
{
	for (struct import_link *link = model->links; link; link = link->next)
		if (strcmp(link->name, name) == 0)
			return link;
	return NULL;
}

static struct import_link *new_link(struct import_model *model, const char *name,
				    struct import_place place)
{
	struct import_link *link = import_alloc(model, sizeof(*link));

	if (!link)
		return NULL;
	memcpy(link->name, name, strlen(name));
	link->place = place;
	link->settings_end = &link->settings;
	link->addresses_end = &link->addresses;
	link->routes_end = &link->routes;
	*model->links_end = link;
	model->links_end = &link->next;
	model->link_count++;
	return link;
}

int import_link(struct import_model *model, const char *name, struct import_place place,
		struct import_link **ret_link)
{
	struct import_link *link = import_find(model, name);
	struct refusal why;

	if (!link && name_check(name, &why) < 0)
		return import_refuse(model, place, -EINVAL, "%s", why.text);
	if (!link && model->link_count == IMPORT_LINKS_MAX)
		return import_refuse(model, place, -E2BIG,
				     "more than %d interfaces: import fewer at a time",
				     IMPORT_LINKS_MAX);
	if (!link)
		link = new_link(model, name, place);
	if (!link)
		return import_no_memory(model);
	*ret_link = link;
	return 0;
}

int import_bond(struct import_model *model, const char *name, struct import_place place,
		struct import_link **ret_link)
{
	struct import_link *link;
	int err = import_link(model, name, place, &link);

	if (err)
		return err;
	if (link->is_bond)
		err = import_warn(model, place,
				  "%s is already defined in %s:%u: the two are merged", name,
				  link->place.file, link->place.line);
	else
		link->place = place;
	link->is_bond = true;
	*ret_link = link;
	return err;
}

int import_port(struct import_model *model, const char *name, const char *master,
		struct import_place place, struct import_link **ret_link)
{
	struct import_link *link;
	int err = import_link(model, name, place, &link);

	if (err)
		return err;
	if (link->master && strcmp(link->master, master) != 0)
		return import_refuse(
			model, place, -EBUSY,
			"%s is already a port of %.40s (%.60s:%u): remove one of the two", name,
			link->master, link->master_place.file, link->master_place.line);
	link->master = import_text(model, master);
	if (!link->master)
		return import_no_memory(model);
	link->master_place = place;
	*ret_link = link;
	return 0;
}

static int add_setting(struct import_model *model, struct import_link *link, const char *name,
		       const char *value, struct import_place place, bool by_dialect)
{
	struct import_setting *setting;

	if (link->setting_count == IMPORT_SETTINGS_MAX)
		return import_refuse(model, place, -E2BIG, "%s has more than %d options",
				     link->name, IMPORT_SETTINGS_MAX);
	setting = import_alloc(model, sizeof(*setting));
	if (!setting)
		return import_no_memory(model);
	setting->name = import_text(model, name);
	setting->value = import_text(model, value);
	setting->place = place;
	setting->by_dialect = by_dialect;
	if (!setting->name || !setting->value)
		return import_no_memory(model);
	*link->settings_end = setting;
	link->settings_end = &setting->next;
	link->setting_count++;
	return 0;
}

int import_set(struct import_model *model, struct import_link *link, const char *name,
	       const char *value, struct import_place place)
{
	return add_setting(model, link, name, value, place, false);
}

int import_set_default(struct import_model *model, struct import_link *link, const char *name,
		       const char *value)
{
	return add_setting(model, link, name, value, link->place, true);
}

bool import_interface_has(const struct import_interface *interface, const char *mac,
			  bool or_current)
{
	static const uint8_t unknown[6];
	uint8_t bytes[6];

	if (!import_parse_mac(mac, bytes))
		return false;
	if (memcmp(interface->permanent, bytes, sizeof(bytes)) == 0)
		return true;
	or_current = or_current || memcmp(interface->permanent, unknown, sizeof(unknown)) == 0;
	return or_current && memcmp(interface->mac, bytes, sizeof(bytes)) == 0;
}

const struct import_interface *import_interface_with(const struct import_model *model,
						     const char *mac)
{
	for (int or_current = 0; or_current < 2; or_current++)
		for (size_t i = 0; i < model->interface_count; i++)
			if (!model->interfaces[i].is_bond &&
			    import_interface_has(&model->interfaces[i], mac, or_current))
				return &model->interfaces[i];
	return NULL;
}

const struct import_interface *import_interface_named(const struct import_model *model,
						      const char *name)
{
	for (size_t i = 0; i < model->interface_count; i++)
		if (strcmp(model->interfaces[i].name, name) == 0)
			return &model->interfaces[i];
	return NULL;
}

int import_warn_dhcp(struct import_model *model, const struct import_link *link,
		     struct import_place place, const char *what)
{
	if (!model->dhcp_client)
		return import_warn(
			model, place,
			"%s: ebond has no DHCP client and none is installed: %s gets no address",
			what, link->name);
	return import_warn(model, place,
			   "%s: ebond has no DHCP client: run '%s %s' once the bond is up", what,
			   model->dhcp_client, link->name);
}

bool import_has(const struct import_link *link, const char *name)
{
	for (const struct import_setting *s = link->settings; s; s = s->next)
		if (strcmp(s->name, name) == 0)
			return true;
	return false;
}
