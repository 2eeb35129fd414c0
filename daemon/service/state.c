/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes and reads state.json. */
#include "daemon/service/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/kernel/datapath.h"
#include "daemon/log.h"
#include "daemon/service/saved.h"
#include "lang/refuse.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/read_file.h"
#include "lib/rundir.h"
#include "lib/write_file.h"

/* Far more than 256 bonds of 32 ports need. */
#define STATE_BYTES_MAX (16 * 1024 * 1024)

#define RETRY_MS 1000

/* A word of a command may be a port, whose entry is the longest. */
#define BYTES_PER_WORD 2048

static void save_port(const struct managed_bond *bond, const struct port *port,
		      struct saved_port *saved)
{
	const struct lacp *lacp = bond_get_lacp(bond->core);
	uint64_t now_ms = loop_now_ms();
	struct bond_port_view view = {};

	/* A port on its way in is not in the core yet: enough to give it back. */
	bond_port_options_init(&view.options);
	bond_port_by_id(bond->core, port->ifindex, &view);
	*saved = (struct saved_port){
		.ifindex = port->ifindex,
		.link = view.link,
		.link_failures = view.link_failures,
		.number = view.number,
		.clock = view.clock,
		.options = view.options,
		.before = port->saved,
		.lacp.at_ms = now_ms,
	};
	memcpy(saved->name, port->name, sizeof(saved->name));
	memcpy(saved->kind, port->kind, sizeof(saved->kind));
	memcpy(saved->permanent_mac, port->permanent_mac, MAC_LENGTH);
	saved->has_lacp =
		lacp && lacp_export_port(lacp, port->ifindex, now_ms, &saved->lacp.state) == 0;
}

void state_of_bond(const struct managed_bond *bond, struct saved_bond *ret_saved)
{
	*ret_saved = (struct saved_bond){
		.ifindex = bond->ifindex,
		.hidden_ifindex = bond->hidden_ifindex,
		.programs = bond->path ? datapath_state_id(bond->path) : 0,
		.is_being_made = !bond->path,
		.mtu = bond->mtu,
		.mac_is_chance = bond->mac_is_chance,
		.active = bond_get_active(bond->core),
		.options = *bond_get_options(bond->core),
		.port_count = bond->port_count,
	};
	memcpy(ret_saved->name, bond->name, sizeof(ret_saved->name));
	memcpy(ret_saved->hidden_name, bond->hidden_name, sizeof(ret_saved->hidden_name));
	memcpy(ret_saved->mac, bond->mac, MAC_LENGTH);
	for (size_t i = 0; i < bond->port_count; i++)
		save_port(bond, &bond->ports[i], &ret_saved->ports[i]);
}

/* The whole state as text. NULL: no memory. */
static char *state_text(const struct ebondd *daemon)
{
	struct saved_state state = {
		.netns = daemon->netns.cookie,
		.stopped = daemon->stopping,
		.bonds = calloc(daemon->bond_count + 1, sizeof(struct saved_bond)),
	};
	_cleanup_free_ struct saved_bond *bonds = state.bonds;
	_cleanup_json_ json_t *json = NULL;

	if (!bonds)
		return NULL;
	snprintf(state.boot, sizeof(state.boot), "%s", daemon->netns.boot);
	for (; state.bond_count < daemon->bond_count; state.bond_count++)
		state_of_bond(daemon->bonds[state.bond_count], &bonds[state.bond_count]);
	json = saved_to_json(&state);
	return json ? json_dumps(json, JSON_INDENT(1)) : NULL;
}

static int new_path(char *buffer, size_t size)
{
	return rundir_file(buffer, size, RUNDIR_STATE ".new");
}

/*
 * Leaves a new file at @path. No fsync(): after a crash of the machine nothing of what the file
 * tells is there any more.
 */
static int write_new(const char *path, const char *text)
{
	_cleanup_close_ int fd = new_file(path, 0600);
	int err = fd < 0 ? fd : fill_file(fd, text, strlen(text));

	if (err)
		unlink(path);
	return err;
}

static int replace_file(const struct ebondd *daemon, const char *path)
{
	_cleanup_free_ char *text = state_text(daemon);
	char temporary[RUNDIR_PATH_MAX];
	int err = text ? new_path(temporary, sizeof(temporary)) : -ENOMEM;

	err = err ?: write_new(temporary, text);
	return !err && rename(temporary, path) < 0 ? -errno : err;
}

static int try_to_write(const struct ebondd *daemon, size_t more)
{
	_cleanup_free_ char *text = state_text(daemon);
	char path[RUNDIR_PATH_MAX], *longer;
	size_t length = text ? strlen(text) : 0;
	int err = text ? new_path(path, sizeof(path)) : -ENOMEM;

	if (err)
		return err;
	longer = realloc(text, length + more + 1);
	if (!longer)
		return -ENOMEM;
	text = longer;
	memset(text + length, '\n', more);
	text[length + more] = '\0';
	err = write_new(path, text);
	unlink(path);
	return err;
}

int state_refuse(const struct ebondd *daemon, const char *what, size_t words, struct refusal *why)
{
	char path[RUNDIR_PATH_MAX] = "";
	int err = try_to_write(daemon, (words + 2) * BYTES_PER_WORD);

	if (!err)
		return 0;
	rundir_path(path, sizeof(path));
	return refuse(why, err,
		      "%.60s: the state cannot be saved (%s): nothing was changed: make room in "
		      "%.100s, or make it writable",
		      what, strerror(-err), path);
}

/* A second copy, which lasts as long as the bond's programs do. */
static int keep_with_programs(const struct managed_bond *bond)
{
	_cleanup_free_ struct saved_bond *saved = malloc(sizeof(*saved));
	_cleanup_json_ json_t *json = NULL;
	_cleanup_free_ char *text = NULL;

	if (!saved)
		return -ENOMEM;
	state_of_bond(bond, saved);
	json = saved_bond_to_json(saved);
	text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	return text ? datapath_keep_state(bond->path, text) : -ENOMEM;
}

static void keep_all_with_programs(const struct ebondd *daemon)
{
	for (size_t i = 0; i < daemon->bond_count; i++) {
		const struct managed_bond *bond = daemon->bonds[i];
		int err = bond->path ? keep_with_programs(bond) : 0;

		if (err)
			log_warning(bond->name, "the state cannot be kept with the programs (%s)",
				    strerror(-err));
	}
}

int state_save(struct ebondd *daemon)
{
	char path[RUNDIR_PATH_MAX];
	int err = rundir_file(path, sizeof(path), RUNDIR_STATE);

	keep_all_with_programs(daemon);
	daemon->state_changed = false;
	if (!err && !daemon->bond_count)
		err = unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	else if (!err)
		err = replace_file(daemon, path);
	if (!err && daemon->state_failed)
		log_notice("ebondd", "the state could be saved again");
	if (err && !daemon->state_failed)
		log_error("ebondd",
			  "the state could not be saved (%s): a restart would not find "
			  "the last changes; it is tried again every second",
			  strerror(-err));
	daemon->state_failed = err != 0;
	daemon->state_due_ms = loop_now_ms() + RETRY_MS;
	return err;
}

static void log_note(const char *line, void *data)
{
	(void)data;
	log_warning("ebondd", "state.json: %s", line);
}

/* Whatever is there by that name, that is not a file of ours, is not read. */
static int read_text(const char *path, char **ret_text, size_t *ret_length)
{
	struct stat stat;

	if (lstat(path, &stat) < 0)
		return -errno;
	if (!S_ISREG(stat.st_mode))
		return -EINVAL;
	if (stat.st_uid != geteuid() || stat.st_mode & 022)
		return -EPERM;
	return read_file(path, STATE_BYTES_MAX, ret_text, ret_length);
}

/* A copy, so that the file is there until the next one is written. */
static void keep_aside(const char *path, char *aside, size_t size)
{
	snprintf(aside, size, "%s.bad", path);
	unlink(aside);
	if (link(path, aside) < 0 && rename(path, aside) < 0)
		log_error("ebondd", "%s cannot be kept as %s (%s)", path, aside, strerror(errno));
}

static json_t *parse(const char *text, size_t length, struct notes *notes)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);

	if (root)
		return root;
	/* A key that is there twice is no reason to lose all the others. */
	root = json_loadb(text, length, 0, NULL);
	note(notes, "line %d: %s%s", error.line, error.text,
	     root ? ": the last of them counts" : ": nothing of it can be read");
	return root;
}

int state_load(struct saved_state *ret_state)
{
	char path[RUNDIR_PATH_MAX], aside[RUNDIR_PATH_MAX + 8];
	struct notes notes = {.each = log_note};
	_cleanup_json_ json_t *root = NULL;
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int err = rundir_file(path, sizeof(path), RUNDIR_STATE);

	err = err ?: read_text(path, &text, &length);
	if (!err)
		root = parse(text, length, &notes);
	else if (err != -ENOENT)
		note(&notes, "it cannot be read (%s)", strerror(-err));
	if (root && !json_is_object(root))
		note(&notes, "it is not an object");
	err = saved_from_json(root, ret_state, &notes);
	if (!notes.count)
		return err;
	keep_aside(path, aside, sizeof(aside));
	log_error("ebondd", "%s is not valid, in part or as a whole: kept as %s", path, aside);
	return err;
}

uint64_t state_turn(struct ebondd *daemon, uint64_t now_ms)
{
	if (daemon->state_changed || (daemon->state_failed && daemon->state_due_ms <= now_ms))
		state_save(daemon);
	return daemon->state_failed ? daemon->state_due_ms : UINT64_MAX;
}
