/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applying configuration files. */
#include "daemon/service/apply.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/log.h"
#include "daemon/service/await.h"
#include "daemon/service/state.h"
#include "lang/refuse.h"
#include "lang/words.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/read_file.h"

DEFINE_CLEANUP(config, struct config *, config_free)
DEFINE_CLEANUP(await_list, struct await_list *, await_list_free)

static int refuse_at(struct refusal *why, int err, const char *file, struct config_place place,
		     const char *text)
{
	return refuse(why, err, "%.80s:%u:%u: %s", file, place.line, place.column, text);
}

/* The running configuration. NULL: no memory. */
static struct config *present(const struct ebondd *daemon)
{
	_cleanup_(config) struct config *config = config_new();

	for (size_t i = 0; config && i < daemon->bond_count; i++) {
		const struct managed_bond *managed = daemon->bonds[i];
		struct config_bond *bond = config_add_bond(config, managed->name);

		if (!bond)
			return NULL;
		bond->options = *bond_get_options(managed->core);
		for (size_t j = 0; j < bond_port_count(managed->core); j++) {
			struct bond_port_view view = bond_port_at(managed->core, j);
			struct config_port *port = config_add_port(bond, view.name);

			if (port)
				port->options = view.options;
		}
	}
	return TAKE_PTR(config);
}

/* Runs the lines of @script; *@ret_done (may be NULL) is the length of those that succeeded. */
static int run_script(struct ebondd *daemon, const char *script, struct reply *reply,
		      size_t *ret_done, struct refusal *why)
{
	size_t done = 0;
	int err = 0;

	while (script[done] && !err) {
		size_t length = strcspn(script + done, "\n");
		_cleanup_free_ char *line = strndup(script + done, length);

		err = line ? commands_run_line(daemon, line, reply, why)
			   : refuse(why, -ENOMEM, "no memory");
		if (!err)
			done += length + 1;
	}
	if (ret_done)
		*ret_done = done;
	return err;
}

/* Reverts to @before. Returns whether that succeeded completely. */
static bool undo(struct ebondd *daemon, const struct config *before)
{
	_cleanup_(config) struct config *now = present(daemon);
	_cleanup_free_ char *script = now ? config_diff(before, now, true) : NULL;
	struct reply ignored = {.body = json_object()};
	struct refusal why = {};
	int err = script ? run_script(daemon, script, &ignored, NULL, &why) : -ENOMEM;

	json_decref(ignored.body);
	if (err)
		log_error("ebondd", "cannot undo a partly applied file: %s", why.text);
	return !err;
}

static int carry_out(struct ebondd *daemon, const struct config *before, const char *file,
		     const char *script, struct reply *reply, struct refusal *why)
{
	struct refusal cause = {};
	size_t done = 0;
	int err = run_script(daemon, script, reply, &done, &cause);
	bool is_back;

	if (!err)
		return 0;
	is_back = undo(daemon, before);
	return refuse(why, err, "%.60s: '%.*s' failed: %.120s%s", file,
		      (int)(strcspn(script + done, "\n") < 50 ? strcspn(script + done, "\n") : 50),
		      script + done, cause.text,
		      !is_back ? ": not everything could be undone: see 'ebond show'"
		      : done   ? ": the commands before it were undone"
			       : ": nothing was changed");
}

/* Checks that new bonds do not exist; errors have their position in the file. */
static int check_names(struct ebondd *daemon, const struct apply_request *request,
		       const struct config *desired, struct refusal *why)
{
	char text[128];
	struct link link;

	for (size_t i = 0; i < desired->count; i++) {
		const struct config_bond *bond = &desired->bonds[i];

		if (bonds_by_name(daemon, bond->name) ||
		    nl_link_by_name(daemon->nl, bond->name, &link) != 0)
			continue;
		snprintf(text, sizeof(text),
			 "%s: an interface of that name exists: choose another name", bond->name);
		return refuse_at(why, -EEXIST, request->file, bond->place, text);
	}
	return 0;
}

static void note_rounding(const struct config *desired, const char *file, struct reply *reply)
{
	char text[512];

	for (size_t i = 0; i < desired->count; i++) {
		const struct config_bond *bond = &desired->bonds[i];

		if (!bond->note[0])
			continue;
		snprintf(text, sizeof(text), "%.80s: %s: %s", file, bond->name, bond->note);
		commands_add_note(reply, text);
	}
}

static size_t words_in(const char *script)
{
	size_t count = 0;

	for (; *script; script++)
		count += *script == ' ' || *script == '\n';
	return count;
}

/* Applies a parsed file. */
static int apply_config(struct ebondd *daemon, const struct apply_request *request,
			const struct config *desired, struct reply *reply, struct refusal *why)
{
	_cleanup_(config) struct config *running = present(daemon);
	_cleanup_free_ char *script =
		running ? config_diff(desired, running, request->prune) : NULL;
	int err;

	if (!script)
		return refuse(why, -ENOMEM, "no memory");
	err = check_names(daemon, request, desired, why);
	if (!err && !request->dry_run && script[0])
		err = state_refuse(daemon, request->file, words_in(script), why);
	if (!err && !request->dry_run)
		err = carry_out(daemon, running, request->file, script, reply, why);
	if (err)
		return err;
	note_rounding(desired, request->file, reply);
	json_object_set_new(reply->body, "text", json_text(script));
	return 0;
}

/* As await_list_new() with the names of ports, in options. */
static void use_own_names(const struct ebondd *daemon, struct config *desired)
{
	struct link link;

	for (size_t i = 0; i < desired->count; i++) {
		struct bond_options *options = &desired->bonds[i].options;
		char *names[] = {options->primary, options->lacp_fallback};

		for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++)
			if (names[j][0] && nl_link_by_name(daemon->nl, names[j], &link) == 0)
				memcpy(names[j], link.name, BOND_NAME_MAX);
	}
}

/*
 * Applies @desired and swaps the daemon's list of awaited ports with *@awaited. If applying
 * fails, the previous list stays in effect, including ports that the commands detached.
 */
static int apply_awaiting(struct ebondd *daemon, const struct apply_request *request,
			  struct config *desired, struct await_list **awaited, struct reply *reply,
			  struct refusal *why)
{
	struct await_list *before = TAKE_PTR(daemon->awaited);
	int err;

	use_own_names(daemon, desired);
	err = *awaited ? apply_config(daemon, request, desired, reply, why)
		       : refuse(why, -ENOMEM, "no memory");

	if (err || request->dry_run) {
		daemon->awaited = before;
		return err;
	}
	daemon->awaited = *awaited;
	*awaited = before;
	return 0;
}

static int parse(const struct apply_request *request, struct config **ret_config,
		 struct refusal *why)
{
	struct config_place place;
	struct refusal fault = {};
	int err = config_parse(request->text, request->length, ret_config, &place, &fault);

	return err ? refuse_at(why, err, request->file, place, fault.text) : 0;
}

struct notes {
	const struct apply_request *request;
	struct reply *reply;
};

static void note_missing(const struct config_bond *bond, const struct config_port *port, void *data)
{
	const struct notes *notes = data;
	char text[512];

	(void)bond;
	snprintf(text, sizeof(text),
		 "%.80s:%u:%u: %s: no such interface: it is attached when it appears",
		 notes->request->file, port->place.line, port->place.column, port->name);
	commands_add_note(notes->reply, text);
}

int apply_text(struct ebondd *daemon, const struct apply_request *request, struct reply *reply,
	       struct refusal *why)
{
	_cleanup_(await_list) struct await_list *awaited = NULL;
	_cleanup_(config) struct config *desired = NULL;
	struct notes notes = {request, reply};
	int err = parse(request, &desired, why);

	if (err)
		return err;
	awaited = await_list_new(daemon, desired, request->prune, note_missing, &notes);
	return apply_awaiting(daemon, request, desired, &awaited, reply, why);
}

/* Bonds that are already running are not changed by the file. */
static void leave_alone(struct ebondd *daemon, struct config *desired, const char *path)
{
	for (size_t i = desired->count; i-- > 0;) {
		const char *name = desired->bonds[i].name;

		if (!bonds_by_name(daemon, name))
			continue;
		log_notice(name,
			   "stays as it ran before the crash: use 'ebond apply %s' to apply the "
			   "file to it",
			   path);
		config_remove_bond(desired, i);
	}
}

static void log_missing(const struct config_bond *bond, const struct config_port *port, void *data)
{
	(void)data;
	log_warning(bond->name, "port %s does not exist yet: waiting for it", port->name);
}

static void log_lines(const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, "\n");

		log_notice("ebondd", "%.*s", length, text);
		text += length + (text[length] == '\n');
	}
}

static int start_from(struct ebondd *daemon, const struct apply_request *request, bool after_crash,
		      struct reply *reply, struct refusal *why)
{
	_cleanup_(await_list) struct await_list *awaited = NULL;
	_cleanup_(config) struct config *desired = NULL;
	int err = parse(request, &desired, why);

	if (err)
		return err;
	awaited = await_list_new(daemon, desired, false, log_missing, NULL);
	if (after_crash)
		leave_alone(daemon, desired, request->file);
	return apply_awaiting(daemon, request, desired, &awaited, reply, why);
}

void apply_file(struct ebondd *daemon, const char *path, bool may_be_missing, bool after_crash)
{
	_cleanup_free_ char *text = NULL;
	struct apply_request request = {.file = path};
	struct reply reply = {.body = json_object()};
	struct refusal why = {};
	int err = read_file(path, CONFIG_BYTES_MAX, &text, &request.length);

	request.text = text;
	if (err == -ENOENT && may_be_missing)
		;
	else if (err)
		log_error("ebondd", "cannot read %s (%s): nothing was applied", path,
			  strerror(-err));
	else if (start_from(daemon, &request, after_crash, &reply, &why) < 0)
		log_error("ebondd", "%s", why.text);
	else
		log_lines(json_string_value(json_object_get(reply.body, "text")));
	json_decref(reply.body);
}

int apply_port(struct ebondd *daemon, const char *bond_name, const struct config_port *port,
	       struct refusal *why)
{
	_cleanup_(config) struct config *running = present(daemon);
	struct config wanted = {};
	struct config_bond *now = running ? config_find_bond(running, bond_name) : NULL;
	struct config_bond *with = now ? config_add_bond(&wanted, bond_name) : NULL;
	_cleanup_free_ char *script = NULL;
	struct reply ignored;
	int err;

	if (!with)
		return refuse(why, -ENODEV, "%s: the bond no longer exists", bond_name);
	*with = *now;
	if (with->port_count < BOND_PORTS_MAX)
		with->ports[with->port_count++] = *port;
	script = config_diff(&wanted, running, false);
	free(wanted.bonds);
	ignored.body = json_object();
	err = script ? run_script(daemon, script, &ignored, NULL, why)
		     : refuse(why, -ENOMEM, "no memory");
	json_decref(ignored.body);
	return err;
}
