/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces that are what a state file says. */
#include "daemon/service/takeover_match.h"

#include <string.h>

#include "daemon/kernel/datapath.h"
#include "daemon/kernel/pair.h"

bool match_hidden_end(const struct link *link, struct ebond_config *config)
{
	enum pair_kind kind;

	return pair_is_hidden(link) ||
	       (pair_kind_parse(link->kind, &kind) && datapath_find_tx(link->ifindex, config));
}

bool match_home(const struct ebondd *daemon, const struct ebond_config *config)
{
	return !config->home || config->home == daemon->netns.cookie;
}

/* By its index; where the file has none, by its name, or as what bond0 is paired with. */
static bool find_hidden(struct ebondd *daemon, const struct saved_bond *saved, struct link *hidden)
{
	struct link bond0;

	if (saved->hidden_ifindex)
		return nl_link_by_index(daemon->nl, saved->hidden_ifindex, hidden) == 0;
	if (saved->hidden_name[0] && nl_link_by_name(daemon->nl, saved->hidden_name, hidden) == 0)
		return true;
	return saved->name[0] && nl_link_by_name(daemon->nl, saved->name, &bond0) == 0 &&
	       bond0.lower && !bond0.lower_is_elsewhere &&
	       nl_link_by_index(daemon->nl, bond0.lower, hidden) == 0;
}

bool match_bond(struct ebondd *daemon, const struct saved_bond *saved, struct link *ret_hidden,
		struct link *ret_bond0)
{
	struct ebond_config config;
	struct link bond0;

	if (!find_hidden(daemon, saved, ret_hidden) || !match_hidden_end(ret_hidden, &config))
		return false;
	*ret_bond0 = (struct link){};
	if (!ret_hidden->lower_is_elsewhere &&
	    nl_link_by_index(daemon->nl, ret_hidden->lower, &bond0) == 0 &&
	    bond0.lower == ret_hidden->ifindex && !bond0.lower_is_elsewhere)
		*ret_bond0 = bond0;
	return true;
}

/* An address that a port of this bond may have now: bond0's, its own, or another port's (alb). */
static bool is_address_of(const struct saved_bond *saved, const uint8_t mac[MAC_LENGTH])
{
	bool found = memcmp(mac, saved->mac, MAC_LENGTH) == 0;

	for (size_t i = 0; i < saved->port_count; i++)
		found |= memcmp(mac, saved->ports[i].before.mac, MAC_LENGTH) == 0;
	return found;
}

/* What never changes of an interface, as far as the file has it. */
static bool is_same_hardware(const struct saved_port *port, const struct link *link)
{
	static const uint8_t none[MAC_LENGTH];

	if (port->kind[0] && strcmp(port->kind, link->kind) != 0)
		return false;
	return memcmp(port->permanent_mac, none, MAC_LENGTH) == 0 ||
	       (link->has_permanent_mac &&
		memcmp(port->permanent_mac, link->permanent_mac, MAC_LENGTH) == 0);
}

/* As far as the program's constants say, which an older daemon's may not. */
static bool is_program_of(const struct ebondd *daemon, const struct saved_bond *saved,
			  const struct ebond_config *config)
{
	return match_home(daemon, config) && (!saved->hidden_ifindex || !config->hidden_ifindex ||
					      config->hidden_ifindex == saved->hidden_ifindex);
}

bool match_port(struct ebondd *daemon, const struct saved_bond *saved, size_t index, bool is_sure,
		struct link *ret_link)
{
	const struct saved_port *port = &saved->ports[index];
	struct ebond_config config = {};
	int err = port->ifindex ? nl_link_by_index(daemon->nl, port->ifindex, ret_link)
				: nl_link_by_name(daemon->nl, port->name, ret_link);

	if (err || !is_same_hardware(port, ret_link))
		return false;
	/* Nothing says more than our program, unless it is another bond's by now. */
	if (datapath_find_rx(ret_link->ifindex, &config))
		return is_program_of(daemon, saved, &config);
	/* Without: a daemon that died while it took the port in, or gave it back. */
	return is_sure && strcmp(port->name, ret_link->name) == 0 &&
	       is_address_of(saved, ret_link->mac);
}
