/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths to targets. */
#include "daemon/kernel/paths.h"

#include <string.h>
#include <sys/socket.h>

#include "daemon/kernel/uppers.h"
#include "lib/cleanup.h"

DEFINE_CLEANUP(speakers, struct speakers *, speakers_free)

struct search {
	struct nl *nl;
	const struct speakers *speakers;
	uint32_t bond_ifindex;
};

/* Maximum depth of stacked interfaces; deeper means a loop. */
#define STACK_MAX 16

/* Collects tags from the interface that routing selected down to bond0; the outermost is last. */
static bool walk_down(const struct search *search, uint32_t ifindex, struct probe_origin *origin)
{
	struct probe_tag tags[PROBE_TAGS_MAX];
	size_t count = 0;

	for (int depth = 0; depth < STACK_MAX && ifindex != search->bond_ifindex; depth++) {
		struct link link;

		if (!speakers_find(search->speakers, ifindex) ||
		    nl_link_by_index(search->nl, ifindex, &link) < 0)
			return false;
		if (link.vlan_id) {
			if (count == PROBE_TAGS_MAX)
				return false;
			tags[count++] = (struct probe_tag){link.vlan_protocol, link.vlan_id};
		}
		/* A bridge has no lower interface of its own: bond0 is one of its ports. */
		ifindex = link.lower ?: speakers_member_of(search->speakers, ifindex);
	}
	for (size_t i = 0; i < count; i++)
		origin->tags[i] = tags[count - 1 - i];
	origin->tag_count = count;
	return ifindex == search->bond_ifindex;
}

static void find_path(const struct search *search, int family, const uint8_t *target,
		      struct path *ret_path)
{
	struct path path = {.is_ours = true};
	struct route route;

	/*
	 * Without a route, behind a router (which does not forward ARP), and with
	 * bond0 in another network namespace, whose routes are not visible, a probe
	 * without a source address still causes traffic.
	 */
	if (speakers_find(search->speakers, search->bond_ifindex) &&
	    nl_route(search->nl, family, target, &route) == 0 &&
	    !(family == AF_INET && route.has_gateway)) {
		memcpy(path.origin.ip, route.source, sizeof(path.origin.ip));
		path.is_ours = walk_down(search, route.ifindex, &path.origin);
	}
	*ret_path = path;
}

struct own_search {
	const struct speakers *speakers;
	struct bond_own *own;
};

static void note_own(const struct address *address, void *data)
{
	const struct own_search *search = data;
	struct bond_own *own = search->own;

	if (!speakers_find(search->speakers, address->ifindex))
		return;
	if (address->family == AF_INET && own->count4 < BOND_OWN_MAX)
		memcpy(own->ip4[own->count4++], address->bytes, 4);
	else if (address->family == AF_INET6 && own->count6 < BOND_OWN_MAX)
		memcpy(own->ip6[own->count6++], address->bytes, 16);
}

int paths_find(struct nl *nl, uint32_t bond_ifindex, const struct bond_options *options,
	       struct paths *ret_paths)
{
	_cleanup_(speakers) struct speakers *speakers = NULL;
	struct paths paths = {};
	int err = speakers_collect(nl, bond_ifindex, &speakers);
	struct search search = {nl, speakers, bond_ifindex};
	struct own_search own = {speakers, &paths.own};

	if (err)
		return err;
	for (size_t i = 0; i < options->arp_targets.count; i++)
		find_path(&search, AF_INET, options->arp_targets.ip[i], &paths.arp[i]);
	for (size_t i = 0; i < options->ns_targets.count; i++)
		find_path(&search, AF_INET6, options->ns_targets.ip[i], &paths.ns[i]);
	err = nl_addresses(nl, note_own, &own);
	if (err)
		return err;
	*ret_paths = paths;
	return 0;
}
