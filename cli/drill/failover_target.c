/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a host to ping: see failover_target.h. */
#include "cli/drill/failover_target.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"

/* RTF_UP and RTF_GATEWAY of <linux/route.h>. */
#define ROUTE_UP 0x1
#define ROUTE_GATEWAY 0x2

/*
 * /proc/net/route: one line per route, "Iface Destination Gateway Flags ...",
 * with addresses as hexadecimal numbers in host byte order.
 */
static bool find_gateway(const char *interface, struct in_addr *ret_gateway)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/net/route", "re");
	bool found = false;
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		unsigned int destination, gateway, flags;
		char name[32];

		if (sscanf(line, "%31s %x %x %x", name, &destination, &gateway, &flags) != 4 ||
		    strcmp(name, interface) != 0 ||
		    (flags & (ROUTE_UP | ROUTE_GATEWAY)) != (ROUTE_UP | ROUTE_GATEWAY))
			continue;
		if (!found || destination == 0)
			ret_gateway->s_addr = gateway;
		found = true;
		if (destination == 0)
			break;
	}
	return found;
}

bool failover_target(const json_t *bond, const char *interface, char buf[INET_ADDRSTRLEN])
{
	const json_t *data = json_object_get(json_object_get(bond, "linkinfo"), "info_data");
	const char *target =
		json_string_value(json_array_get(json_object_get(data, "arp_ip_target"), 0));
	struct in_addr gateway;

	if (find_gateway(interface, &gateway))
		return inet_ntop(AF_INET, &gateway, buf, INET_ADDRSTRLEN) != NULL;
	if (!target || strlen(target) >= INET_ADDRSTRLEN)
		return false;
	strcpy(buf, target);
	return true;
}
