/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An interface's driver and sysctl settings. */
#include "daemon/kernel/nic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "lib/cleanup.h"

/* Words per link-mode mask; the kernel uses 4, this allows for twice that. */
#define MASK_WORDS_MAX 8

/* IFF_LOWER_UP of <linux/if.h>, which <net/if.h> does not have. */
#define LOWER_UP (1U << 16)

static int ethtool(int socket, const char *name, void *command)
{
	struct ifreq request = {};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	request.ifr_data = command;
	return ioctl(socket, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

int nic_carrier(int socket, struct nl *nl, const char *name, bool *ret_carrier)
{
	struct ethtool_value value = {.cmd = ETHTOOL_GLINK};
	int err = ethtool(socket, name, &value);
	struct link link;

	if (!err) {
		*ret_carrier = value.data;
		return 0;
	}
	if (err == -ENODEV)
		return err;
	/* A driver without get_link: use the stack's flag. */
	err = nl_link_by_name(nl, name, &link);
	if (!err)
		*ret_carrier = (link.flags & IFF_UP) && (link.flags & LOWER_UP);
	return err;
}

int nic_random_mac(uint8_t ret_mac[MAC_LENGTH])
{
	uint8_t mac[MAC_LENGTH];

	if (getrandom(mac, sizeof(mac), 0) != sizeof(mac))
		return -EIO;
	mac[0] = (uint8_t)((mac[0] & 0xfc) | 0x02);
	memcpy(ret_mac, mac, sizeof(mac));
	return 0;
}

void nic_speed(int socket, const char *name, int32_t *ret_mbps, enum duplex *ret_duplex)
{
	union {
		struct ethtool_link_settings settings;
		/* The three masks follow the settings. */
		uint32_t room[sizeof(struct ethtool_link_settings) / 4 + 3 * MASK_WORDS_MAX];
	} query = {.settings = {.cmd = ETHTOOL_GLINKSETTINGS}};

	*ret_mbps = SPEED_UNKNOWN_MBPS;
	*ret_duplex = DUPLEX_IS_UNKNOWN;
	/* The first call only returns, negated, the kernel's number of mask words. */
	if (ethtool(socket, name, &query) < 0 || query.settings.link_mode_masks_nwords >= 0 ||
	    query.settings.link_mode_masks_nwords < -MASK_WORDS_MAX)
		return;
	query.settings.cmd = ETHTOOL_GLINKSETTINGS;
	query.settings.link_mode_masks_nwords = (int8_t)-query.settings.link_mode_masks_nwords;
	if (ethtool(socket, name, &query) < 0)
		return;
	if (query.settings.speed > 0 && query.settings.speed < INT32_MAX)
		*ret_mbps = (int32_t)query.settings.speed;
	if (query.settings.duplex == DUPLEX_FULL)
		*ret_duplex = DUPLEX_IS_FULL;
	else if (query.settings.duplex == DUPLEX_HALF)
		*ret_duplex = DUPLEX_IS_HALF;
}

static int open_sysctl(const char *name, const char *family, const char *key, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", family, name, key);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int nic_get_sysctl(const char *name, const char *family, const char *key, int *ret_value)
{
	_cleanup_close_ int fd = open_sysctl(name, family, key, O_RDONLY);
	char text[16] = "";

	if (fd < 0)
		return fd;
	if (read(fd, text, sizeof(text) - 1) <= 0)
		return -EIO;
	*ret_value = (int)strtol(text, NULL, 10);
	return 0;
}

int nic_set_sysctl(const char *name, const char *family, const char *key, int value)
{
	_cleanup_close_ int fd = open_sysctl(name, family, key, O_WRONLY);

	if (fd < 0)
		return fd;
	return dprintf(fd, "%d", value) < 0 ? -errno : 0;
}
