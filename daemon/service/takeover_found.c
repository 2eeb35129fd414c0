/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From interfaces to bonds. */
#include "daemon/service/takeover_found.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/kernel/datapath.h"
#include "daemon/kernel/pair.h"
#include "daemon/log.h"
#include "daemon/port.h"
#include "daemon/service/takeover_match.h"
#include "lib/cleanup.h"
#include "lib/json.h"

/* What has a program of ours on it, or our alias. */
struct found {
	struct link link;
	bool is_hidden;
	bool is_port;
};

struct search {
	const struct ebondd *daemon;
	int err;
	size_t count;
	struct found *found;
};

static void look(const struct link *link, void *data)
{
	struct search *search = data;
	struct ebond_config config = {};
	struct found found = {.link = *link}, *more;

	found.is_hidden = match_hidden_end(link, &config);
	found.is_port = !found.is_hidden && datapath_find_rx(link->ifindex, &config);
	if (search->err || (!found.is_hidden && !found.is_port) ||
	    !match_home(search->daemon, &config))
		return;
	more = reallocarray(search->found, search->count + 1, sizeof(*more));
	if (!more) {
		search->err = -ENOMEM;
		return;
	}
	more[search->count++] = found;
	search->found = more;
}

static void log_note(const char *line, void *data)
{
	(void)data;
	log_warning("ebondd", "the state kept with the programs: %s", line);
}

/* Fills in what the programs on @link keep; false: nothing. */
static bool read_kept(const struct link *link, struct saved_bond *saved)
{
	_cleanup_free_ char *text = datapath_kept_state(link->ifindex);
	_cleanup_json_ json_t *object = text ? json_loads(text, 0, NULL) : NULL;
	struct notes notes = {.each = log_note};

	if (!json_is_object(object))
		return false;
	saved_bond_from_json(object, saved, &notes);
	saved->is_being_made = false;
	/* Whoever lost the file is better served by a port that works than by one that is down. */
	for (size_t i = 0; i < saved->port_count; i++)
		saved->ports[i].before.up = true;
	return true;
}

/* What can be seen of a bond whose programs keep nothing. */
static void guess(const struct search *search, const struct link *hidden, struct saved_bond *saved)
{
	struct link bond0;

	saved_bond_from_json(NULL, saved, &(struct notes){.each = log_note});
	if (!hidden->lower_is_elsewhere &&
	    nl_link_by_index(search->daemon->nl, hidden->lower, &bond0) == 0) {
		memcpy(saved->name, bond0.name, sizeof(saved->name));
		memcpy(saved->mac, bond0.mac, MAC_LENGTH);
	}
	for (size_t i = 0; i < search->count && saved->port_count < BOND_PORTS_MAX; i++) {
		const struct link *link = &search->found[i].link;
		struct saved_port *port = &saved->ports[saved->port_count];

		if (!search->found[i].is_port ||
		    !datapath_is_same_copy(hidden->ifindex, link->ifindex))
			continue;
		saved_port_from_json(NULL, port, &(struct notes){.each = log_note});
		port->ifindex = link->ifindex;
		memcpy(port->name, link->name, sizeof(port->name));
		saved->port_count++;
	}
}

/* False: nothing is known of the bond that this port had. */
static bool describe(const struct search *search, const struct found *found,
		     struct saved_bond *saved)
{
	bool is_kept = read_kept(&found->link, saved);

	if (!is_kept && found->is_hidden)
		guess(search, &found->link, saved);
	if (found->is_hidden)
		saved->hidden_ifindex = found->link.ifindex;
	return is_kept || found->is_hidden;
}

static bool is_known(const struct ebondd *daemon, const struct found *found)
{
	return found->is_hidden ? bonds_by_hidden(daemon, found->link.ifindex) != NULL
				: bonds_by_port(daemon, found->link.ifindex, NULL) != NULL;
}

static int take_found(struct ebondd *daemon, const struct search *search, const struct found *found,
		      int (*take)(struct ebondd *daemon, const struct saved_bond *saved))
{
	_cleanup_free_ struct saved_bond *saved = calloc(1, sizeof(*saved));

	if (!saved)
		return -ENOMEM;
	if (!describe(search, found, saved))
		return 0;
	/* A port of a bond that is here, but has let it go. */
	if (found->is_port && bonds_by_hidden(daemon, saved->hidden_ifindex))
		return 0;
	log_warning("ebondd", "%s%s is not in the state file: found by its programs",
		    found->is_port ? "the bond of port " : "the bond of hidden end ",
		    found->link.name);
	return take(daemon, saved);
}

/* What still has a program that no bond wants is an ordinary interface from now on. */
static void free_port(struct ebondd *daemon, const struct link *link)
{
	const struct port port = {.ifindex = link->ifindex};
	struct ebond_config config;

	if (bonds_by_port(daemon, link->ifindex, NULL) || !datapath_find_rx(link->ifindex, &config))
		return;
	datapath_detach_port(NULL, daemon->nl, port_place(daemon, &port), false);
	log_warning("ebondd", "%s: removed the programs of a bond that no longer exists",
		    link->name);
}

int takeover_find(struct ebondd *daemon,
		  int (*take)(struct ebondd *daemon, const struct saved_bond *saved))
{
	struct search search = {.daemon = daemon};
	int err = nl_links(daemon->nl, look, &search);
	_cleanup_free_ struct found *found = search.found;

	err = err ?: search.err;
	/* bonds first: they take their ports */
	for (int ports = 0; ports <= 1; ports++)
		for (size_t i = 0; i < search.count && !err; i++)
			if (found[i].is_port == ports && !is_known(daemon, &found[i]))
				err = take_found(daemon, &search, &found[i], take);
	for (size_t i = 0; i < search.count && !err; i++)
		if (found[i].is_port)
			free_port(daemon, &found[i].link);
	return err;
}
