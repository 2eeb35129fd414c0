/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of --proc-dir, kept current. */
#include "daemon/service/procfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/service/report.h"
#include "lib/cleanup.h"
#include "lib/directories.h"
#include "lib/rundir.h"

/* Delay after a recorded change, and interval without one. */
#define HURRY_MS 100
#define SLOW_MS 1000

/* The start of every text. */
#define TEXT_BEGIN "Ethernet Channel Bonding Driver: "

/* Not matched by "*" in a script; no bond has a colon in its name. */
#define TEMPORARY ".new:"

struct file {
	char name[BOND_NAME_MAX];
	char *text; /* as last written */
	bool wanted;
};

struct procfiles {
	int fd; /* the directory */
	char path[RUNDIR_PATH_MAX];
	uint64_t written_ms; /* when the bonds were last checked */
	bool complained;
	size_t count;
	struct file list[BONDS_MAX];
};

static int write_text(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t done = write(fd, text, left);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			text += done;
			left -= (size_t)done;
		}
	}
	return 0;
}

static int replace_file(const struct procfiles *files, const char *name, const char *text)
{
	_cleanup_close_ int fd = -EBADF;
	int err;

	unlinkat(files->fd, TEMPORARY, 0);
	fd = openat(files->fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0444);
	if (fd < 0)
		return -errno;
	/* Regardless of the umask: any user may read it. */
	err = fchmod(fd, 0444) < 0 ? -errno : write_text(fd, text);
	if (!err && renameat(files->fd, TEMPORARY, files->fd, name) < 0)
		err = -errno;
	if (err)
		unlinkat(files->fd, TEMPORARY, 0);
	return err;
}

/* The bond's file, a new one if necessary; NULL when there are too many. */
static struct file *file_of(struct procfiles *files, const char *name)
{
	struct file *file;

	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->list[i].name, name) == 0)
			return &files->list[i];
	if (files->count == BONDS_MAX)
		return NULL;
	file = &files->list[files->count++];
	*file = (struct file){};
	snprintf(file->name, sizeof(file->name), "%s", name);
	return file;
}

static void remove_file(struct procfiles *files, size_t index)
{
	unlinkat(files->fd, files->list[index].name, 0);
	free(files->list[index].text);
	files->list[index] = files->list[--files->count];
}

static int update_bond(struct procfiles *files, const struct managed_bond *bond)
{
	_cleanup_free_ char *text = report_proc(bond);
	struct file *file = file_of(files, bond->name);
	int err;

	if (!text || !file)
		return -ENOMEM;
	file->wanted = true;
	if (file->text && strcmp(file->text, text) == 0)
		return 0;
	err = replace_file(files, file->name, text);
	if (err)
		return err;
	free(file->text);
	file->text = TAKE_PTR(text);
	return 0;
}

/* Logged once, until it works again. */
static void complain(struct procfiles *files, int err)
{
	if (err && !files->complained)
		log_warning("ebondd", "%s: cannot write the status files (%s): they are outdated",
			    files->path, strerror(-err));
	files->complained = err != 0;
}

static void update_all(struct ebondd *daemon, struct procfiles *files)
{
	int err = 0;

	for (size_t i = 0; i < files->count; i++)
		files->list[i].wanted = false;
	for (size_t i = 0; i < daemon->bond_count; i++)
		err = update_bond(files, daemon->bonds[i]) ?: err;
	/* The rest are of bonds that were deleted or renamed. */
	for (size_t i = files->count; i-- > 0;)
		if (!files->list[i].wanted)
			remove_file(files, i);
	complain(files, err);
}

uint64_t procfiles_turn(struct ebondd *daemon, struct procfiles *files, uint64_t now_ms)
{
	uint64_t due_ms;

	if (!files)
		return UINT64_MAX;
	due_ms = files->written_ms + (daemon->text_changed ? HURRY_MS : SLOW_MS);
	if (now_ms >= due_ms) {
		update_all(daemon, files);
		daemon->text_changed = false;
		files->written_ms = now_ms;
		due_ms = now_ms + SLOW_MS;
	}
	return daemon->bond_count || files->count ? due_ms : UINT64_MAX;
}

/* A file left by a daemon that was killed. */
static bool is_ours(const struct procfiles *files, const char *name)
{
	_cleanup_close_ int fd = openat(files->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char begin[sizeof(TEXT_BEGIN) - 1];
	struct stat about;

	return fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
	       read(fd, begin, sizeof(begin)) == (ssize_t)sizeof(begin) &&
	       memcmp(begin, TEXT_BEGIN, sizeof(begin)) == 0;
}

static int remove_old(const struct procfiles *files)
{
	_cleanup_closedir_ DIR *directory = opendir(files->path);

	if (!directory)
		return -errno;
	for (struct dirent *entry; (entry = readdir(directory));)
		if (entry->d_type == DT_REG && is_ours(files, entry->d_name))
			unlinkat(files->fd, entry->d_name, 0);
	return 0;
}

static int find_path(const char *path, char *buf, size_t size)
{
	if (!path)
		return rundir_proc_path(buf, size);
	if (path[0] != '/')
		return -EINVAL;
	return snprintf(buf, size, "%s", path) < (int)size ? 0 : -ENAMETOOLONG;
}

int procfiles_open(const char *path, struct procfiles **ret_files)
{
	_cleanup_free_ struct procfiles *files = NULL;
	int err;

	if (path && strcmp(path, PROCFILES_NONE) == 0) {
		*ret_files = NULL;
		return 0;
	}
	files = calloc(1, sizeof(*files));
	if (!files)
		return -ENOMEM;
	err = find_path(path, files->path, sizeof(files->path));
	err = err ?: make_directories(files->path);
	if (err)
		return err;
	files->fd = open(files->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (files->fd < 0)
		return -errno;
	err = remove_old(files);
	if (err) {
		close_fd(files->fd);
		return err;
	}
	*ret_files = TAKE_PTR(files);
	return 0;
}

void procfiles_close(struct procfiles *files)
{
	if (!files)
		return;
	while (files->count)
		remove_file(files, files->count - 1);
	close_fd(files->fd);
	rmdir(files->path);
	free(files);
}
