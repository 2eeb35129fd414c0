// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real interfaces for the packet path's tests, see wire.h.
 */
#include "tests/bpf/wire.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

/* enum bpf_attach_type since Linux 6.6. */
#define TCX_INGRESS 46

void wire_run(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (system(command))
		fail_msg("failed: %s", command);
}

void wire_new_namespace(void)
{
	if (unshare(CLONE_NEWNET))
		fail_msg("unshare: %s; are you root?", strerror(errno));
	wire_run("ip link set lo up");
	wire_run("echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6");
	wire_run("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
}

void wire_cable(const char *end, const char *other_end)
{
	wire_run("ip link add %s mtu 9000 type veth peer name %s mtu 9000", end, other_end);
	wire_run("ip link set %s arp off up && ip link set %s arp off up", end, other_end);
}

uint32_t wire_ifindex(const char *name)
{
	uint32_t ifindex = if_nametoindex(name);

	if (!ifindex)
		fail_msg("%s: no such interface", name);
	return ifindex;
}

bool wire_attach(const struct bpf_program *program, const char *name, enum hook hook, bool egress)
{
	LIBBPF_OPTS(bpf_tc_hook, point, .ifindex = (int)wire_ifindex(name),
		    .attach_point = egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = bpf_program__fd(program));
	libbpf_print_fn_t print;
	int err;

	if (hook == HOOK_TCX)
		/* The link must live until the process ends, so its descriptor is never closed. */
		return bpf_link_create(options.prog_fd, point.ifindex, TCX_INGRESS, NULL) >= 0;

	print = libbpf_set_print(NULL); /* it warns when the hook exists already */
	err = bpf_tc_hook_create(&point);
	libbpf_set_print(print);
	if (err && err != -EEXIST)
		fail_msg("%s: clsact: %d", name, err);
	err = bpf_tc_attach(&point, &options);
	if (err)
		fail_msg("%s: attach: %d", name, err);
	return true;
}

int wire_open_protocol(const char *name, uint16_t protocol)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(protocol)};
	int socket_fd = socket(AF_PACKET, SOCK_RAW, 0);
	int on = 1, room = 4 << 20;

	address.sll_ifindex = (int)wire_ifindex(name);
	if (socket_fd < 0 || bind(socket_fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(socket_fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    setsockopt(socket_fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    setsockopt(socket_fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		fail_msg("%s: raw socket: %s", name, strerror(errno));
	return socket_fd;
}

int wire_open(const char *name)
{
	return wire_open_protocol(name, ETH_P_ALL);
}

void wire_send(int socket, const void *frame, size_t size)
{
	ssize_t sent = send(socket, frame, size, 0);

	if (sent != (ssize_t)size)
		fail_msg("sent %zd of %zu bytes: %s", sent, size, strerror(errno));
}

static void read_tag(struct msghdr *message, struct wire_frame *frame)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		struct tpacket_auxdata aux;

		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		frame->has_tag = aux.tp_status & TP_STATUS_VLAN_VALID;
		frame->tci = aux.tp_vlan_tci;
		frame->tpid = aux.tp_vlan_tpid;
	}
}

bool wire_receive(int socket, int timeout_ms, struct wire_frame *ret_frame)
{
	struct pollfd ready = {.fd = socket, .events = POLLIN};
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec bytes = {ret_frame->bytes, sizeof(ret_frame->bytes)};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t size;

	if (poll(&ready, 1, timeout_ms) <= 0)
		return false;
	size = recvmsg(socket, &message, 0);
	if (size < 0)
		fail_msg("receive: %s", strerror(errno));
	ret_frame->size = (size_t)size;
	ret_frame->has_tag = false;
	read_tag(&message, ret_frame);
	return true;
}
