// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The packet path's choice of a port, as a function of a frame, see choose.h.
 */
#include "tests/bpf/choose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bpf.h>
#include <bpf/bpf.h>

#include "tests/bpf/choice.skel.h"
#include "tests/bpf/tables.h"

struct chooser {
	struct choice_bpf *skel;
	uint32_t segments;
};

struct chooser *chooser_new(const struct ebond_config *config)
{
	struct chooser *chooser = calloc(1, sizeof(*chooser));

	if (!chooser)
		return NULL;
	chooser->skel = choice_bpf__open();
	if (!chooser->skel) {
		chooser_free(chooser);
		return NULL;
	}
	*(struct ebond_config *)&chooser->skel->rodata->config = *config;
	if (choice_bpf__load(chooser->skel)) {
		chooser_free(chooser);
		return NULL;
	}
	return chooser;
}

void chooser_free(struct chooser *chooser)
{
	if (chooser)
		choice_bpf__destroy(chooser->skel);
	free(chooser);
}

void chooser_publish(struct chooser *chooser, const struct ebond_table *table)
{
	table_publish(&chooser->skel->bss->ring, table);
}

void chooser_set_segments(struct chooser *chooser, uint32_t segments)
{
	chooser->segments = segments;
}

struct ebond_placement *chooser_placement(struct chooser *chooser)
{
	return &chooser->skel->data_place->placement;
}

struct ebond_table numbered_ports(uint32_t count)
{
	struct ebond_table table = {.tx_count = count};

	for (uint32_t i = 0; i < count; i++) {
		table.tx_port[i] = i + 1;
		table.tx_clock[i] = i;
		table.tx_cost[i] = (8000U << 16) / 1000;
		table.tx_margin_ns[i] = 1000000;
	}
	return table;
}

int choose_port(struct chooser *chooser, const void *frame, size_t size,
		const struct vlan_tag *tags, size_t tag_count)
{
	struct __sk_buff context = {.gso_segs = chooser->segments};
	unsigned char padded[CHOICE_FRAME_MIN] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = (uint32_t)size,
		    .ctx_in = &context, .ctx_size_in = sizeof(context));
	int err;

	if (tag_count > CHOICE_TAGS_MAX)
		return -E2BIG;
	context.cb[CHOICE_CB_LEN] = (uint32_t)size;
	context.cb[CHOICE_CB_TAGS] = (uint32_t)tag_count;
	for (size_t i = 0; i < tag_count; i++)
		context.cb[CHOICE_CB_TAG + i] = (uint32_t)tags[i].tpid << 16 | tags[i].tci;
	if (size < sizeof(padded)) {
		memcpy(padded, frame, size);
		options.data_in = padded;
		options.data_size_in = sizeof(padded);
	}
	err = bpf_prog_test_run_opts(bpf_program__fd(chooser->skel->progs.ebond_choice), &options);
	if (err)
		return err;
	if ((int)options.retval == CHOICE_FAILED)
		return -EPROTO;
	return (int)options.retval;
}
