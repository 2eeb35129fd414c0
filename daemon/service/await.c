/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for ports to appear. */
#include "daemon/service/await.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/log.h"
#include "daemon/service/apply.h"
#include "lang/refuse.h"

struct awaited_port {
	char bond[BOND_NAME_MAX];
	struct config_port port;
	uint32_t ifindex; /* of its interface; 0: there is none */
};

struct await_list {
	size_t count;
	struct awaited_port ports[];
};

void await_list_free(struct await_list *list)
{
	free(list);
}

static struct await_list *list_new(const struct ebondd *daemon, const struct config *desired)
{
	size_t room = daemon->awaited ? daemon->awaited->count : 0;

	for (size_t i = 0; i < desired->count; i++)
		room += desired->bonds[i].port_count;
	return calloc(1, sizeof(struct await_list) + room * sizeof(struct awaited_port));
}

/* Keeps the entries of bonds that the file does not name. */
static void keep_others(struct await_list *list, const struct await_list *old,
			const struct config *desired)
{
	for (size_t i = 0; old && i < old->count; i++)
		if (!config_find_bond(desired, old->ports[i].bond))
			list->ports[list->count++] = old->ports[i];
}

/* The interface that is called so, and its own name, if that is another; 0: none. */
static uint32_t find_interface(struct ebondd *daemon, char name[CONFIG_PORT_NAME_MAX])
{
	struct link link;

	if (nl_link_by_name(daemon->nl, name, &link) != 0)
		return 0;
	memcpy(name, link.name, sizeof(link.name));
	return link.ifindex;
}

/* Appends a port, which from here on has its interface's own name. Returns whether there is one. */
static bool add_port(struct ebondd *daemon, struct await_list *list, const char *bond,
		     struct config_port *port)
{
	struct awaited_port *awaited = &list->ports[list->count++];

	memcpy(awaited->bond, bond, sizeof(awaited->bond));
	awaited->port = *port;
	awaited->ifindex = find_interface(daemon, port->name);
	return awaited->ifindex != 0;
}

struct await_list *await_list_new(struct ebondd *daemon, struct config *desired, bool prune,
				  await_sink *missing, void *data)
{
	struct await_list *list = list_new(daemon, desired);

	if (!list)
		return NULL;
	if (!prune)
		keep_others(list, daemon->awaited, desired);
	for (size_t i = 0; i < desired->count; i++) {
		struct config_bond *bond = &desired->bonds[i];

		for (size_t j = 0; j < bond->port_count;) {
			if (add_port(daemon, list, bond->name, &bond->ports[j])) {
				j++;
				continue;
			}
			missing(bond, &bond->ports[j], data);
			config_remove_port(bond, j);
		}
	}
	return list;
}

void await_forget(struct ebondd *daemon, const char *bond, uint32_t ifindex)
{
	struct await_list *list = daemon->awaited;
	size_t kept = 0;

	for (size_t i = 0; list && i < list->count; i++) {
		const struct awaited_port *awaited = &list->ports[i];

		if (strcmp(awaited->bond, bond) != 0 || (ifindex && awaited->ifindex != ifindex))
			list->ports[kept++] = *awaited;
	}
	if (list)
		list->count = kept;
}

static void attach(struct ebondd *daemon, const struct awaited_port *awaited)
{
	struct config_port port = awaited->port;
	struct refusal why = {};

	find_interface(daemon, port.name);
	if (apply_port(daemon, awaited->bond, &port, &why) < 0)
		log_error(awaited->bond, "port %s appeared, but was not attached: %s",
			  awaited->port.name, why.text);
}

/* The port's current interface: an attached port may have been renamed. */
static uint32_t present_ifindex(struct ebondd *daemon, const struct awaited_port *awaited)
{
	struct link link;

	if (awaited->ifindex && bonds_by_port(daemon, awaited->ifindex, NULL))
		return awaited->ifindex;
	return nl_link_by_name(daemon->nl, awaited->port.name, &link) == 0 ? link.ifindex : 0;
}

void await_look(struct ebondd *daemon)
{
	struct await_list *list = daemon->awaited;

	for (size_t i = 0; list && i < list->count; i++) {
		struct awaited_port *awaited = &list->ports[i];
		uint32_t ifindex = present_ifindex(daemon, awaited);

		if (ifindex == awaited->ifindex)
			continue;
		awaited->ifindex = ifindex;
		if (ifindex)
			attach(daemon, awaited);
		else
			log_notice(awaited->bond, "waiting for port %s to return",
				   awaited->port.name);
	}
}
