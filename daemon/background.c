/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Run directory, lock and background. */
#include "daemon/background.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/directories.h"
#include "lib/rundir.h"

/* Small enough for a log and its predecessor to fit on any /run. */
#define LOG_BYTES_MAX (1024 * 1024)

/* A directory, or a link to one, that other users can modify is not trusted. */
static bool is_safe(const char *path)
{
	struct stat link, target;

	return lstat(path, &link) == 0 && link.st_uid == geteuid() && stat(path, &target) == 0 &&
	       S_ISDIR(target.st_mode) && target.st_uid == geteuid() &&
	       (!(target.st_mode & (S_IWGRP | S_IWOTH)) || target.st_mode & S_ISVTX);
}

/* -ESTALE: the directory was removed meanwhile, as its namespace no longer exists. */
static int make_and_lock(char *directory, const char *path)
{
	_cleanup_close_ int fd = -EBADF;
	struct stat locked, present;
	int err = make_directories(directory);

	if (err)
		return err;
	if (!is_safe(rundir_base()) || !is_safe(directory))
		return -EPERM;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &locked) < 0)
		return -errno;
	if (stat(path, &present) < 0 || present.st_ino != locked.st_ino)
		return -ESTALE;
	return TAKE_FD(fd);
}

int background_lock(void)
{
	char directory[RUNDIR_PATH_MAX], path[RUNDIR_PATH_MAX];
	int fd = rundir_path(directory, sizeof(directory));

	fd = fd ?: rundir_file(path, sizeof(path), RUNDIR_LOCK);
	if (fd < 0)
		return fd;
	do {
		fd = make_and_lock(directory, path);
	} while (fd == -ESTALE);
	return fd;
}

/* The parent: exits according to what the child reports before it closes the pipe. */
static _Noreturn void wait_for_report(int fd)
{
	char line[512];
	size_t length = 0;
	ssize_t got;

	while (length < sizeof(line) && (got = read(fd, line + length, sizeof(line) - length)) > 0)
		length += (size_t)got;
	if (length == 1 && line[0] == '\0')
		_exit(0);
	if (length)
		fprintf(stderr, "%.*s\n", (int)length, line);
	else
		fputs("ebondd: exited before it was ready: see its log\n", stderr);
	_exit(1);
}

int background_fork(void)
{
	int fds[2] = {-EBADF, -EBADF};
	int failed = pipe2(fds, O_CLOEXEC);
	_cleanup_close_ int reading = fds[0], writing = fds[1];
	pid_t child;

	if (failed)
		return -errno;
	child = fork();
	if (child < 0)
		return -errno;
	if (child > 0) {
		writing = close_fd(writing);
		wait_for_report(reading);
	}
	setsid();
	if (chdir("/") < 0)
		return -errno;
	return TAKE_FD(writing);
}

int background_redirect(void)
{
	_cleanup_close_ int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	_cleanup_close_ int log_fd = -EBADF;
	char path[RUNDIR_PATH_MAX];
	int err = rundir_file(path, sizeof(path), RUNDIR_LOG);

	if (err)
		return err;
	log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (null_fd < 0 || log_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 ||
	    dup2(null_fd, STDOUT_FILENO) < 0 || dup2(log_fd, STDERR_FILENO) < 0)
		return -errno;
	return 0;
}

void background_rotate_log(void)
{
	char path[RUNDIR_PATH_MAX], old[RUNDIR_PATH_MAX + 4];
	struct stat log, present;

	if (rundir_file(path, sizeof(path), RUNDIR_LOG) < 0 || stat(path, &log) < 0 ||
	    fstat(STDERR_FILENO, &present) < 0 || log.st_ino != present.st_ino ||
	    log.st_dev != present.st_dev || log.st_size < LOG_BYTES_MAX)
		return;
	snprintf(old, sizeof(old), "%s.1", path);
	if (rename(path, old) == 0)
		background_redirect();
}

void background_report(int report_fd, const char *failure)
{
	/* A single 0 byte means ready; if the parent has exited no report is needed. */
	if (write(report_fd, failure ?: "", failure ? strlen(failure) : 1) < 0)
		errno = 0;
	close_fd(report_fd);
}

void background_notify_systemd(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	static const char ready[] = "READY=1";

	if (!path || (path[0] != '/' && path[0] != '@') ||
	    strlen(path) >= sizeof(address.sun_path) || fd < 0)
		return;
	strcpy(address.sun_path, path);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	sendto(fd, ready, sizeof(ready) - 1, MSG_NOSIGNAL, (struct sockaddr *)&address,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
}
