/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of bonds and ports that config_parse.c fills and config_diff.c compares. */
#include "lang/config.h"

#include <stdlib.h>
#include <string.h>

struct config *config_new(void)
{
	return calloc(1, sizeof(struct config));
}

void config_free(struct config *config)
{
	if (config)
		free(config->bonds);
	free(config);
}

static void set_name(char *name, size_t size, const char *text)
{
	memset(name, 0, size);
	memcpy(name, text, strnlen(text, size - 1));
}

struct config_bond *config_add_bond(struct config *config, const char *name)
{
	struct config_bond *bond;

	if (config->count == CONFIG_BONDS_MAX)
		return NULL;
	if (config->count == config->room) {
		size_t room = config->room ? config->room * 2 : 4;
		struct config_bond *bonds = realloc(config->bonds, room * sizeof(*bonds));

		if (!bonds)
			return NULL;
		config->bonds = bonds;
		config->room = room;
	}
	bond = &config->bonds[config->count++];
	*bond = (struct config_bond){};
	set_name(bond->name, sizeof(bond->name), name);
	bond_options_init(&bond->options);
	return bond;
}

struct config_port *config_add_port(struct config_bond *bond, const char *name)
{
	struct config_port *port;

	if (bond->port_count == BOND_PORTS_MAX)
		return NULL;
	port = &bond->ports[bond->port_count++];
	*port = (struct config_port){};
	set_name(port->name, sizeof(port->name), name);
	bond_port_options_init(&port->options);
	return port;
}

void config_remove_bond(struct config *config, size_t index)
{
	config->count--;
	memmove(&config->bonds[index], &config->bonds[index + 1],
		(config->count - index) * sizeof(config->bonds[0]));
}

void config_remove_port(struct config_bond *bond, size_t index)
{
	bond->port_count--;
	memmove(&bond->ports[index], &bond->ports[index + 1],
		(bond->port_count - index) * sizeof(bond->ports[0]));
}

struct config_bond *config_find_bond(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->count; i++)
		if (strcmp(config->bonds[i].name, name) == 0)
			return &config->bonds[i];
	return NULL;
}

struct config_port *config_bond_port(const struct config_bond *bond, const char *name)
{
	for (size_t i = 0; i < bond->port_count; i++)
		if (strcmp(bond->ports[i].name, name) == 0)
			return (struct config_port *)&bond->ports[i];
	return NULL;
}

struct config_port *config_find_port(const struct config *config, const char *name,
				     struct config_bond **ret_bond)
{
	for (size_t i = 0; i < config->count; i++) {
		struct config_port *port = config_bond_port(&config->bonds[i], name);

		if (!port)
			continue;
		if (ret_bond)
			*ret_bond = &config->bonds[i];
		return port;
	}
	return NULL;
}
