/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Run directories of current and former network namespaces. */
#include "daemon/rundirs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/kernel/datapath.h"
#include "daemon/log.h"
#include "daemon/service/saved.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/namespace.h"
#include "lib/read_file.h"
#include "lib/rundir.h"
#include "lib/write_file.h"

/* Of the path of a file in a run directory. */
#define FILE_PATH_MAX (RUNDIR_PATH_MAX + 16)

#define MOUNTS_FILE "/proc/self/mountinfo"

/* Removes @name in @parent_fd; a directory with its contents, except @kept. */
static void remove_tree(int parent_fd, const char *name, const char *kept)
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd;

	if (unlinkat(parent_fd, name, 0) == 0)
		return;
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	for (struct dirent *entry; directory && (entry = readdir(directory));)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    (!kept || strcmp(entry->d_name, kept)))
			remove_tree(dirfd(directory), entry->d_name, NULL);
	unlinkat(parent_fd, name, AT_REMOVEDIR);
}

static int write_owner(void)
{
	_cleanup_close_ int fd = -EBADF;
	char path[RUNDIR_PATH_MAX], text[NAMESPACE_TEXT_SIZE];
	struct namespace_id here;
	int err = namespace_id_read(&here);

	err = err ?: rundir_file(path, sizeof(path), RUNDIR_NETNS);
	if (err)
		return err;
	namespace_id_format(&here, text, sizeof(text));
	fd = new_file(path, 0644);
	return fd < 0 ? fd : fill_file(fd, text, strlen(text));
}

/* The first release did not record to which namespace a log belongs: renamed, not continued. */
static void put_log_aside(void)
{
	char path[RUNDIR_PATH_MAX], aside[RUNDIR_PATH_MAX + 8];

	if (rundir_file(path, sizeof(path), RUNDIR_LOG) < 0)
		return;
	snprintf(aside, sizeof(aside), "%s.1", path);
	rename(path, aside);
}

int rundirs_take(void)
{
	char path[RUNDIR_PATH_MAX];
	int err = rundir_path(path, sizeof(path));

	if (err)
		return err;
	switch (rundir_owner()) {
	case RUNDIR_OURS:
		return 0;
	case RUNDIR_OTHERS:
		remove_tree(AT_FDCWD, path, RUNDIR_LOCK);
		break;
	case RUNDIR_UNKNOWN:
		put_log_aside();
		break;
	}
	/* Bonds that run need a daemon more than the log needs an owner. */
	err = write_owner();
	if (err)
		log_warning("ebondd", "%s/" RUNDIR_NETNS " cannot be written (%s)", path,
			    strerror(-err));
	return 0;
}

/* Whether it is mounted, as by `ip netns` and containers; processes are not searched. */
static bool is_mounted(uint64_t inode)
{
	_cleanup_fclose_ FILE *mounts = fopen(MOUNTS_FILE, "re");
	_cleanup_free_ char *line = NULL;
	char root[48];
	size_t size = 0;

	if (!mounts)
		return true;
	snprintf(root, sizeof(root), " net:[%" PRIu64 "] ", inode);
	while (getline(&line, &size, mounts) > 0)
		if (strstr(line, root))
			return true;
	return false;
}

static void ignore(const char *line, void *data)
{
	(void)line, (void)data;
}

/* Whether the bonds of a state file may be running. */
static bool may_run(const char *path)
{
	_cleanup_json_ json_t *root = json_load_file(path, 0, NULL);
	struct notes notes = {.each = ignore};
	struct saved_state state;
	bool found = false;

	if (saved_from_json(root, &state, &notes) < 0)
		return true;
	for (size_t i = 0; i < state.bond_count; i++)
		found |= !state.bonds[i].programs || datapath_state_exists(state.bonds[i].programs);
	found |= !state.bond_count; /* unreadable */
	saved_release(&state);
	return found;
}

static bool is_of_earlier_boot(const char *path)
{
	_cleanup_free_ char *text = NULL;
	struct namespace_id owner, here;
	size_t length;

	return read_file(path, NAMESPACE_TEXT_SIZE, &text, &length) == 0 &&
	       namespace_id_parse(text, &owner) && namespace_id_read(&here) == 0 &&
	       strcmp(owner.boot, here.boot) != 0;
}

static const char *file_in(const char *directory, const char *name, char path[FILE_PATH_MAX])
{
	snprintf(path, FILE_PATH_MAX, "%s/%s", directory, name);
	return path;
}

static bool is_gone(const char *directory, uint64_t inode)
{
	char path[FILE_PATH_MAX];
	struct stat stat;

	if (is_of_earlier_boot(file_in(directory, RUNDIR_NETNS, path)))
		return true;
	return lstat(file_in(directory, RUNDIR_STATE, path), &stat) < 0 ? !is_mounted(inode)
									: !may_run(path);
}

/* Locks a directory of our own user that has no daemon: the descriptor, or negative. */
static int lock_other(const char *directory)
{
	_cleanup_close_ int fd = -EBADF;
	char path[FILE_PATH_MAX];
	struct stat stat;

	if (lstat(directory, &stat) < 0 || !S_ISDIR(stat.st_mode) || stat.st_uid != geteuid())
		return -EPERM;
	fd = open(file_in(directory, RUNDIR_LOCK, path), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static void sweep(const char *directory, uint64_t inode)
{
	_cleanup_close_ int lock_fd = lock_other(directory);

	if (lock_fd < 0 || !is_gone(directory, inode))
		return;
	remove_tree(AT_FDCWD, directory, NULL);
	log_notice("ebondd", "%s removed: its network namespace no longer exists", directory);
}

void rundirs_sweep(void)
{
	const char *base = rundir_base();
	_cleanup_closedir_ DIR *directory = base ? opendir(base) : NULL;
	char own[RUNDIR_PATH_MAX], path[RUNDIR_PATH_MAX];
	uint64_t inode;
	char rest;

	if (!directory || rundir_path(own, sizeof(own)) < 0)
		return;
	for (struct dirent *entry; (entry = readdir(directory));) {
		int length = snprintf(path, sizeof(path), "%s/%s", base, entry->d_name);

		if (length < (int)sizeof(path) && strcmp(path, own) != 0 &&
		    sscanf(entry->d_name, "net-%" SCNu64 "%c", &inode, &rest) == 1)
			sweep(path, inode);
	}
}
