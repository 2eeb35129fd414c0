/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rps_cpus of the hidden end. */
#include "daemon/kernel/steering.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* Maximum number of CPUs in a mask. */
#define CPUS_MAX 4096

int steering_open(void)
{
	_cleanup_close_ int context = fsopen("sysfs", FSOPEN_CLOEXEC);
	int fd;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	return fd < 0 ? -errno : fd;
}

/* All possible CPUs as "ff,ffffffff": words of 32, highest first. */
static void format_mask(char *text, size_t size)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	long words;
	size_t length = 0;

	if (cpus < 1)
		cpus = 1;
	if (cpus > CPUS_MAX)
		cpus = CPUS_MAX;
	words = (cpus + 31) / 32;
	for (long word = words - 1; word >= 0; word--) {
		long bits = cpus - word * 32;
		uint32_t mask = bits >= 32 ? UINT32_MAX : (1U << bits) - 1;

		length += (size_t)snprintf(text + length, size - length, "%x%s", mask,
					   word ? "," : "");
	}
}

int steering_set(int sysfs_fd, const char *hidden_name)
{
	char path[128], mask[CPUS_MAX / 32 * 9 + 1];
	_cleanup_close_ int fd = -EBADF;

	snprintf(path, sizeof(path), "class/net/%s/queues/rx-0/rps_cpus", hidden_name);
	fd = openat(sysfs_fd, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	format_mask(mask, sizeof(mask));
	return write(fd, mask, strlen(mask)) < 0 ? -errno : 0;
}
