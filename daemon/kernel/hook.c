/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcx, clsact and netkit attachment. */
#include "daemon/kernel/hook.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/cleanup.h"

/* Of Linux 6.6 and 6.7, newer than Debian 12's headers. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)
#define ATTACH_NETKIT_PEER ((enum bpf_attach_type)55)

/* Programs on one hook that we look through. */
#define PROGRAMS_MAX 64

#define LOOPBACK_IFINDEX 1

/* Our place on clsact: a handle nobody takes by chance, before priorities tc gives by itself. */
#define CLSACT_PRIORITY 60
#define CLSACT_HANDLE 0xeb

const char *hook_word(enum hook_kind kind)
{
	switch (kind) {
	case HOOK_TCX:
		return "tcx";
	case HOOK_CLSACT:
		return "clsact";
	case HOOK_NETKIT:
		return "netkit";
	}
	return "?";
}

enum hook_kind hook_best(void)
{
	uint32_t ids[PROGRAMS_MAX], count = PROGRAMS_MAX;

	return bpf_prog_query(LOOPBACK_IFINDEX, ATTACH_TCX_INGRESS, 0, NULL, ids, &count) == 0
		       ? HOOK_TCX
		       : HOOK_CLSACT;
}

static bool program_has_name(uint32_t id, const char *name)
{
	_cleanup_close_ int fd = bpf_prog_get_fd_by_id(id);
	struct bpf_prog_info info = {};
	uint32_t length = sizeof(info);

	return fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &length) == 0 &&
	       strncmp(info.name, name, sizeof(info.name) - 1) == 0;
}

/* tcx and netkit keep their programs in the same way: a list per place. */
static uint32_t list_find(enum bpf_attach_type type, uint32_t ifindex, const char *name)
{
	uint32_t ids[PROGRAMS_MAX], count = PROGRAMS_MAX;

	if (bpf_prog_query((int)ifindex, type, 0, NULL, ids, &count) < 0)
		return 0;
	for (uint32_t i = 0; i < count; i++)
		if (program_has_name(ids[i], name))
			return ids[i];
	return 0;
}

/* libbpf reports what it expects to fail, too; a probe's failure is no news. */
static int mute(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static uint32_t clsact_find(uint32_t ifindex, const char *name)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);
	libbpf_print_fn_t previous = libbpf_set_print(mute);
	int err = bpf_tc_query(&hook, &filter);

	libbpf_set_print(previous);
	return err == 0 && program_has_name(filter.prog_id, name) ? filter.prog_id : 0;
}

uint32_t hook_find(struct hook_place place, const char *name)
{
	switch (place.kind) {
	case HOOK_TCX:
		return list_find(ATTACH_TCX_INGRESS, place.ifindex, name);
	case HOOK_CLSACT:
		return clsact_find(place.ifindex, name);
	case HOOK_NETKIT:
		return list_find(ATTACH_NETKIT_PEER, place.ifindex, name);
	}
	return 0;
}

static int list_attach(enum bpf_attach_type type, uint32_t ifindex, const char *name, int prog_fd)
{
	uint32_t old_id = list_find(type, ifindex, name);
	_cleanup_close_ int old_fd = old_id ? bpf_prog_get_fd_by_id(old_id) : -EBADF;
	LIBBPF_OPTS(bpf_prog_attach_opts, options);

	if (old_fd >= 0) {
		options.flags = BPF_F_REPLACE;
		options.replace_prog_fd = old_fd;
	}
	return bpf_prog_attach_opts(prog_fd, (int)ifindex, type, &options);
}

static int clsact_attach(uint32_t ifindex, int prog_fd, bool *ret_made_qdisc)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY,
		    .prog_fd = prog_fd, .flags = BPF_TC_F_REPLACE);
	libbpf_print_fn_t previous = libbpf_set_print(mute);
	int made = bpf_tc_hook_create(&hook);
	int err = made && made != -EEXIST ? made : bpf_tc_attach(&hook, &filter);

	libbpf_set_print(previous);
	if (made == 0 && ret_made_qdisc)
		*ret_made_qdisc = true;
	return err;
}

static void tcx_detach(uint32_t ifindex, const char *name)
{
	uint32_t id = list_find(ATTACH_TCX_INGRESS, ifindex, name);
	_cleanup_close_ int fd = id ? bpf_prog_get_fd_by_id(id) : -EBADF;

	if (fd >= 0)
		bpf_prog_detach2(fd, (int)ifindex, ATTACH_TCX_INGRESS);
}

static void clsact_detach(uint32_t ifindex, const char *name)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);

	if (clsact_find(ifindex, name))
		bpf_tc_detach(&hook, &filter);
}

int hook_attach(struct hook_place place, const char *name, int prog_fd, bool *ret_made_qdisc)
{
	uint32_t ifindex = place.ifindex;
	int err;

	/* The new one first, then the other kind's old one: never a moment with none. */
	switch (place.kind) {
	case HOOK_TCX:
		err = list_attach(ATTACH_TCX_INGRESS, ifindex, name, prog_fd);
		if (!err)
			clsact_detach(ifindex, name);
		return err;
	case HOOK_CLSACT:
		err = clsact_attach(ifindex, prog_fd, ret_made_qdisc);
		if (!err)
			tcx_detach(ifindex, name);
		return err;
	case HOOK_NETKIT:
		return list_attach(ATTACH_NETKIT_PEER, ifindex, name, prog_fd);
	}
	return -EINVAL;
}

void hook_detach(struct nl *nl, uint32_t ifindex, const char *name, bool made_qdisc)
{
	bool filters;

	tcx_detach(ifindex, name);
	clsact_detach(ifindex, name);
	if (made_qdisc && nl_has_tc_filters(nl, ifindex, &filters) == 0 && !filters)
		nl_delete_clsact(nl, ifindex);
}
