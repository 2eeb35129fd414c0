/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identifying a network namespace by boot id and cookie. */
#include "lib/namespace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/cleanup.h"

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

int namespace_cookie_of(int fd, uint64_t *ret_cookie)
{
	uint64_t cookie;
	socklen_t length = sizeof(cookie);

	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) < 0)
		return -errno;
	*ret_cookie = cookie;
	return 0;
}

int namespace_cookie(uint64_t *ret_cookie)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : namespace_cookie_of(fd, ret_cookie);
}

int namespace_id_read(struct namespace_id *ret_id)
{
	_cleanup_fclose_ FILE *file = fopen(BOOT_ID_FILE, "re");
	struct namespace_id id = {};
	int err;

	if (!file)
		return -errno;
	if (!fgets(id.boot, sizeof(id.boot), file))
		return -EIO;
	id.boot[strcspn(id.boot, "\n")] = '\0';
	err = namespace_cookie(&id.cookie);
	if (!err)
		*ret_id = id;
	return err;
}

bool namespace_id_equal(const struct namespace_id *a, const struct namespace_id *b)
{
	return a->cookie == b->cookie && strcmp(a->boot, b->boot) == 0;
}

void namespace_id_format(const struct namespace_id *id, char *text, size_t size)
{
	snprintf(text, size, "%s %" PRIu64 "\n", id->boot, id->cookie);
}

bool namespace_id_parse(const char *text, struct namespace_id *ret_id)
{
	struct namespace_id id = {};

	if (sscanf(text, "%39s %" SCNu64, id.boot, &id.cookie) != 2 || !id.cookie)
		return false;
	*ret_id = id;
	return true;
}
