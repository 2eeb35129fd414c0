/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that enters other network namespaces, and communication with it. */
#include "daemon/moved_port.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <bpf/bpf.h>

#include "daemon/give_back.h"
#include "daemon/kernel/namespaces.h"
#include "daemon/log.h"
#include "daemon/macs.h"
#include "daemon/privileges.h"
#include "lib/cleanup.h"

/* Its end of the socket, after all other descriptors are closed. */
#define SOCKET_FD STDIN_FILENO

struct request {
	char bond[BOND_NAME_MAX];
	char port[BOND_NAME_MAX];
	int32_t nsid;
	uint32_t ifindex;     /* there */
	uint32_t programs[2]; /* ids of ours, at its ingress and egress hooks */
	uint8_t bonds_mac[MAC_LENGTH], own_mac[MAC_LENGTH];
	uint32_t bonds_mtu, own_mtu;
	uint32_t own_flags; /* of IFF_ALLMULTI and IFF_PROMISC */
};

struct answer {
	struct request request;
	int32_t err;   /* 0, or the first negative errno */
	char what[32]; /* what could not be restored */
};

static void tell(const struct answer *answer)
{
	const struct request *request = &answer->request;
	char mac[MAC_TEXT_SIZE];

	if (!answer->err)
		log_notice(request->bond,
			   "port %s: address, MTU and flags restored in its new network "
			   "namespace",
			   request->port);
	else
		log_warning(request->bond,
			    "port %s: cannot restore its %s in its new network namespace (%s): set "
			    "address %s and MTU %u there",
			    request->port, answer->what, strerror(-answer->err),
			    mac_format(request->own_mac, mac), request->own_mtu);
}

/* Programs on clsact were removed with the qdisc. */
static void remove_programs(struct nl *nl, const struct request *request)
{
	for (int egress = 0; egress <= 1; egress++) {
		struct hook_place place = {HOOK_TCX, request->ifindex, egress};
		_cleanup_close_ int fd = bpf_prog_get_fd_by_id(request->programs[egress]);

		if (fd >= 0)
			hook_detach(nl, place, fd, false);
	}
}

static void note(struct answer *answer, const char *what, int err)
{
	if (!err || answer->err)
		return;
	answer->err = err;
	snprintf(answer->what, sizeof(answer->what), "%s", what);
}

/* In the namespace that the port was moved to. */
static void give_back_here(struct nl *nl, const struct request *request, struct answer *answer)
{
	struct link link;
	int err = nl_link_by_index(nl, request->ifindex, &link);

	note(answer, "state", err);
	if (err)
		return;
	remove_programs(nl, request);
	if (memcmp(link.mac, request->bonds_mac, MAC_LENGTH) == 0 &&
	    memcmp(link.mac, request->own_mac, MAC_LENGTH) != 0)
		note(answer, "address", link_set_mac(nl, &link, request->own_mac));
	if (link.mtu == request->bonds_mtu && link.mtu != request->own_mtu)
		note(answer, "MTU", nl_set_mtu(nl, link.ifindex, request->own_mtu));
	note(answer, "flags",
	     nl_set_flags(nl, link.ifindex, request->own_flags, IFF_ALLMULTI | IFF_PROMISC));
}

static void give_back_there(struct nl *home_nl, const struct request *request,
			    struct answer *answer)
{
	_cleanup_close_ int fd = namespaces_open(home_nl, request->nsid);
	struct nl *nl = NULL;
	int err = fd < 0 ? fd : 0;

	if (!err && setns(fd, CLONE_NEWNET) < 0)
		err = -errno;
	err = err ?: nl_open(&nl);
	note(answer, "state", err);
	if (!err)
		give_back_here(nl, request, answer);
	nl_close(nl);
}

static _Noreturn void serve(void)
{
	int home_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct request request;
	struct nl *nl;

	if (home_fd < 0 || nl_open(&nl) < 0 || privileges_for_moved_ports() < 0)
		_exit(EXIT_FAILURE);
	/* Until the daemon, at the other end, has exited. */
	while (recv(SOCKET_FD, &request, sizeof(request), 0) == sizeof(request)) {
		struct answer answer = {.request = request};

		give_back_there(nl, &request, &answer);
		if (setns(home_fd, CLONE_NEWNET) < 0 ||
		    send(SOCKET_FD, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			_exit(EXIT_FAILURE);
	}
	_exit(EXIT_SUCCESS);
}

int moved_port_start(void)
{
	int fds[2] = {-EBADF, -EBADF};
	int failed = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds);
	_cleanup_close_ int ours = fds[0], its = fds[1];
	pid_t child;

	if (failed)
		return -errno;
	signal(SIGCHLD, SIG_IGN); /* no zombie */
	child = fork();
	if (child < 0)
		return -errno;
	if (child > 0)
		return TAKE_FD(ours);
	/* Not the daemon's name, so that only one process has that. */
	prctl(PR_SET_NAME, "ebondd-moved");
	/* The lock, above all, must not outlive the daemon. */
	if (dup2(its, SOCKET_FD) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, ~0U, 0) < 0)
		_exit(EXIT_FAILURE);
	serve();
}

void moved_port_give_back(const struct ebondd *daemon, const struct managed_bond *bond,
			  const struct port *port, const struct link *gone)
{
	const struct saved_link *saved = &port->saved;
	struct request request = {
		.nsid = gone->new_nsid,
		.ifindex = gone->new_ifindex ?: gone->ifindex,
		.bonds_mtu = bond->mtu,
		.own_mtu = saved->mtu,
		.own_flags = saved_flags(saved) & (IFF_ALLMULTI | IFF_PROMISC),
	};

	datapath_port_ids(bond->path, request.programs);
	memcpy(request.bond, bond->name, sizeof(request.bond));
	memcpy(request.port, port->name, sizeof(request.port));
	memcpy(request.bonds_mac, port_mac(bond, port), MAC_LENGTH);
	memcpy(request.own_mac, saved->mac, MAC_LENGTH);
	if (send(daemon->moved_fd, &request, sizeof(request), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		tell(&(struct answer){.request = request, .err = -errno, .what = "state"});
}

void moved_port_answered(int fd, void *data)
{
	struct ebondd *daemon = data;
	struct answer answer;

	if (recv(fd, &answer, sizeof(answer), MSG_DONTWAIT) == sizeof(answer)) {
		tell(&answer);
		return;
	}
	log_warning("ebondd", "the process that restores moved ports has exited: restart ebondd "
			      "to start it again");
	loop_unwatch(daemon->loop, fd);
	daemon->moved_fd = close_fd(fd);
}
