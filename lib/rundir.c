/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run directory's path: see rundir.h. */
#include "lib/rundir.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/namespace.h"
#include "lib/read_file.h"

#define RUNDIR_BASE "/run/ebond"
#define NETNS_FILE "/proc/self/ns/net"
#define PROC "proc"

const char *rundir_base(void)
{
	const char *base = getenv("EBOND_RUN_DIR");

	if (!base || !*base)
		base = RUNDIR_BASE;
	return *base == '/' ? base : NULL;
}

/* Writes "<base>/net-<inode>" and "/<name>" unless @name is NULL. */
static int write_path(char *buf, size_t size, const char *name)
{
	const char *base = rundir_base();
	char path[RUNDIR_PATH_MAX];
	struct stat ns;
	int length;

	if (!base)
		return -EINVAL;
	if (stat(NETNS_FILE, &ns) < 0)
		return -errno;
	length = snprintf(path, sizeof(path), "%s/net-%ju%s%s", base, (uintmax_t)ns.st_ino,
			  name ? "/" : "", name ? name : "");
	if (length < 0 || (size_t)length >= sizeof(path) || (size_t)length >= size)
		return -ENAMETOOLONG;
	memcpy(buf, path, (size_t)length + 1);
	return 0;
}

int rundir_path(char *buf, size_t size)
{
	return write_path(buf, size, NULL);
}

int rundir_file(char *buf, size_t size, const char *name)
{
	return write_path(buf, size, name);
}

int rundir_control_address(struct sockaddr_un *ret_address, socklen_t *ret_length)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int err;

	err = write_path(address.sun_path, sizeof(address.sun_path), RUNDIR_CONTROL);
	if (err < 0)
		return err;
	*ret_address = address;
	*ret_length = (socklen_t)sizeof(*ret_address);
	return 0;
}

bool rundir_is_served(void)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	socklen_t length;

	return fd >= 0 && rundir_control_address(&address, &length) == 0 &&
	       connect(fd, (const struct sockaddr *)&address, length) == 0;
}

enum rundir_owner rundir_owner(void)
{
	_cleanup_free_ char *text = NULL;
	struct namespace_id owner, here;
	char path[RUNDIR_PATH_MAX];
	size_t length;

	if (rundir_file(path, sizeof(path), RUNDIR_NETNS) < 0 ||
	    read_file(path, NAMESPACE_TEXT_SIZE, &text, &length) < 0 ||
	    !namespace_id_parse(text, &owner) || namespace_id_read(&here) < 0)
		return rundir_is_served() ? RUNDIR_OURS : RUNDIR_UNKNOWN;
	return namespace_id_equal(&owner, &here) ? RUNDIR_OURS : RUNDIR_OTHERS;
}

/*
 * Whether this is PID 1's network namespace. Reading /proc/1/ns takes a capability that the
 * systemd service does not have; the files in /proc/PID/net differ per namespace.
 */
static bool is_netns_of_init(void)
{
	struct stat ours, of_init;

	return stat("/proc/self/net/dev", &ours) == 0 && stat("/proc/1/net/dev", &of_init) == 0 &&
	       ours.st_ino == of_init.st_ino;
}

int rundir_proc_path(char *buf, size_t size)
{
	const char *base = rundir_base();
	char path[RUNDIR_PATH_MAX];
	int length;

	if (!base)
		return -EINVAL;
	if (!is_netns_of_init())
		return write_path(buf, size, PROC);
	length = snprintf(path, sizeof(path), "%s/" PROC, base);
	if (length < 0 || (size_t)length >= sizeof(path) || (size_t)length >= size)
		return -ENAMETOOLONG;
	memcpy(buf, path, (size_t)length + 1);
	return 0;
}
