/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a model to bonds with addresses: see import_up.h. */
#include "import_up.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "command.h"
#include "import/print.h"
#include "protocol.h"
#include "request.h"
#include "rtnet.h"
#include "say.h"

#define COMMAND_MAX 512

DEFINE_CLEANUP(config, struct config *, config_free)
DEFINE_CLEANUP(rtnet, struct rtnet *, rtnet_close)

/* One bond being brought up. */
struct lifting {
	struct rtnet *rtnet;
	const struct import_link *link;
	unsigned int ifindex;
	bool is_new;
	const struct import_address *reached; /* the first address that is not given yet */
	bool had[64];			      /* addresses that it had before, by number */
};

static int say_failure(struct import_place place, const char *command, int err)
{
	if (err == -EPERM || err == -EACCES)
		say_error("%s:%u: '%s' failed: %s: run as root", place.file, place.line, command,
			  strerror(-err));
	else
		say_error("%s:%u: '%s' failed: %s", place.file, place.line, command,
			  strerror(-err));
	return err;
}

/* Ports must be there before anything is done. */
static int check_ports(const struct import_model *model, const struct config *config)
{
	int err = 0;

	for (size_t i = 0; i < config->count; i++)
		for (size_t j = 0; j < config->bonds[i].port_count; j++) {
			const char *name = config->bonds[i].ports[j].name;
			const struct import_link *port = import_find(model, name);

			if (if_nametoindex(name))
				continue;
			say_error("%s:%u: %s: no such interface: see 'ip link'",
				  port->master_place.file, port->master_place.line, name);
			err = -ENODEV;
		}
	return err;
}

/* `ebond apply` of the text that says @config. */
static int apply(const struct config *config)
{
	_cleanup_(config) struct config *nothing = config_new();
	_cleanup_free_ char *text = nothing ? config_diff(config, nothing, false) : NULL;
	char *words[] = {(char *)"import", text};

	if (!text) {
		say_error("no memory");
		return CONTROL_REFUSED;
	}
	return request_and_print(command_find("apply"), 2, words, START_IF_NONE);
}

static int lift_hardware(struct lifting *lifting)
{
	const struct import_link *link = lifting->link;
	char command[COMMAND_MAX];
	int err = 0;

	if (link->mac) {
		snprintf(command, sizeof(command), "ip link set %s address %s", link->name,
			 link->mac);
		err = rtnet_set_mac(lifting->rtnet, lifting->ifindex, link->mac);
		if (err)
			return say_failure(link->mac_place, command, err);
		puts(command);
	}
	if (link->mtu) {
		snprintf(command, sizeof(command), "ip link set %s mtu %u", link->name, link->mtu);
		err = rtnet_set_mtu(lifting->rtnet, lifting->ifindex, link->mtu);
		if (err)
			return say_failure(link->mtu_place, command, err);
		puts(command);
	}
	return 0;
}

static int lift_addresses(struct lifting *lifting)
{
	char command[COMMAND_MAX];
	size_t number = 0;

	for (const struct import_address *a = lifting->link->addresses; a; a = a->next, number++) {
		int err;

		lifting->reached = a;
		if (a->is_left)
			continue;
		import_address_command(lifting->link, a, command, sizeof(command));
		err = rtnet_address(lifting->rtnet, lifting->ifindex, a, true);
		if (err && err != -EEXIST)
			return say_failure(a->place, command, err);
		if (!err)
			puts(command);
		else if (number < sizeof(lifting->had) / sizeof(lifting->had[0]))
			lifting->had[number] = true;
	}
	lifting->reached = NULL;
	return 0;
}

static int lift_routes(struct lifting *lifting)
{
	char command[COMMAND_MAX];

	for (const struct import_route *r = lifting->link->routes; r; r = r->next) {
		int err = rtnet_add_route(lifting->rtnet, lifting->ifindex, r);

		import_route_command(lifting->link, r, command, sizeof(command));
		if (err == -EEXIST)
			say_error("warning: %s:%u: '%s': there is such a route already: left alone",
				  r->place.file, r->place.line, command);
		else if (err)
			return say_failure(r->place, command, err);
		else
			puts(command);
	}
	return 0;
}

static int lift_active_port(const struct import_link *link)
{
	char *words[] = {(char *)link->name, (char *)"active_slave", (char *)link->active_port};

	if (!link->active_port)
		return 0;
	if (request_and_print(command_find("set"), 3, words, START_TO_RECOVER) != CONTROL_DONE)
		say_error("warning: %s:%u: %s stays without that active port",
			  link->active_port_place.file, link->active_port_place.line, link->name);
	return 0;
}

static int lift(struct lifting *lifting)
{
	const struct import_link *link = lifting->link;
	int err;

	lifting->ifindex = if_nametoindex(link->name);
	lifting->reached = link->addresses;
	err = lift_hardware(lifting) ?: lift_addresses(lifting);
	if (!err && link->is_up) {
		err = rtnet_set_up(lifting->rtnet, lifting->ifindex);
		if (err)
			return say_failure(link->place, "ip link set up", err);
		printf("ip link set %s up\n", link->name);
	}
	return err ?: lift_routes(lifting) ?: lift_active_port(link);
}

/* What was given is taken back: a new bond goes, with its addresses. */
static void lower(struct lifting *lifting)
{
	char *words[] = {(char *)lifting->link->name};
	size_t number = 0;

	if (lifting->is_new) {
		request_and_print(command_find("del"), 1, words, START_NEVER);
		return;
	}
	for (const struct import_address *a = lifting->link->addresses; a && a != lifting->reached;
	     a = a->next, number++)
		if (number >= sizeof(lifting->had) / sizeof(lifting->had[0]) ||
		    !lifting->had[number])
			rtnet_address(lifting->rtnet, lifting->ifindex, a, false);
}

int import_carry_out(struct import_model *model, const struct config *config)
{
	_cleanup_free_ struct lifting *all = calloc(config->count + 1, sizeof(*all));
	_cleanup_(rtnet) struct rtnet *rtnet = NULL;
	int err = all ? rtnet_open(&rtnet) : -ENOMEM, code;
	size_t reached = 0;

	if (err) {
		say_error("asking the kernel: %s", strerror(-err));
		return CONTROL_REFUSED;
	}
	if (check_ports(model, config) < 0)
		return CONTROL_REFUSED;
	for (size_t i = 0; i < config->count; i++)
		all[i] = (struct lifting){
			.rtnet = rtnet,
			.link = import_find(model, config->bonds[i].name),
			.is_new = !if_nametoindex(config->bonds[i].name),
		};
	code = apply(config);
	if (code != CONTROL_DONE)
		return code;
	for (; reached < config->count && !err; reached++)
		err = lift(&all[reached]);
	if (!err)
		return CONTROL_DONE;
	for (size_t i = config->count; i-- > 0;)
		if (i < reached || all[i].is_new)
			lower(&all[i]);
	return CONTROL_REFUSED;
}

static int change_labelled(const struct import_model *model, const char *label, bool add)
{
	_cleanup_(rtnet) struct rtnet *rtnet = NULL;
	int err = rtnet_open(&rtnet), count = 0;
	char command[COMMAND_MAX];

	for (const struct import_link *link = model->links; link && !err; link = link->next)
		for (const struct import_address *a = link->addresses; a && !err; a = a->next) {
			if (!a->label || strcmp(a->label, label) != 0)
				continue;
			import_address_command(link, a, command, sizeof(command));
			err = rtnet_address(rtnet, if_nametoindex(link->name), a, add);
			if (err == (add ? -EEXIST : -EADDRNOTAVAIL))
				err = 0;
			if (err)
				say_failure(a->place, command, err);
			count++;
		}
	if (!err && !count)
		say_error("%s: no file has an address with that label", label);
	return err || !count ? CONTROL_REFUSED : CONTROL_DONE;
}

int import_add_labelled(const struct import_model *model, const char *label)
{
	return change_labelled(model, label, true);
}

int import_remove_labelled(const struct import_model *model, const char *label)
{
	return change_labelled(model, label, false);
}
