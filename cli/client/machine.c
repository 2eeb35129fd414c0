/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists this machine's interfaces: see machine.h. */
#include "cli/client/machine.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "cli/client/links.h"
#include "cli/client/request.h"
#include "import/net.h"
#include "lib/cleanup.h"
#include "lib/json.h"

#define HIDDEN_PREFIX "eb."  /* daemon/kernel/pair.c */
#define ADDRESS_BYTES_MAX 32 /* the kernel's MAX_ADDR_LEN */

/* The permanent address; stays zero if the driver does not report one. */
static void read_permanent(int fd, struct import_interface *interface)
{
	_Alignas(struct ethtool_perm_addr) unsigned char
		buffer[sizeof(struct ethtool_perm_addr) + ADDRESS_BYTES_MAX] = {0};
	struct ethtool_perm_addr *question = (void *)buffer;
	struct ifreq request = {};

	memcpy(request.ifr_name, interface->name, sizeof(interface->name));
	request.ifr_data = (char *)buffer;
	question->cmd = ETHTOOL_GPERMADDR;
	question->size = ADDRESS_BYTES_MAX;
	if (ioctl(fd, SIOCETHTOOL, &request) == 0 && question->size == sizeof(interface->permanent))
		memcpy(interface->permanent, question->data, sizeof(interface->permanent));
}

/* The type of the interface in udev's words. */
static void read_type(struct import_interface *interface)
{
	char path[64], line[128];
	_cleanup_fclose_ FILE *uevent = NULL;

	snprintf(interface->type, sizeof(interface->type), "ether");
	snprintf(path, sizeof(path), "/sys/class/net/%s/uevent", interface->name);
	uevent = fopen(path, "re");
	while (uevent && fgets(line, sizeof(line), uevent))
		if (sscanf(line, "DEVTYPE=%11s", interface->type) == 1)
			break;
	interface->is_bond = strcmp(interface->type, "bond") == 0;
}

static size_t list(struct import_interface **ret_interfaces)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifaddrs *all = NULL;
	size_t count = 0;

	*ret_interfaces = NULL;
	if (getifaddrs(&all) < 0)
		return 0;
	for (const struct ifaddrs *at = all; at; at = at->ifa_next)
		count++;
	*ret_interfaces = calloc(count + 1, sizeof(**ret_interfaces));
	count = 0;
	for (const struct ifaddrs *at = all; *ret_interfaces && at; at = at->ifa_next) {
		const struct sockaddr_ll *ll = (const void *)at->ifa_addr;
		struct import_interface *interface = &(*ret_interfaces)[count];

		if (!ll || ll->sll_family != AF_PACKET || ll->sll_halen != sizeof(interface->mac))
			continue;
		snprintf(interface->name, sizeof(interface->name), "%s", at->ifa_name);
		memcpy(interface->mac, ll->sll_addr, sizeof(interface->mac));
		read_permanent(fd, interface);
		read_type(interface);
		count++;
	}
	freeifaddrs(all);
	return count;
}

/* Adds what the daemon knows: that this is a bond, or a port with an address of its own. */
static void take_known(struct import_interface *interface, const json_t *links)
{
	const json_t *link = links_find(links, interface->name);
	const json_t *info = json_object_get(link, "linkinfo");
	const char *own = json_string_value(
		json_object_get(json_object_get(info, "info_slave_data"), "perm_hwaddr"));

	if (own)
		import_parse_mac(own, interface->mac);
	else if (json_object_get(info, "info_data"))
		interface->is_bond = true;
}

/*
 * A bond's hidden end is called "eb." and the bond's name and is not a card; it
 * also identifies the bond while no daemon runs.
 */
static void take_hidden(struct import_interface *interfaces, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strncmp(interfaces[i].name, HIDDEN_PREFIX, strlen(HIDDEN_PREFIX)) != 0)
			continue;
		interfaces[i].is_bond = true;
		for (size_t j = 0; j < count; j++)
			if (!strcmp(interfaces[j].name, interfaces[i].name + strlen(HIDDEN_PREFIX)))
				interfaces[j].is_bond = true;
	}
}

size_t machine_interfaces(struct import_interface **ret_interfaces)
{
	_cleanup_json_ json_t *reply = NULL;
	size_t count = list(ret_interfaces);

	take_hidden(*ret_interfaces, count);
	if (request_quietly("show", &reply) < 0)
		return count;
	for (size_t i = 0; i < count; i++)
		take_known(&(*ret_interfaces)[i], json_object_get(reply, "links"));
	return count;
}
