/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, routes, MTU and the like of a bond that is being imported: see import_lift.h. */
#include "cli/import/import_lift.h"

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

int lifting_say(struct import_place place, const char *command, int err)
{
	say_error("%s:%u: '%s' failed: %s%s", place.file, place.line, command, strerror(-err),
		  err == -EPERM || err == -EACCES ? ": run as root" : "");
	return err;
}

void lifting_begin(struct lifting *lifting, struct rtnet *rtnet, const struct import_link *link,
		   bool is_strict)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {};

	*lifting = (struct lifting){.rtnet = rtnet, .link = link, .is_strict = is_strict};
	lifting->is_new = !if_nametoindex(link->name);
	memcpy(request.ifr_name, link->name, sizeof(link->name));
	if (lifting->is_new || fd < 0)
		return;
	if (ioctl(fd, SIOCGIFMTU, &request) == 0)
		lifting->mtu_before = (uint32_t)request.ifr_mtu;
	if (ioctl(fd, SIOCGIFFLAGS, &request) == 0)
		lifting->was_up = request.ifr_flags & IFF_UP;
	if (ioctl(fd, SIOCGIFHWADDR, &request) == 0)
		mac_format((const uint8_t *)request.ifr_hwaddr.sa_data, lifting->mac_before);
}

static int lift_hardware(struct lifting *lifting)
{
	const struct import_link *link = lifting->link;
	char command[COMMAND_MAX];
	int err = 0;

	if (link->mac && strcmp(link->mac, lifting->mac_before) != 0) {
		snprintf(command, sizeof(command), "ip link set %s address %s", link->name,
			 link->mac);
		err = rtnet_set_mac(lifting->rtnet, lifting->ifindex, link->mac);
		if (err)
			return lifting_say(link->mac_place, command, err);
		puts(command);
	}
	if (link->mtu && link->mtu != lifting->mtu_before) {
		snprintf(command, sizeof(command), "ip link set %s mtu %u", link->name, link->mtu);
		err = rtnet_set_mtu(lifting->rtnet, lifting->ifindex, link->mtu);
		if (err)
			return lifting_say(link->mtu_place, command, err);
		puts(command);
	}
	return 0;
}

/* What the kernel refuses of what stands beside a bond is told, and takes nothing else away. */
static int pass_over(const struct lifting *lifting, struct import_place place, const char *command,
		     int err)
{
	if (lifting->is_strict)
		return lifting_say(place, command, err);
	say_error("warning: %s:%u: '%s' failed: %s: ignored; with --strict nothing would be done",
		  place.file, place.line, command, strerror(-err));
	return 0;
}

static int lift_addresses(struct lifting *lifting)
{
	char command[COMMAND_MAX];

	for (const struct import_address *a = lifting->link->addresses; a; a = a->next) {
		int err;

		if (a->is_manual)
			continue;
		import_address_command(lifting->link, a, command, sizeof(command));
		err = rtnet_address(lifting->rtnet, lifting->ifindex, a, true);
		if (err == -EEXIST)
			continue;
		if (err) {
			err = pass_over(lifting, a->place, command, err);
			if (err)
				return err;
			continue;
		}
		puts(command);
		if (lifting->address_count < LIFTING_MAX)
			lifting->addresses[lifting->address_count++] = a;
	}
	return 0;
}

static int lift_up(struct lifting *lifting)
{
	char command[COMMAND_MAX];
	int err;

	if (!lifting->link->is_up || lifting->was_up)
		return 0;
	snprintf(command, sizeof(command), "ip link set %s up", lifting->link->name);
	err = rtnet_set_up(lifting->rtnet, lifting->ifindex, true);
	if (err)
		return lifting_say(lifting->link->place, command, err);
	puts(command);
	return 0;
}

static int lift_routes(struct lifting *lifting)
{
	char command[COMMAND_MAX];

	for (const struct import_route *r = lifting->link->routes; r; r = r->next) {
		int err = rtnet_route(lifting->rtnet, lifting->ifindex, r, true);

		import_route_command(lifting->link, r, command, sizeof(command));
		if (err == -EEXIST) { /* it, or one by another way */
			say_error("note: '%s': there is such a route already", command);
			continue;
		}
		if (err) {
			err = pass_over(lifting, r->place, command, err);
			if (err)
				return err;
			continue;
		}
		puts(command);
		if (lifting->route_count < LIFTING_MAX)
			lifting->routes[lifting->route_count++] = r;
	}
	return 0;
}

/* A wish of the moment: when it cannot be had, nothing is lost. */
static int lift_active_port(const struct import_link *link)
{
	char *words[] = {(char *)link->name, (char *)"active_slave", (char *)link->active_port};

	if (!link->active_port)
		return 0;
	if (request_and_print(command_find("set"), 3, words, START_TO_RECOVER) != CONTROL_DONE)
		say_error("warning: %s:%u: %s stays without that active port",
			  link->active_port_place.file, link->active_port_place.line, link->name);
	return 0;
}

int lifting_lift(struct lifting *lifting)
{
	lifting->ifindex = if_nametoindex(lifting->link->name);
	return lift_hardware(lifting) ?: lift_addresses(lifting) ?: lift_up(lifting) ?:
	       lift_routes(lifting) ?: lift_active_port(lifting->link);
}

void lifting_lower(struct lifting *lifting)
{
	const struct import_link *link = lifting->link;
	char *words[] = {(char *)link->name};

	if (lifting->is_new) {
		request_and_print(command_find("del"), 1, words, START_NEVER);
		return;
	}
	if (!lifting->ifindex)
		return; /* not reached */
	for (size_t i = lifting->route_count; i-- > 0;)
		rtnet_route(lifting->rtnet, lifting->ifindex, lifting->routes[i], false);
	for (size_t i = lifting->address_count; i-- > 0;)
		rtnet_address(lifting->rtnet, lifting->ifindex, lifting->addresses[i], false);
	if (link->is_up && !lifting->was_up)
		rtnet_set_up(lifting->rtnet, lifting->ifindex, false);
	if (link->mtu && lifting->mtu_before)
		rtnet_set_mtu(lifting->rtnet, lifting->ifindex, lifting->mtu_before);
	if (link->mac && lifting->mac_before[0])
		rtnet_set_mac(lifting->rtnet, lifting->ifindex, lifting->mac_before);
}
