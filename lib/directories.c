/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creating directories. */
#include "lib/directories.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

int make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		int err;

		if (slash)
			*slash = '\0';
		err = mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
		if (slash)
			*slash = '/';
		if (err || !slash)
			return err;
	}
}
