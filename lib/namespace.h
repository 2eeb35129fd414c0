/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unique identifier of a network namespace. The inode of /proc/self/ns/net, which
 * names the run directory, can be reused when a namespace is gone; its cookie is not
 * reused until the machine is rebooted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOT_ID_SIZE 40 /* "8ac5a1a4-....", with the NUL */
#define NAMESPACE_TEXT_SIZE 80

struct namespace_id {
	char boot[BOOT_ID_SIZE]; /* /proc/sys/kernel/random/boot_id */
	uint64_t cookie;	 /* never 0 */
};

/*
 * The cookie of the caller's network namespace, or of the one that a socket belongs to
 * (SO_NETNS_COOKIE, Linux 5.14). Return 0 or a negative errno.
 */
int namespace_cookie(uint64_t *ret_cookie);
int namespace_cookie_of(int fd, uint64_t *ret_cookie);

/* The caller's network namespace. Returns 0 or a negative errno. */
int namespace_id_read(struct namespace_id *ret_id);

bool namespace_id_equal(const struct namespace_id *a, const struct namespace_id *b);

/* Formats and parses "BOOT COOKIE\n"; false when @text is not that. */
void namespace_id_format(const struct namespace_id *id, char *text, size_t size);
bool namespace_id_parse(const char *text, struct namespace_id *ret_id);
