/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A text that goes with the programs of a bond, wherever the kernel keeps them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "daemon/kernel/datapath_private.h"
#include "lib/cleanup.h"

static const struct map_looks state_looks = {"ebond_state", BPF_MAP_TYPE_ARRAY, 0};

static int get_info(int fd, struct bpf_map_info *ret_info)
{
	uint32_t length = sizeof(*ret_info);

	*ret_info = (struct bpf_map_info){};
	return bpf_obj_get_info_by_fd(fd, ret_info, &length);
}

int datapath_make_state(struct datapath *path)
{
	const int programs[] = {path->tx_fd, path->rx_fd, path->port_fd};
	struct bpf_map_info info;
	int err;

	path->state_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, state_looks.name_end, sizeof(uint32_t),
					DATAPATH_STATE_BYTES, 1, NULL);
	if (path->state_fd < 0)
		return path->state_fd;
	err = get_info(path->state_fd, &info);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]) && !err; i++)
		err = bpf_prog_bind_map(programs[i], path->state_fd, NULL);
	path->state_id = err ? 0 : info.id;
	return err;
}

int datapath_keep_state(const struct datapath *path, const char *text)
{
	_cleanup_free_ char *value = calloc(1, DATAPATH_STATE_BYTES);
	uint32_t key = 0;

	if (!value)
		return -ENOMEM;
	if (strlen(text) >= DATAPATH_STATE_BYTES)
		return -E2BIG;
	strcpy(value, text);
	return bpf_map_update_elem(path->state_fd, &key, value, BPF_ANY);
}

uint32_t datapath_state_id(const struct datapath *path)
{
	return path->state_id;
}

bool datapath_state_exists(uint32_t id)
{
	_cleanup_close_ int fd = bpf_map_get_fd_by_id(id);
	struct bpf_map_info info;

	return fd >= 0 && get_info(fd, &info) == 0 && strcmp(info.name, state_looks.name_end) == 0;
}

char *datapath_kept_state(uint32_t ifindex)
{
	_cleanup_close_ int program_fd = datapath_open_any(ifindex);
	_cleanup_close_ int fd = datapath_open_map(program_fd, &state_looks);
	_cleanup_free_ char *value = NULL;
	struct bpf_map_info info;
	uint32_t key = 0;

	if (fd < 0 || get_info(fd, &info) < 0)
		return NULL;
	value = calloc(1, info.value_size + 1);
	if (!value || bpf_map_lookup_elem(fd, &key, value) < 0 || !value[0])
		return NULL;
	return TAKE_PTR(value);
}

/* Each copy has counters, also that of the first release. */
static uint32_t copy_of(uint32_t ifindex)
{
	_cleanup_close_ int program_fd = datapath_open_any(ifindex);
	_cleanup_close_ int fd = datapath_open_map(program_fd, &datapath_counters_looks);
	struct bpf_map_info info;

	return fd >= 0 && get_info(fd, &info) == 0 ? info.id : 0;
}

bool datapath_is_same_copy(uint32_t ifindex, uint32_t other_ifindex)
{
	uint32_t id = copy_of(ifindex);

	return id && id == copy_of(other_ifindex);
}
