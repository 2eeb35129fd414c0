/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing files. */
#include "lib/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"

int new_file(const char *path, mode_t mode)
{
	_cleanup_close_ int fd = -EBADF;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0 || fchmod(fd, mode) < 0)
		return -errno;
	return TAKE_FD(fd);
}

int fill_file(int fd, const char *text, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t count = pwrite(fd, text + done, length - done, (off_t)done);

		if (count < 0 && errno != EINTR)
			return -errno;
		done += count > 0 ? (size_t)count : 0;
	}
	return ftruncate(fd, (off_t)length) < 0 ? -errno : 0;
}
