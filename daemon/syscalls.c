/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter, by libseccomp. The list is what strace showed in the namespace tests, and the
 * equivalent calls on other architectures and in other versions of the C library.
 */
#include "daemon/syscalls.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <linux/sockios.h>

#include "lib/cleanup.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

DEFINE_CLEANUP(filter, scmp_filter_ctx, seccomp_release)

static const int allowed[] = {
	/* the packet path */
	SCMP_SYS(bpf),
	SCMP_SYS(membarrier),
	/* netlink, packet sockets, the control socket */
	SCMP_SYS(accept4),
	SCMP_SYS(bind),
	SCMP_SYS(connect),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(listen),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown),
	/* the loop */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(nanosleep),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(signalfd4),
	/* state, log, status files, sysctls, /proc of clients */
	SCMP_SYS(access),
	SCMP_SYS(chmod),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(fcntl),
	SCMP_SYS(fdatasync),
	SCMP_SYS(flock),
	SCMP_SYS(fstat),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fsync),
	SCMP_SYS(ftruncate),
	SCMP_SYS(getdents64),
	SCMP_SYS(lseek),
	SCMP_SYS(lstat),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(pread64),
	SCMP_SYS(pwrite64),
	SCMP_SYS(read),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(readv),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(rmdir),
	SCMP_SYS(stat),
	SCMP_SYS(statfs),
	SCMP_SYS(statx),
	SCMP_SYS(umask),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	/* memory */
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	/* the C library, libbpf, exit */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(futex),
	SCMP_SYS(geteuid),
	SCMP_SYS(getpid),
	SCMP_SYS(getrandom),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(prlimit64),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sysinfo),
	SCMP_SYS(tgkill),
	SCMP_SYS(uname),
};

/* LeakSanitizer stops the process by ptrace() from a clone of it; reports need a symbolizer. */
static const int allowed_if_sanitized[] = {
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(execve),
	SCMP_SYS(fork),
	SCMP_SYS(getdents),
	SCMP_SYS(getppid),
	SCMP_SYS(kill),
	SCMP_SYS(mmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(prctl),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(ptrace),
	SCMP_SYS(sched_getparam),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(vfork),
	SCMP_SYS(wait4),
};

static const uint64_t families[] = {AF_UNIX, AF_NETLINK, AF_PACKET};
static const uint64_t requests[] = {SIOCETHTOOL};

/* Calls that are filtered by their arguments. */
static int allow_some(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; i < COUNT(families) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				       SCMP_A0(SCMP_CMP_EQ, families[i], 0));
	for (size_t i = 0; i < COUNT(requests) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				       SCMP_A1(SCMP_CMP_EQ, requests[i], 0));
	if (IS_SANITIZED)
		return err;
	/* nothing executable is added */
	err = err
		      ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return err
		       ?: seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
					   SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static int allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return err;
}

int syscalls_restrict(bool enters_namespaces, bool kill)
{
	_cleanup_(filter) scmp_filter_ctx filter =
		seccomp_init(kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));
	int err;

	if (!filter)
		return -ENOMEM;
	err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	err = err ?: seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	err = err ?: allow(filter, allowed, COUNT(allowed));
	if (enters_namespaces)
		err = err ?: allow(filter, (const int[]){SCMP_SYS(setns)}, 1);
	if (IS_SANITIZED)
		err = err ?: allow(filter, allowed_if_sanitized, COUNT(allowed_if_sanitized));
	err = err ?: allow_some(filter);
	return err ?: seccomp_load(filter);
}
