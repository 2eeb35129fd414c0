/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Release on leaving a scope, on every path: _cleanup_* attributes for memory,
 * files and directories, and TAKE_PTR/TAKE_FD to pass ownership on instead.
 *
 *     _cleanup_free_ char *line = NULL;
 *     _cleanup_close_ int fd = -EBADF;
 *     ...
 *     *ret_fd = TAKE_FD(fd);
 *
 * A variable must be initialised where it is declared: NULL, or -EBADF for a
 * file descriptor. The clean-up functions preserve errno.
 */
#pragma once

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Returns @ptr and sets it to NULL: the scope no longer owns it. */
#define TAKE_PTR(ptr)                                                                              \
	({                                                                                         \
		__auto_type take_ptr_ = (ptr);                                                     \
		(ptr) = NULL;                                                                      \
		take_ptr_;                                                                         \
	})

/* Returns @fd and sets it to -EBADF. */
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int take_fd_ = (fd);                                                               \
		(fd) = -EBADF;                                                                     \
		take_fd_;                                                                          \
	})

/*
 * Defines cleanup_<name>(type *p) that calls @release(*p) unless *p is NULL;
 * for other libraries' types:
 *
 *     DEFINE_CLEANUP(bpf_link, struct bpf_link *, bpf_link__destroy)
 *     _cleanup_(bpf_link) struct bpf_link *link = NULL;
 */
#define DEFINE_CLEANUP(name, type, release)                                                        \
	static inline void cleanup_##name(type *p)                                                 \
	{                                                                                          \
		int saved_errno = errno;                                                           \
		if (*p)                                                                            \
			release(*p);                                                               \
		errno = saved_errno;                                                               \
	}

#define _cleanup_(name) __attribute__((cleanup(cleanup_##name)))

/* Memory from malloc() and the like, for any pointer type (hence void *, not a type *). */
static inline void cleanup_free(void *p)
{
	int saved_errno = errno;

	free(*(void **)p);
	errno = saved_errno;
}

/* Closes @fd unless negative. Returns -EBADF: fd = close_fd(fd). */
static inline int close_fd(int fd)
{
	int saved_errno = errno;

	if (fd >= 0)
		close(fd);
	errno = saved_errno;
	return -EBADF;
}

static inline void cleanup_close(int *fd)
{
	*fd = close_fd(*fd);
}

DEFINE_CLEANUP(fclose, FILE *, fclose)
DEFINE_CLEANUP(closedir, DIR *, closedir)

#define _cleanup_free_ _cleanup_(free)
#define _cleanup_close_ _cleanup_(close)
#define _cleanup_fclose_ _cleanup_(fclose)
#define _cleanup_closedir_ _cleanup_(closedir)
