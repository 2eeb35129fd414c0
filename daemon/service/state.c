/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes and reads state.json. */
#include "daemon/service/state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/service/lacp_state.h"
#include "lib/json.h"
#include "lib/rundir.h"

static json_t *saved_to_json(const struct saved_link *saved)
{
	char mac[MAC_TEXT_SIZE];

	mac_format(saved->mac, mac);
	return json_pack("{s:s, s:I, s:b, s:b, s:b, s:b, s:b, s:b, s:i}", "mac", mac, "mtu",
			 (json_int_t)saved->mtu, "up", saved->up, "allmulti", saved->allmulti,
			 "promisc", saved->promisc, "has_ipv6", saved->has_ipv6, "ipv6_disabled",
			 saved->ipv6_disabled, "made_qdisc", saved->made_qdisc, "addr_gen_mode",
			 saved->addr_gen_mode);
}

static json_t *port_to_json(const struct managed_bond *bond, const struct port *port)
{
	json_t *lacp = lacp_state_to_json(bond->core, port->ifindex, loop_now_ms());
	struct bond_port_view view = {};
	json_t *object;

	/* A port on its way in is not in the core yet: enough to give it back. */
	bond_port_by_id(bond->core, port->ifindex, &view);
	object = json_pack("{s:o, s:I, s:i, s:I, s:i, s:i, s:i, s:i, s:o}", "name",
			   json_text(port->name), "ifindex", (json_int_t)port->ifindex, "link",
			   view.link, "link_failures", (json_int_t)view.link_failures, "prio",
			   view.options.prio, "queue_id", view.options.queue_id, "actor_port_prio",
			   view.options.actor_port_prio, "number", view.number, "saved",
			   saved_to_json(&port->saved));
	if (lacp)
		json_object_set_new(object, "lacp", lacp);
	return object;
}

/* Every option by name, as the operator would write it. */
static json_t *options_to_json(const struct bond_options *options)
{
	json_t *object = json_object();
	size_t count;
	const struct option_spec *table = option_table(&count);
	char value[OPTION_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		if (!table[i].per_port &&
		    bond_options_get(options, table[i].name, value, sizeof(value)) == 0)
			json_object_set_new(object, table[i].name, json_text(value));
	return object;
}

static json_t *bond_to_json(const struct managed_bond *bond)
{
	json_t *ports = json_array();
	char mac[MAC_TEXT_SIZE];

	for (size_t i = 0; i < bond->port_count; i++)
		json_array_append_new(ports, port_to_json(bond, &bond->ports[i]));
	mac_format(bond->mac, mac);
	return json_pack("{s:o, s:I, s:I, s:I, s:s, s:b, s:I, s:o, s:o}", "name",
			 json_text(bond->name), "ifindex", (json_int_t)bond->ifindex,
			 "hidden_ifindex", (json_int_t)bond->hidden_ifindex, "mtu",
			 (json_int_t)bond->mtu, "mac", mac, "mac_is_chance", bond->mac_is_chance,
			 "active", (json_int_t)bond_get_active(bond->core), "options",
			 options_to_json(bond_get_options(bond->core)), "ports", ports);
}

static int write_state(const struct ebondd *daemon, const char *path)
{
	json_auto_t *state = json_pack("{s:i, s:b, s:[]}", "version", STATE_VERSION, "stopped",
				       daemon->stopping, "bonds");
	json_t *bonds = json_object_get(state, "bonds");
	char temporary[RUNDIR_PATH_MAX + 8];

	for (size_t i = 0; i < daemon->bond_count; i++)
		json_array_append_new(bonds, bond_to_json(daemon->bonds[i]));
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	if (json_dump_file(state, temporary, JSON_INDENT(1)) < 0)
		return -EIO;
	return rename(temporary, path) < 0 ? -errno : 0;
}

void state_save(struct ebondd *daemon)
{
	char path[RUNDIR_PATH_MAX];
	int err = rundir_file(path, sizeof(path), RUNDIR_STATE);

	daemon->state_changed = false;
	if (!err && !daemon->bond_count)
		err = unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	else if (!err)
		err = write_state(daemon, path);
	if (err)
		log_error("ebondd",
			  "the state could not be saved (%s): a restart would not find "
			  "the last changes",
			  strerror(-err));
}

int state_load(json_t **ret_state)
{
	char path[RUNDIR_PATH_MAX], aside[RUNDIR_PATH_MAX + 8];
	json_t *state;
	json_error_t error;
	int err = rundir_file(path, sizeof(path), RUNDIR_STATE);

	if (err || access(path, R_OK) < 0)
		return err ?: -errno;
	state = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (state && json_integer_value(json_object_get(state, "version")) == STATE_VERSION) {
		*ret_state = state;
		return 0;
	}
	snprintf(aside, sizeof(aside), "%s.bad", path);
	rename(path, aside);
	log_error("ebondd",
		  "%s is not valid (%s): kept as %s; bonds that run go on, but without "
		  "a daemon: remove them with 'ip link del' and add them again",
		  path, state ? "unknown version" : error.text, aside);
	json_decref(state);
	return -EINVAL;
}
