// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ebond-choose MODE POLICY COUNT... : which port would each frame take?
 *
 * Reads one frame per line from stdin: its bytes in hex, before them, if it
 * has VLAN tags in its metadata, TPID:TCI[,TPID:TCI] and a space (in hex; the
 * last is the outermost). Writes one line per frame: for each COUNT of ports,
 * in the order given, the index of the port, or -1 for none. MODE and POLICY
 * are the kernel's words. In balance-rr every frame is sent once per COUNT.
 *
 *     printf '8100:0064 0200...0800...\n' | ebond-choose balance-xor layer3+4 1 2 3
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bpf/choose.h"
#include "tests/bpf/tables.h"

#define FRAME_MAX 4096

static int usage(void)
{
	fprintf(stderr, "usage: ebond-choose MODE POLICY COUNT...    frames in hex on stdin\n");
	return 2;
}

/* Reads the tags before a frame; *text is advanced past them. Returns their number or -EINVAL. */
static int parse_tags(char **text, struct vlan_tag *tags)
{
	int count = 0;

	if (!strchr(*text, ':'))
		return 0;
	do {
		unsigned int tpid, tci;
		int used;

		if (count == CHOICE_TAGS_MAX || sscanf(*text, "%4x:%4x%n", &tpid, &tci, &used) != 2)
			return -EINVAL;
		tags[count++] = (struct vlan_tag){(uint16_t)tpid, (uint16_t)tci};
		*text += used;
	} while (*(*text)++ == ',');
	return count;
}

/* Returns the number of bytes or -EINVAL. */
static int parse_hex(const char *text, unsigned char *bytes, size_t max)
{
	size_t count = 0;

	for (; *text && *text != '\n'; text += 2) {
		unsigned int byte;

		if (count == max || sscanf(text, "%2x", &byte) != 1 || !text[1])
			return -EINVAL;
		bytes[count++] = (unsigned char)byte;
	}
	return (int)count;
}

/* Handles one line of input. Returns 0 or a negative errno. */
static int answer(struct chooser *chooser, char *line, char *const *counts)
{
	struct vlan_tag tags[CHOICE_TAGS_MAX];
	unsigned char frame[FRAME_MAX];
	int tag_count = parse_tags(&line, tags);
	int size = tag_count < 0 ? tag_count : parse_hex(line, frame, sizeof(frame));

	if (size < 0)
		return size;
	for (int i = 0; counts[i]; i++) {
		struct ebond_table table = numbered_ports((uint32_t)strtoul(counts[i], NULL, 10));
		int port;

		chooser_publish(chooser, &table);
		port = choose_port(chooser, frame, (size_t)size, tags, (size_t)tag_count);
		if (port < 0)
			return port;
		printf(i ? " %d" : "%d", port - 1);
	}
	putchar('\n');
	return 0;
}

int main(int argc, char **argv)
{
	struct ebond_config config = {.packets_per_slave = 1};
	struct chooser *chooser;
	char line[2 * FRAME_MAX + 32];
	int number = 0, err = 0;

	if (argc < 4 || mode_from_word(argv[1]) < 0 || policy_from_word(argv[2]) < 0)
		return usage();
	for (int i = 3; i < argc; i++)
		if (strtoul(argv[i], NULL, 10) > EBOND_PORTS_MAX)
			return usage();
	config.mode = (uint32_t)mode_from_word(argv[1]);
	config.policy = (uint32_t)policy_from_word(argv[2]);

	chooser = chooser_new(&config);
	if (!chooser) {
		fprintf(stderr,
			"ebond-choose: cannot load the BPF program: see above; are you root?\n");
		return 1;
	}
	while (!err && fgets(line, sizeof(line), stdin)) {
		number++;
		err = answer(chooser, line, argv + 3);
	}
	chooser_free(chooser);
	if (err)
		fprintf(stderr, "ebond-choose: line %d: %s\n", number, strerror(-err));
	return err ? 1 : 0;
}
