/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, routes, MTU etc. of an imported bond: see import_bringup.h. */
#include "cli/import/import_bringup.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <errno.h>

#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "import/print.h"
#include "lib/cleanup.h"
#include "lib/protocol.h"

#define COMMAND_MAX 512

int bringup_error(struct import_place place, const char *command, int err)
{
	say_error("%s:%u: '%s' failed: %s%s", place.file, place.line, command, strerror(-err),
		  err == -EPERM || err == -EACCES ? ": run as root" : "");
	return err;
}

void bringup_begin(struct bringup *bringup, struct rtnet *rtnet, const struct import_link *link,
		   bool is_strict)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {};

	*bringup = (struct bringup){.rtnet = rtnet, .link = link, .is_strict = is_strict};
	bringup->is_new = !if_nametoindex(link->name);
	memcpy(request.ifr_name, link->name, sizeof(link->name));
	if (bringup->is_new || fd < 0)
		return;
	if (ioctl(fd, SIOCGIFMTU, &request) == 0)
		bringup->mtu_before = (uint32_t)request.ifr_mtu;
	if (ioctl(fd, SIOCGIFFLAGS, &request) == 0)
		bringup->was_up = request.ifr_flags & IFF_UP;
	if (ioctl(fd, SIOCGIFHWADDR, &request) == 0)
		mac_format((const uint8_t *)request.ifr_hwaddr.sa_data, bringup->mac_before);
}

static int configure_hardware(struct bringup *bringup)
{
	const struct import_link *link = bringup->link;
	char command[COMMAND_MAX];
	int err = 0;

	if (link->mac && strcmp(link->mac, bringup->mac_before) != 0) {
		snprintf(command, sizeof(command), "ip link set %s address %s", link->name,
			 link->mac);
		err = rtnet_set_mac(bringup->rtnet, bringup->ifindex, link->mac);
		if (err)
			return bringup_error(link->mac_place, command, err);
		puts(command);
	}
	if (link->mtu && link->mtu != bringup->mtu_before) {
		snprintf(command, sizeof(command), "ip link set %s mtu %u", link->name, link->mtu);
		err = rtnet_set_mtu(bringup->rtnet, bringup->ifindex, link->mtu);
		if (err)
			return bringup_error(link->mtu_place, command, err);
		puts(command);
	}
	return 0;
}

/* A refused address or route is reported and does not stop the import, unless @is_strict. */
static int ignore_failure(const struct bringup *bringup, struct import_place place,
			  const char *command, int err)
{
	if (bringup->is_strict)
		return bringup_error(place, command, err);
	say_error("warning: %s:%u: '%s' failed: %s: ignored (an error with --strict)", place.file,
		  place.line, command, strerror(-err));
	return 0;
}

static int add_addresses(struct bringup *bringup)
{
	char command[COMMAND_MAX];

	for (const struct import_address *a = bringup->link->addresses; a; a = a->next) {
		int err;

		if (a->is_manual)
			continue;
		import_address_command(bringup->link, a, command, sizeof(command));
		err = rtnet_address(bringup->rtnet, bringup->ifindex, a, true);
		if (err == -EEXIST)
			continue;
		if (err) {
			err = ignore_failure(bringup, a->place, command, err);
			if (err)
				return err;
			continue;
		}
		puts(command);
		if (bringup->address_count < BRINGUP_MAX)
			bringup->addresses[bringup->address_count++] = a;
	}
	return 0;
}

static int set_up(struct bringup *bringup)
{
	char command[COMMAND_MAX];
	int err;

	if (!bringup->link->is_up || bringup->was_up)
		return 0;
	snprintf(command, sizeof(command), "ip link set %s up", bringup->link->name);
	err = rtnet_set_up(bringup->rtnet, bringup->ifindex, true);
	if (err)
		return bringup_error(bringup->link->place, command, err);
	puts(command);
	return 0;
}

static int add_routes(struct bringup *bringup)
{
	char command[COMMAND_MAX];

	for (const struct import_route *r = bringup->link->routes; r; r = r->next) {
		int err = rtnet_route(bringup->rtnet, bringup->ifindex, r, true);

		import_route_command(bringup->link, r, command, sizeof(command));
		if (err == -EEXIST) { /* the same route, or one with another next hop */
			say_error("note: '%s': route already exists", command);
			continue;
		}
		if (err) {
			err = ignore_failure(bringup, r->place, command, err);
			if (err)
				return err;
			continue;
		}
		puts(command);
		if (bringup->route_count < BRINGUP_MAX)
			bringup->routes[bringup->route_count++] = r;
	}
	return 0;
}

/* Only a one-time request: if it fails, the bond works all the same. */
static int set_active_port(const struct import_link *link)
{
	char *words[] = {(char *)link->name, (char *)"active_slave", (char *)link->active_port};

	if (!link->active_port)
		return 0;
	if (request_and_print(command_find("set"), 3, words, START_TO_RECOVER) != CONTROL_DONE)
		say_error("warning: %s:%u: %s keeps its active port", link->active_port_place.file,
			  link->active_port_place.line, link->name);
	return 0;
}

int bringup_run(struct bringup *bringup)
{
	bringup->ifindex = if_nametoindex(bringup->link->name);
	return configure_hardware(bringup) ?: add_addresses(bringup) ?: set_up(bringup) ?:
	       add_routes(bringup) ?: set_active_port(bringup->link);
}

void bringup_revert(struct bringup *bringup)
{
	const struct import_link *link = bringup->link;
	char *words[] = {(char *)link->name};

	if (bringup->is_new) {
		request_and_print(command_find("del"), 1, words, START_NEVER);
		return;
	}
	if (!bringup->ifindex)
		return; /* not reached */
	for (size_t i = bringup->route_count; i-- > 0;)
		rtnet_route(bringup->rtnet, bringup->ifindex, bringup->routes[i], false);
	for (size_t i = bringup->address_count; i-- > 0;)
		rtnet_address(bringup->rtnet, bringup->ifindex, bringup->addresses[i], false);
	if (link->is_up && !bringup->was_up)
		rtnet_set_up(bringup->rtnet, bringup->ifindex, false);
	if (link->mtu && bringup->mtu_before)
		rtnet_set_mtu(bringup->rtnet, bringup->ifindex, bringup->mtu_before);
	if (link->mac && bringup->mac_before[0])
		rtnet_set_mac(bringup->rtnet, bringup->ifindex, bringup->mac_before);
}
