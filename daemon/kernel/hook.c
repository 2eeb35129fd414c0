/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcx, clsact and netkit attachment. */
#include "daemon/kernel/hook.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/cleanup.h"

/* From Linux 6.6 and 6.7, newer than Debian 12's headers. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)
#define ATTACH_TCX_EGRESS ((enum bpf_attach_type)47)
#define ATTACH_NETKIT_PEER ((enum bpf_attach_type)55)

/* BPF_F_BEFORE, of Linux 6.6: without another program, before all. */
#define ATTACH_BEFORE (1U << 3)

/* Maximum number of programs searched on a hook. */
#define PROGRAMS_MAX 64

#define LOOPBACK_IFINDEX 1

/* Our filter on clsact: an unusual handle, before the priorities that tc assigns by default. */
#define CLSACT_PRIORITY HOOK_CLSACT_PRIORITY
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

/* The id of the program; 0: @prog_fd is not a program. */
static uint32_t id_of(int prog_fd)
{
	struct bpf_prog_info info = {};
	uint32_t length = sizeof(info);

	return prog_fd >= 0 && bpf_obj_get_info_by_fd(prog_fd, &info, &length) == 0 ? info.id : 0;
}

/* A descriptor of program @id if its name is @name, or a negative errno. */
static int open_named(uint32_t id, const char *name)
{
	_cleanup_close_ int fd = bpf_prog_get_fd_by_id(id);
	struct bpf_prog_info info = {};
	uint32_t length = sizeof(info);

	if (fd < 0)
		return fd;
	if (bpf_obj_get_info_by_fd(fd, &info, &length) < 0 ||
	    strncmp(info.name, name, sizeof(info.name) - 1) != 0)
		return -ENOENT;
	return TAKE_FD(fd);
}

/* tcx and netkit have a list of programs per hook. */
static enum bpf_attach_type list_type(struct hook_place place)
{
	if (place.kind == HOOK_NETKIT)
		return ATTACH_NETKIT_PEER;
	return place.egress ? ATTACH_TCX_EGRESS : ATTACH_TCX_INGRESS;
}

static struct bpf_tc_hook clsact_hook(struct hook_place place)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)place.ifindex,
		    .attach_point = place.egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);

	return hook;
}

/* libbpf also reports expected failures, such as a probe's. */
static int mute(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

/* The id of the program of our filter on clsact; 0: none. */
static uint32_t clsact_id(struct hook_place place)
{
	struct bpf_tc_hook hook = clsact_hook(place);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);
	libbpf_print_fn_t previous = libbpf_set_print(mute);
	int err = bpf_tc_query(&hook, &filter);

	libbpf_set_print(previous);
	return err ? 0 : filter.prog_id;
}

/* Fills @ids with the programs at @place; returns their number. */
static uint32_t ids_at(struct hook_place place, uint32_t ids[PROGRAMS_MAX])
{
	uint32_t count = PROGRAMS_MAX;

	if (place.kind == HOOK_CLSACT) {
		ids[0] = clsact_id(place);
		return ids[0] != 0;
	}
	return bpf_prog_query((int)place.ifindex, list_type(place), 0, NULL, ids, &count) == 0
		       ? count
		       : 0;
}

int hook_open(struct hook_place place, const char *name)
{
	uint32_t ids[PROGRAMS_MAX], count = ids_at(place, ids);
	int fd = -ENOENT;

	for (uint32_t i = 0; i < count && fd < 0; i++)
		fd = open_named(ids[i], name);
	return fd;
}

size_t hook_others(struct hook_place place, uint32_t prog_id, uint32_t ret_ids[HOOK_OTHERS_MAX],
		   bool *ret_first)
{
	struct hook_place tcx = {HOOK_TCX, place.ifindex, place.egress};
	uint32_t ids[PROGRAMS_MAX], count = ids_at(tcx, ids);
	size_t others = 0;

	*ret_first = place.kind != HOOK_TCX || count == 0 || ids[0] == prog_id;
	for (uint32_t i = 0; i < count; i++)
		if (ids[i] != prog_id && others < HOOK_OTHERS_MAX)
			ret_ids[others++] = ids[i];
	return others;
}

bool hook_has(struct hook_place place, uint32_t prog_id)
{
	uint32_t ids[PROGRAMS_MAX], count = ids_at(place, ids);
	bool found = false;

	for (uint32_t i = 0; i < count; i++)
		found |= ids[i] == prog_id;
	return found;
}

static int list_attach(struct hook_place place, int prog_fd, int old_fd)
{
	LIBBPF_OPTS(bpf_prog_attach_opts, options);

	if (old_fd >= 0) {
		options.flags = BPF_F_REPLACE;
		options.replace_prog_fd = old_fd;
	}
	return bpf_prog_attach_opts(prog_fd, (int)place.ifindex, list_type(place), &options);
}

static int clsact_attach(struct hook_place place, int prog_fd, bool *ret_made_qdisc)
{
	struct bpf_tc_hook hook = clsact_hook(place);
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

int hook_attach(struct hook_place place, int prog_fd, int old_fd, bool *ret_made_qdisc)
{
	switch (place.kind) {
	case HOOK_TCX:
	case HOOK_NETKIT:
		return list_attach(place, prog_fd, old_fd);
	case HOOK_CLSACT:
		return clsact_attach(place, prog_fd, ret_made_qdisc);
	}
	return -EINVAL;
}

static void detach(struct hook_place place, int prog_fd)
{
	struct bpf_tc_hook hook = clsact_hook(place);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);

	if (place.kind != HOOK_CLSACT)
		bpf_prog_detach2(prog_fd, (int)place.ifindex, list_type(place));
	else if (clsact_id(place) == id_of(prog_fd))
		bpf_tc_detach(&hook, &filter);
}

int hook_make_first(struct hook_place place, int prog_fd)
{
	LIBBPF_OPTS(bpf_prog_attach_opts, options, .flags = ATTACH_BEFORE);

	detach(place, prog_fd);
	return bpf_prog_attach_opts(prog_fd, (int)place.ifindex, list_type(place), &options);
}

int hook_take(struct hook_place place, const char *name, int prog_fd, bool *ret_made_qdisc)
{
	struct hook_place other = {place.kind == HOOK_TCX ? HOOK_CLSACT : HOOK_TCX, place.ifindex,
				   place.egress};
	_cleanup_close_ int old_fd = hook_open(place, name);
	_cleanup_close_ int other_fd = place.kind == HOOK_NETKIT ? -ENOENT : hook_open(other, name);
	int err = hook_attach(place, prog_fd, old_fd, ret_made_qdisc);

	/* The new one first, then the old one of the other kind, so that there is always one. */
	if (!err && other_fd >= 0)
		detach(other, other_fd);
	return err;
}

void hook_detach(struct nl *nl, struct hook_place place, int prog_fd, bool made_qdisc)
{
	bool filters;

	detach(place, prog_fd);
	if (made_qdisc && nl_has_tc_filters(nl, place.ifindex, &filters) == 0 && !filters)
		nl_delete_clsact(nl, place.ifindex);
}

void hook_remove(struct nl *nl, struct hook_place place, const char *name, bool made_qdisc)
{
	static const enum hook_kind kinds[] = {HOOK_TCX, HOOK_CLSACT};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct hook_place each = {kinds[i], place.ifindex, place.egress};
		_cleanup_close_ int fd = hook_open(each, name);

		if (fd >= 0)
			hook_detach(nl, each, fd, made_qdisc);
	}
}
