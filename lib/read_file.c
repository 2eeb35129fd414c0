/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading files. */
#include "lib/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

int read_file(const char *path, size_t limit, char **ret_text, size_t *ret_length)
{
	bool is_stdin = strcmp(path, "-") == 0;
	_cleanup_close_ int opened_fd = is_stdin ? -EBADF : open(path, O_RDONLY | O_CLOEXEC);
	int fd = is_stdin ? STDIN_FILENO : opened_fd;
	_cleanup_free_ char *text = malloc(limit + 2);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	if (!text)
		return -ENOMEM;
	do {
		got = read(fd, text + length, limit + 1 - length);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			length += (size_t)got;
	} while (got != 0 && length <= limit);
	if (length > limit)
		return -EFBIG;
	text[length] = '\0';
	*ret_text = TAKE_PTR(text);
	*ret_length = length;
	return 0;
}
