/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows and changes interfaces by ioctl: see ifenslave.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "cli/client/links.h"
#include "cli/client/request.h"
#include "cli/client/say.h"
#include "ifenslave/ifenslave.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/mac.h"
#include "lib/protocol.h"

/* Upper bound on rounds: removing a primary address may promote a secondary one. */
#define ROUNDS_MAX 256

static int open_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static bool ask(int fd, unsigned long what, const char *name, struct ifreq *ret_answer)
{
	struct ifreq request = {};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, what, &request) < 0)
		return false;
	*ret_answer = request;
	return true;
}

int interface_set_up(const char *name)
{
	_cleanup_close_ int fd = open_socket();
	struct ifreq request;

	if (fd < 0)
		return fd;
	if (!ask(fd, SIOCGIFFLAGS, name, &request))
		return -errno;
	request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

/* Whether @label belongs to @name: itself, or "eth0:0". */
static bool is_of(const char *label, const char *name)
{
	size_t length = strlen(name);

	return strncmp(label, name, length) == 0 && (!label[length] || label[length] == ':');
}

/* The label of one IPv4 address of @name. */
static bool find_label(const char *name, char label[IFNAMSIZ])
{
	struct ifaddrs *list;
	bool found = false;

	if (getifaddrs(&list) < 0)
		return false;
	for (struct ifaddrs *at = list; at && !found; at = at->ifa_next) {
		found = at->ifa_addr && at->ifa_addr->sa_family == AF_INET &&
			is_of(at->ifa_name, name);
		if (found)
			snprintf(label, IFNAMSIZ, "%s", at->ifa_name);
	}
	freeifaddrs(list);
	return found;
}

int interface_clear_ip4(const char *name)
{
	_cleanup_close_ int fd = open_socket();
	char label[IFNAMSIZ];
	int count = 0;

	if (fd < 0)
		return fd;
	for (; count < ROUNDS_MAX && find_label(name, label); count++) {
		struct ifreq request = {.ifr_addr.sa_family = AF_INET}; /* 0.0.0.0 */

		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", label);
		if (ioctl(fd, SIOCSIFADDR, &request) < 0)
			return -errno;
	}
	return count;
}

static void print_flags(short flags)
{
	static const struct {
		short bit;
		const char *word;
	} words[] = {{IFF_UP, "UP"},
		     {IFF_BROADCAST, "BROADCAST"},
		     {IFF_LOOPBACK, "LOOPBACK"},
		     {IFF_POINTOPOINT, "POINTOPOINT"},
		     {IFF_RUNNING, "RUNNING"},
		     {IFF_NOARP, "NOARP"},
		     {IFF_PROMISC, "PROMISC"},
		     {IFF_ALLMULTI, "ALLMULTI"},
		     {IFF_MASTER, "MASTER"},
		     {IFF_SLAVE, "SLAVE"},
		     {IFF_MULTICAST, "MULTICAST"}};

	printf("flags %#x", (unsigned short)flags);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (flags & words[i].bit)
			printf(" %s", words[i].word);
	putchar('\n');
}

static void print_hardware(const struct ifreq *answer)
{
	const uint8_t *mac = (const uint8_t *)answer->ifr_hwaddr.sa_data;
	char text[MAC_TEXT_SIZE];

	printf("    hardware address %s, type %u\n", mac_format(mac, text),
	       answer->ifr_hwaddr.sa_family);
}

/* The interface's role in a bond. */
static void print_bonding(const json_t *links, const char *name)
{
	const json_t *self = links_find(links, name), *link;
	const char *active = self ? link_option(self, "active_slave") : "";
	const char *master = json_string_value(json_object_get(self, "master"));
	size_t i;

	if (!self)
		return;
	if (master) {
		printf("    slave of %s, %s%s\n", master,
		       link_is_usable(self) ? "link up" : "link down",
		       link_is_active(self) ? ", active" : "");
		return;
	}
	printf("    master, %s, slaves:", link_option(self, "mode"));
	json_array_foreach(links, i, link)
		if (link_is_port(link, name))
			printf(" %s", link_name(link));
	printf("%s%s\n", *active ? ", active: " : "", active);
}

static void print_interface(int fd, const char *name, const struct ifreq *flags,
			    const json_t *links)
{
	struct ifreq answer;
	char text[INET_ADDRSTRLEN];

	printf("%s: ", name);
	print_flags(flags->ifr_flags);
	if (ask(fd, SIOCGIFADDR, name, &answer)) {
		struct sockaddr_in address;

		memcpy(&address, &answer.ifr_addr, sizeof(address));
		inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
		printf("    address %s\n", text);
	}
	if (ask(fd, SIOCGIFHWADDR, name, &answer))
		print_hardware(&answer);
	if (ask(fd, SIOCGIFMTU, name, &answer))
		printf("    MTU %d\n", answer.ifr_mtu);
	print_bonding(links, name);
}

int interfaces_show(const char *only, bool all)
{
	_cleanup_json_ json_t *reply = NULL;
	_cleanup_close_ int fd = open_socket();
	struct if_nameindex *list = if_nameindex();
	struct ifreq flags;
	bool found = false;

	/* Without a daemon no bonds are shown, but interfaces are. */
	if (request_quietly("show", &reply) < 0)
		errno = 0;
	for (struct if_nameindex *at = list; at && at->if_index; at++) {
		if ((only && strcmp(at->if_name, only) != 0) ||
		    !ask(fd, SIOCGIFFLAGS, at->if_name, &flags))
			continue;
		found = true;
		if (only || all || (flags.ifr_flags & IFF_UP))
			print_interface(fd, at->if_name, &flags, json_object_get(reply, "links"));
	}
	if (list)
		if_freenameindex(list);
	if (!only || found)
		return CONTROL_DONE;
	say_error("%s: no such interface: see 'ip link'", only);
	return CONTROL_REFUSED;
}
