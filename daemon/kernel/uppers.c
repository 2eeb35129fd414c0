/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interfaces on top of a bond. */
#include "daemon/kernel/uppers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/kernel/pair.h"
#include "lib/cleanup.h"

struct collection {
	size_t count, room;
	struct link *links;
	bool failed;
};

static void cleanup_collection(struct collection *all)
{
	free(all->links);
}

static void collect_link(const struct link *link, void *data)
{
	struct collection *all = data;

	if (all->count == all->room) {
		size_t room = all->room ? all->room * 2 : 64;
		struct link *links = reallocarray(all->links, room, sizeof(*links));

		if (!links) {
			all->failed = true;
			return;
		}
		all->links = links;
		all->room = room;
	}
	all->links[all->count++] = *link;
}

const struct speaker *speakers_find(const struct speakers *speakers, uint32_t ifindex)
{
	for (size_t i = 0; i < speakers->count; i++)
		if (speakers->list[i].ifindex == ifindex)
			return &speakers->list[i];
	return NULL;
}

uint32_t speakers_member_of(const struct speakers *speakers, uint32_t ifindex)
{
	for (size_t i = 0; i < speakers->count; i++)
		if (speakers->list[i].master == ifindex)
			return speakers->list[i].ifindex;
	return 0;
}

static void add(struct speakers *speakers, const struct link *link)
{
	struct speaker *speaker = &speakers->list[speakers->count++];

	speaker->ifindex = link->ifindex;
	memcpy(speaker->name, link->name, sizeof(speaker->name));
	memcpy(speaker->mac, link->mac, sizeof(speaker->mac));
	speaker->master = link->master;
}

/* A bridge or similar that has one of the speakers as a port. */
static bool is_master_of_one(const struct collection *all, const struct speakers *speakers,
			     uint32_t ifindex)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->links[i].master == ifindex &&
		    speakers_find(speakers, all->links[i].ifindex))
			return true;
	return false;
}

/* Returns whether one was added, on top of which there may be others. */
static bool add_next(const struct collection *all, struct speakers *speakers, uint32_t bond_ifindex)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct link *link = &all->links[i];
		enum pair_kind kind;
		/* IFLA_LINK of a pair's end is its peer: bond0's hidden end is not on bond0. */
		bool above = link->lower && !pair_kind_parse(link->kind, &kind) &&
			     speakers_find(speakers, link->lower);

		if (!(link->flags & IFF_UP) || speakers_find(speakers, link->ifindex))
			continue;
		if (link->ifindex != bond_ifindex && !above &&
		    !is_master_of_one(all, speakers, link->ifindex))
			continue;
		add(speakers, link);
		return true;
	}
	return false;
}

int speakers_collect(struct nl *nl, uint32_t bond_ifindex, struct speakers **ret_speakers)
{
	_cleanup_(collection) struct collection all = {};
	int err = nl_links(nl, collect_link, &all);
	struct speakers *speakers;

	if (err || all.failed)
		return err ?: -ENOMEM;
	speakers = calloc(1, sizeof(*speakers) + all.count * sizeof(speakers->list[0]));
	if (!speakers)
		return -ENOMEM;
	while (add_next(&all, speakers, bond_ifindex))
		;
	*ret_speakers = speakers;
	return 0;
}

void speakers_free(struct speakers *speakers)
{
	free(speakers);
}
