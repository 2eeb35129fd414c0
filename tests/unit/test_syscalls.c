/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system call filter, in a child process that it confines. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/syscalls.h"

/* The child's exit code when allowed calls work and others fail. */
static int look_around(bool enters_namespaces)
{
	int setns_errno = enters_namespaces ? EBADF : EPERM;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || close(fd) < 0)
		return 2;
	if (socket(AF_INET6, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 3;
	if (syscall(SYS_mount, "none", "/", "tmpfs", 0, NULL) == 0 || errno != EPERM)
		return 4;
	if (syscall(SYS_setns, -1, 0) == 0 || errno != setns_errno)
		return 5;
	return 0;
}

static int in_child(bool enters_namespaces, bool kill)
{
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (!child)
		_exit(syscalls_restrict(enters_namespaces, kill) < 0
			      ? 1
			      : look_around(enters_namespaces));
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void test_refuses(void **state)
{
	(void)state;
	for (int enters_namespaces = 0; enters_namespaces <= 1; enters_namespaces++) {
		int status = in_child(enters_namespaces, false);

		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

static void test_kills(void **state)
{
	int status = in_child(false, true);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_refuses),
					   cmocka_unit_test(test_kills)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
