/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of the control protocol. */
#include "daemon/service/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/port_filters.h"
#include "daemon/run_effects.h"
#include "daemon/log.h"
#include "daemon/port.h"
#include "daemon/service/apply.h"
#include "daemon/service/await.h"
#include "daemon/service/configure.h"
#include "daemon/service/port_use.h"
#include "daemon/service/report.h"
#include "daemon/service/state.h"
#include "lang/names.h"
#include "lang/refuse.h"
#include "lang/words.h"
#include "lib/cleanup.h"
#include "lib/json.h"

/* Maximum number of words in a request. */
#define ARGUMENTS_MAX WORDS_MAX

enum {
	FLAG_REPLACE = 1 << 0,
	FLAG_LEGACY = 1 << 1,
	FLAG_TEARDOWN = 1 << 2,
	FLAG_DIFF = 1 << 3,
	FLAG_PRUNE = 1 << 4,
	FLAG_DRY_RUN = 1 << 5,
	FLAG_CONFIRMED = 1 << 6,
};

struct arguments {
	uint32_t flags; /* FLAG_*, removed from the words */
	size_t count;
	const char *words[ARGUMENTS_MAX];
	char names[ARGUMENTS_MAX][IFNAMSIZ]; /* of interfaces called by another name */
};

typedef int (*command_function)(struct ebondd *daemon, const struct arguments *arguments,
				struct reply *reply, struct refusal *why);

void commands_add_note(struct reply *reply, const char *note)
{
	json_t *notes = json_object_get(reply->body, "notes");

	if (!note[0])
		return;
	if (!notes) {
		notes = json_array();
		json_object_set_new(reply->body, "notes", notes);
	}
	json_array_append_new(notes, json_string(note));
}

static struct managed_bond *find_bond(const struct ebondd *daemon, const char *name,
				      struct refusal *why)
{
	struct managed_bond *bond = bonds_by_name(daemon, name);

	if (!bond)
		refuse(why, -ENODEV, "%s: no such bond: see 'ebond show'", name);
	return bond;
}

static int add(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
	       struct refusal *why)
{
	const char *name = arguments->words[0];
	struct configuration change;
	struct link link;
	int err = name_check(name, why);

	if (err)
		return err;
	if (bonds_by_name(daemon, name))
		return refuse(why, -EEXIST, "%s: this bond exists: change it with 'ebond set %s'",
			      name, name);
	if (nl_link_by_name(daemon->nl, name, &link) == 0)
		return refuse(why, -EEXIST,
			      "%s: an interface of that name exists: choose another name", name);
	err = configure_new(&change, &arguments->words[1], arguments->count - 1, why);
	if (err)
		return err;
	commands_add_note(reply, change.note);
	return bonds_create(daemon, name, &change.options, why);
}

static const char *port_with_queue(const struct managed_bond *bond, uint16_t queue_id)
{
	struct bond_port_view view;

	for (size_t i = 0; i < bond->port_count; i++)
		if (bond_port_by_id(bond->core, bond->ports[i].ifindex, &view) &&
		    view.options.queue_id == queue_id)
			return bond->ports[i].name;
	return "another port";
}

static int set_port(struct ebondd *daemon, struct managed_bond *bond, const struct port *port,
		    const struct arguments *arguments, struct refusal *why)
{
	enum bond_mode mode = bond_get_options(bond->core)->mode;
	struct bond_port_view view;
	struct bond_port_options options;

	bond_port_by_id(bond->core, port->ifindex, &view);
	options = view.options;
	for (size_t i = 1; i + 1 < arguments->count; i += 2) {
		const char *option = arguments->words[i];
		int err = bond_options_check_mode(option, mode, why);

		err = err ?: bond_port_options_set(&options, option, arguments->words[i + 1], why);
		if (err)
			return err;
	}
	if (bond_in_port_options(bond->core, port->ifindex, &options) < 0)
		return refuse(why, -EPERM,
			      "queue_id %u: is used by %s: choose another, or set that port's "
			      "to 0 first",
			      options.queue_id, port_with_queue(bond, options.queue_id));
	effects_run(daemon, bond, loop_now_ms());
	daemon->state_changed = true;
	return 0;
}

static int set_bond(struct ebondd *daemon, struct managed_bond *bond,
		    const struct arguments *arguments, struct reply *reply, struct refusal *why)
{
	bool replace = arguments->flags & FLAG_REPLACE;
	_cleanup_free_ char *done = NULL;
	struct configuration change;
	int err;

	err = configure_change(&change, bond, replace, &arguments->words[1], arguments->count - 1,
			       why);
	err = err ?: configure_apply(daemon, bond, &change, replace ? &done : NULL, why);
	if (err)
		return err;
	commands_add_note(reply, change.note);
	if (done && done[0])
		json_object_set_new(reply->body, "text", json_text(done));
	return 0;
}

static int set(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
	       struct refusal *why)
{
	const char *name = arguments->words[0];
	struct managed_bond *bond = bonds_by_name(daemon, name);

	if (arguments->count % 2 == 0)
		return refuse(why, -EINVAL, "%s: has no value: write 'ebond set %s OPTION VALUE'",
			      arguments->words[arguments->count - 1], name);
	for (size_t i = 0; i < daemon->bond_count && !bond; i++) {
		struct port *port = bond_port_named(daemon->bonds[i], name);

		if (port)
			return set_port(daemon, daemon->bonds[i], port, arguments, why);
	}
	if (!bond)
		return refuse(why, -ENODEV, "%s: no such bond or port: see 'ebond show'", name);
	return set_bond(daemon, bond, arguments, reply, why);
}

/* Everything that can be checked before the first change. */
static int check_ports(struct ebondd *daemon, const struct managed_bond *bond,
		       const struct arguments *arguments, struct link *links, struct refusal *why)
{
	for (size_t i = 1; i < arguments->count; i++) {
		const char *name = arguments->words[i];
		int err = nl_link_by_name(daemon->nl, name, &links[i - 1]);

		if (err)
			return refuse(why, err, "%.40s: no such interface: see 'ip link'", name);
		err = port_check(daemon, bond, &links[i - 1], why);
		for (size_t j = 1; j < i && !err; j++)
			if (links[j - 1].ifindex == links[i - 1].ifindex)
				err = refuse(why, -EINVAL, "%s: is given twice: name it once",
					     name);
		if (err)
			return err;
	}
	if (bond->port_count + arguments->count - 1 > BOND_PORTS_MAX)
		return refuse(why, -ENOSPC, "%s: a bond has at most %d ports", bond->name,
			      BOND_PORTS_MAX);
	return 0;
}

/* The ports from the @first on have come in: whose filters do they bypass? */
static void note_bypassed(struct ebondd *daemon, const struct managed_bond *bond, size_t first,
			  struct reply *reply)
{
	port_filters_look(daemon, loop_now_ms());
	for (size_t i = first; i < bond->port_count; i++) {
		const struct port *port = &bond->ports[i];
		char note[PORT_FILTERS_MAX + 128];

		if (!port->filters.known[0] || port->filters.known_first)
			continue;
		snprintf(note, sizeof(note),
			 "%s: what it receives bypasses %s; see ebond(8), FILTERS ON PORTS",
			 port->name, port->filters.known);
		commands_add_note(reply, note);
	}
}

/* What will stop working; its operator has seen it already if FLAG_CONFIRMED. */
static void note_uses(struct ebondd *daemon, const struct managed_bond *bond,
		      const struct arguments *arguments, const struct link *links,
		      struct reply *reply)
{
	char text[512];

	for (size_t i = 0; i + 1 < arguments->count; i++) {
		if (!port_use_text(daemon->nl, &links[i], bond->name, text, sizeof(text)))
			continue;
		if (!(arguments->flags & FLAG_CONFIRMED))
			commands_add_note(reply, text);
		if (!(arguments->flags & FLAG_DRY_RUN))
			log_warning(bond->name, "%s", text);
	}
}

static int attach(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
		  struct refusal *why)
{
	_cleanup_free_ struct link *links = calloc(arguments->count, sizeof(*links));
	struct managed_bond *bond = find_bond(daemon, arguments->words[0], why);
	size_t done = 0, before;
	int err;

	if (!links)
		return refuse(why, -ENOMEM, "no memory");
	if (!bond)
		return why->err;
	before = bond->port_count;
	err = check_ports(daemon, bond, arguments, links, why);
	if (!err)
		note_uses(daemon, bond, arguments, links, reply);
	if (arguments->flags & FLAG_DRY_RUN)
		return err;
	while (!err && done < arguments->count - 1) {
		err = port_attach(daemon, bond, &links[done], why);
		done += !err;
	}
	if (!err)
		note_bypassed(daemon, bond, before, reply);
	/* All or none: detaches those that were attached. */
	while (err && bond->port_count > before)
		port_detach(daemon, bond, &bond->ports[bond->port_count - 1], PORT_IS_HERE);
	effects_run(daemon, bond, loop_now_ms());
	return err;
}

static int detach(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
		  struct refusal *why)
{
	struct managed_bond *bond = find_bond(daemon, arguments->words[0], why);

	(void)reply;
	if (!bond)
		return why->err;
	for (size_t i = 1; i < arguments->count; i++)
		if (!bond_port_named(bond, arguments->words[i]))
			return refuse(why, -ENOENT,
				      "%.40s: is not a port of %s: see 'ebond show %s'",
				      arguments->words[i], bond->name, bond->name);
	for (size_t i = 1; i < arguments->count; i++) {
		struct port *port = bond_port_named(bond, arguments->words[i]);

		if (!port) /* it was given twice */
			continue;
		await_forget(daemon, bond->name, port->ifindex);
		port_detach(daemon, bond, port, PORT_IS_HERE);
	}
	effects_run(daemon, bond, loop_now_ms());
	return 0;
}

static int del(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
	       struct refusal *why)
{
	struct managed_bond *bond = find_bond(daemon, arguments->words[0], why);

	(void)reply;
	if (!bond)
		return why->err;
	bonds_delete(daemon, bond, false);
	return 0;
}

static int show(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
		struct refusal *why)
{
	const char *name = arguments->count ? arguments->words[0] : NULL;
	struct managed_bond *only = NULL;

	/* A port's name selects its bond. */
	for (size_t i = 0; name && i < daemon->bond_count; i++)
		if (bond_port_named(daemon->bonds[i], name))
			only = daemon->bonds[i];
	if (name && !only && !(only = find_bond(daemon, name, why)))
		return why->err;
	json_object_set_new(reply->body, "links", report_links(daemon, only));
	return 0;
}

static int proc(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
		struct refusal *why)
{
	struct managed_bond *bond = find_bond(daemon, arguments->words[0], why);
	_cleanup_free_ char *text = NULL;

	if (!bond)
		return why->err;
	text = arguments->flags & FLAG_LEGACY ? report_proc_legacy(bond) : report_proc(bond);
	if (!text)
		return refuse(why, -ENOMEM, "no memory");
	json_object_set_new(reply->body, "text", json_string(text));
	return 0;
}

static int stop(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
		struct refusal *why)
{
	(void)reply;
	(void)why;
	daemon->teardown_on_stop = arguments->flags & FLAG_TEARDOWN;
	loop_stop(daemon->loop);
	return 0;
}

/* Arguments: FILE, its text, and flags. */
static int apply(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
		 struct refusal *why)
{
	struct apply_request request = {
		.file = arguments->words[0],
		.text = arguments->words[1],
		.length = strlen(arguments->words[1]),
		.dry_run = arguments->flags & FLAG_DIFF,
		.prune = arguments->flags & FLAG_PRUNE,
	};

	return apply_text(daemon, &request, reply, why);
}

static int version(struct ebondd *daemon, const struct arguments *arguments, struct reply *reply,
		   struct refusal *why)
{
	(void)daemon;
	(void)arguments;
	(void)why;
	json_object_set_new(reply->body, "text", json_string("ebondd " EBOND_VERSION "\n"));
	return 0;
}

static const struct command {
	const char *name;
	size_t arguments_min, arguments_max;
	size_t names; /* so many of the first words are names of interfaces */
	bool for_all; /* also for unprivileged clients */
	bool is_kept; /* refused when the state file could not be written */
	command_function run;
	struct {
		uint32_t known;	   /* FLAG_* that it accepts ... */
		size_t from, last; /* ... at these positions */
	} flags;
} commands[] = {
	{"add", 1, ARGUMENTS_MAX, 0, false, true, add, {}},
	{"set", 3, ARGUMENTS_MAX, 1, false, true, set, {FLAG_REPLACE, 0, 1}},
	{"attach",
	 2,
	 ARGUMENTS_MAX,
	 ARGUMENTS_MAX,
	 false,
	 true,
	 attach,
	 {FLAG_DRY_RUN | FLAG_CONFIRMED, 0, 0}},
	{"detach", 2, ARGUMENTS_MAX, ARGUMENTS_MAX, false, false, detach, {}},
	{"del", 1, 1, 1, false, false, del, {}},
	{"apply", 2, 2, 0, false, false, apply, {FLAG_DIFF | FLAG_PRUNE, 2, 3}},
	{"show", 0, 1, 1, true, false, show, {}},
	{"proc", 1, 1, 1, true, false, proc, {FLAG_LEGACY, 0, 1}},
	{"stop", 0, 0, 0, false, false, stop, {FLAG_TEARDOWN, 0, 0}},
	{"version", 0, 0, 0, true, false, version, {}},
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static uint32_t flag_of(const char *word)
{
	static const struct {
		const char *word;
		uint32_t flag;
	} flags[] = {
		{"--replace", FLAG_REPLACE},	 {"--legacy", FLAG_LEGACY},
		{"--teardown", FLAG_TEARDOWN},	 {"--diff", FLAG_DIFF},
		{"--prune", FLAG_PRUNE},	 {"--dry-run", FLAG_DRY_RUN},
		{"--confirmed", FLAG_CONFIRMED},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(word, flags[i].word) == 0)
			return flags[i].flag;
	return 0;
}

/* Moves flags from the words to @arguments->flags, only at valid positions. */
static void take_flags(const struct command *command, struct arguments *arguments)
{
	size_t count = arguments->count;

	arguments->count = 0;
	for (size_t i = 0; i < count; i++) {
		bool may_be = i >= command->flags.from && i <= command->flags.last;
		uint32_t flag = may_be ? flag_of(arguments->words[i]) & command->flags.known : 0;

		arguments->flags |= flag;
		if (!flag)
			arguments->words[arguments->count++] = arguments->words[i];
	}
}

static bool is_known(const struct ebondd *daemon, const char *name)
{
	if (bonds_by_name(daemon, name))
		return true;
	for (size_t i = 0; i < daemon->bond_count; i++)
		if (bond_has_port_named(daemon->bonds[i], name))
			return true;
	return false;
}

/* Whether the @index-th word names an interface: by the command, or as the value of an option. */
static bool is_interface(const struct command *command, const struct arguments *arguments,
			 size_t index)
{
	bool has_options = command->run == add || command->run == set;

	return index < command->names || (has_options && index >= 2 && index % 2 == 0 &&
					  option_names_port(arguments->words[index - 1]));
}

/* An interface may be called by an alternative name (altname): from here on it is by its own. */
static void use_own_names(const struct ebondd *daemon, const struct command *command,
			  struct arguments *arguments)
{
	struct link link;

	for (size_t i = 0; i < arguments->count; i++) {
		const char *word = arguments->words[i];

		if (!is_interface(command, arguments, i) || is_known(daemon, word) ||
		    nl_link_by_name(daemon->nl, word, &link) != 0)
			continue;
		memcpy(arguments->names[i], link.name, sizeof(link.name));
		arguments->words[i] = arguments->names[i];
	}
}

/* Fills @ret_arguments with pointers into @request. */
static bool parse_arguments(json_t *request, struct arguments *ret_arguments)
{
	json_t *words = json_object_get(request, "args"), *word;
	size_t i;

	if (json_array_size(words) > ARGUMENTS_MAX)
		return false;
	json_array_foreach(words, i, word) {
		if (!json_is_string(word))
			return false;
		ret_arguments->words[ret_arguments->count++] = json_string_value(word);
	}
	return true;
}

static enum control_exit run(struct ebondd *daemon, json_t *request, bool may_change,
			     struct reply *reply, struct refusal *why)
{
	const char *name = json_string_value(json_object_get(request, "command"));
	const struct command *command = name ? find_command(name) : NULL;
	struct arguments arguments = {};

	if (!command || !parse_arguments(request, &arguments)) {
		refuse(why, -EINVAL,
		       "%.40s: unknown command: is the daemon older than 'ebond'? see 'ebond "
		       "version'",
		       name ? name : "request");
		return CONTROL_USAGE;
	}
	if (!command->for_all && !may_change) {
		refuse(why, -EPERM,
		       "%s: changes need CAP_NET_ADMIN in this network namespace: run it as root",
		       name);
		return CONTROL_REFUSED;
	}
	take_flags(command, &arguments);
	if (arguments.count < command->arguments_min || arguments.count > command->arguments_max) {
		refuse(why, -EINVAL, "%s: too %s words: see 'ebond help %s'", name,
		       arguments.count < command->arguments_min ? "few" : "many", name);
		return CONTROL_USAGE;
	}
	if (command->is_kept && state_refuse(daemon, name, arguments.count, why) < 0)
		return CONTROL_REFUSED;
	use_own_names(daemon, command, &arguments);
	return command->run(daemon, &arguments, reply, why) ? CONTROL_REFUSED : CONTROL_DONE;
}

int commands_run_line(struct ebondd *daemon, char *line, struct reply *reply, struct refusal *why)
{
	struct words words;
	struct arguments arguments = {};
	const struct command *command;
	uint32_t column;
	int err = words_split(line, &words, &column, why);

	if (err || !words.count)
		return err;
	command = find_command(words.list[0].text);
	for (size_t i = 1; i < words.count; i++)
		arguments.words[arguments.count++] = words.list[i].text;
	if (command)
		take_flags(command, &arguments);
	if (!command || arguments.count < command->arguments_min ||
	    arguments.count > command->arguments_max)
		return refuse(why, -EINVAL, "%.40s: wrong number of words", words.list[0].text);
	return command->run(daemon, &arguments, reply, why);
}

void commands_run(struct ebondd *daemon, json_t *request, bool may_change, struct reply *reply)
{
	struct refusal why = {};

	reply->body = json_object();
	reply->exit = run(daemon, request, may_change, reply, &why);
	if (reply->exit != CONTROL_DONE) {
		json_object_set_new(reply->body, "error", json_text(why.text));
		json_object_del(reply->body, "notes");
	}
	json_object_set_new(reply->body, "exit", json_integer(reply->exit));
}
