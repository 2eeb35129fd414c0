/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel cannot open a namespace by its id, so the id of each candidate is queried. */
#include "daemon/kernel/namespaces.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"

DEFINE_CLEANUP(mounts, FILE *, endmntent)

static int open_if(struct nl *nl, int32_t nsid, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	int32_t found = -1;
	int err = fd < 0 ? -errno : nl_nsid(nl, fd, &found);

	if (err)
		return err;
	return found == nsid ? TAKE_FD(fd) : -ENOENT;
}

static int find_mounted(struct nl *nl, int32_t nsid)
{
	_cleanup_(mounts) FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent entry;
	char line[4096];
	int fd = -ENOENT;

	while (mounts && fd < 0 && getmntent_r(mounts, &entry, line, sizeof(line)))
		if (strcmp(entry.mnt_type, "nsfs") == 0)
			fd = open_if(nl, nsid, entry.mnt_dir);
	return fd;
}

static int find_process(struct nl *nl, int32_t nsid)
{
	_cleanup_closedir_ DIR *processes = opendir("/proc");
	const struct dirent *entry;
	char path[64];
	int fd = -ENOENT;

	while (processes && fd < 0 && (entry = readdir(processes))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/ns/net", entry->d_name);
		fd = open_if(nl, nsid, path);
	}
	return fd;
}

int namespaces_open(struct nl *nl, int32_t nsid)
{
	int fd = nsid < 0 ? -ENOENT : find_mounted(nl, nsid);

	if (fd < 0 && nsid >= 0)
		fd = find_process(nl, nsid);
	return fd < 0 ? -ENOENT : fd;
}
