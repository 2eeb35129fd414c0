/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bonding driver's options as they appear in files: see driver_options.h. */
#include "import/driver_options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Module parameters that concern the module itself or are obsolete, and why each is ignored. */
static const struct {
	const char *key, *why;
} ignored_options[] = {
	{"tx_queues", "bond0 has one transmit queue in ebond"},
	{"debug", "see 'ebond log'"},
	{"multicast", "ports receive all multicast in ebond"},
	{"ifname", "the bond is named elsewhere in the file"},
	{"dev_addr", "set the address with 'ip link set address'"},
};

static int set_active_port(struct import_model *model, struct import_link *link, const char *value,
			   struct import_place place)
{
	link->active_port = import_text(model, value);
	link->active_port_place = place;
	return link->active_port ? 0 : import_no_memory(model);
}

/* "eth0:1 eth1:2"; commas separate, too. */
static int set_queue_ids(struct import_model *model, const char *value, struct import_place place)
{
	while (*value) {
		size_t length = strcspn(value, " ,\t");
		const char *colon = memchr(value, ':', length);
		const char *number = NULL, *name = NULL;
		struct import_link *port;
		int err;

		if (!length) {
			value++;
			continue;
		}
		if (!colon)
			return import_refuse(model, place, -EINVAL,
					     "queue_id %.*s: write PORT:NUMBER",
					     (int)(length < 40 ? length : 40), value);
		name = import_text_n(model, value, (size_t)(colon - value));
		number = import_text_n(model, colon + 1, length - (size_t)(colon + 1 - value));
		if (!name || !number)
			return import_no_memory(model);
		err = import_link(model, name, place, &port)
			      ?: import_set(model, port, "queue_id", number, place);
		if (err)
			return err;
		value += length;
	}
	return 0;
}

int import_driver_option(struct import_model *model, struct import_link *link, const char *key,
			 const char *value, struct import_place place)
{
	for (size_t i = 0; i < ARRAY_SIZE(ignored_options); i++)
		if (strcmp(key, ignored_options[i].key) == 0)
			return import_warn(model, place, "%s: %s: ignored", key,
					   ignored_options[i].why);
	if (strcmp(key, "use_carrier") == 0) {
		if (strcmp(value, "1") == 0 || strcmp(value, "on") == 0)
			return 0;
		return import_warn(model, place,
				   "use_carrier %.20s: ebond always uses carrier: ignored", value);
	}
	if (strcmp(key, "all_slaves_active") == 0 && strcmp(value, "dropped") == 0)
		value = "0";
	if (strcmp(key, "all_slaves_active") == 0 && strcmp(value, "delivered") == 0)
		value = "1";
	if (strcmp(key, "active_slave") == 0)
		return set_active_port(model, link, value, place);
	if (strcmp(key, "queue_id") == 0)
		return set_queue_ids(model, value, place);
	return import_set(model, link, key, value, place);
}

/* Keys in stanzas that have the prefix but are not options. */
static const char *const no_options[] = {
	"slaves", "members", "ports", "master", "give_a_chance", "queue_id", "active_slave",
};

bool import_ifupdown_option(const char *key, char *name, size_t size)
{
	bool has_prefix = !strncmp(key, "bond-", 5) || !strncmp(key, "bond_", 5);
	size_t length;

	if (has_prefix)
		key += 5;
	length = strlen(key);
	if (length >= size)
		return false;
	for (size_t i = 0; i <= length; i++)
		name[i] = key[i] == '-' ? '_' : key[i];
	for (size_t i = 0; i < ARRAY_SIZE(no_options); i++)
		if (strcmp(name, no_options[i]) == 0)
			return false;
	return has_prefix || option_find(name);
}
