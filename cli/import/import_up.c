/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns a model into bonds with addresses: see import_up.h. */
#include "cli/import/import_up.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/import/import_before.h"
#include "cli/import/import_bringup.h"
#include "import/print.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/protocol.h"

DEFINE_CLEANUP(config, struct config *, config_free)
DEFINE_CLEANUP(rtnet, struct rtnet *, rtnet_close)

/* Checks that all ports exist before anything is done. */
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

/* `ebond apply` of @config as text. */
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

/* Restores the bonds that existed before. */
static void put_back(char *before)
{
	char *words[] = {(char *)"import", before};
	_cleanup_json_ json_t *reply = NULL;

	if (*before && request("apply", 2, words, START_NEVER, &reply) != CONTROL_DONE)
		say_error("could not undo everything: see 'ebond show'");
}

/* Configures addresses etc. on the bonds; reverts everything on failure. */
static int carry_out(struct bringup *all, const struct config *config, char *before)
{
	int code = apply(config), err = 0;

	if (code != CONTROL_DONE)
		return code;
	for (size_t i = 0; i < config->count && !err; i++)
		err = bringup_run(&all[i]);
	if (!err)
		return CONTROL_DONE;
	for (size_t i = config->count; i-- > 0;)
		bringup_revert(&all[i]);
	put_back(before);
	return CONTROL_REFUSED;
}

int import_carry_out(const struct import_model *model, const struct config *config, bool is_strict)
{
	_cleanup_free_ struct bringup *all = calloc(config->count + 1, sizeof(*all));
	_cleanup_free_ char *before = import_before(config);
	_cleanup_(rtnet) struct rtnet *rtnet = NULL;
	int err = all && before ? rtnet_open(&rtnet) : -ENOMEM;

	if (err) {
		say_error("cannot open an rtnetlink socket: %s", strerror(-err));
		return CONTROL_REFUSED;
	}
	if (check_ports(model, config) < 0)
		return CONTROL_REFUSED;
	for (size_t i = 0; i < config->count; i++)
		bringup_begin(&all[i], rtnet, import_find(model, config->bonds[i].name), is_strict);
	return carry_out(all, config, before);
}

static int change_labelled(const struct import_model *model, const char *label, bool add)
{
	_cleanup_(rtnet) struct rtnet *rtnet = NULL;
	int err = rtnet_open(&rtnet), count = 0;
	char command[512];

	for (const struct import_link *link = model->links; link && !err; link = link->next)
		for (const struct import_address *a = link->addresses; a && !err; a = a->next) {
			if (!a->label || strcmp(a->label, label) != 0)
				continue;
			import_address_command(link, a, command, sizeof(command));
			err = rtnet_address(rtnet, if_nametoindex(link->name), a, add);
			if (err == (add ? -EEXIST : -EADDRNOTAVAIL))
				err = 0;
			if (err)
				bringup_error(a->place, command, err);
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
