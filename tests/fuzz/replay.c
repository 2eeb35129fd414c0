/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Without libFuzzer: runs a fuzz target once on each file of a directory. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/cleanup.h"
#include "lib/read_file.h"

#define INPUT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name)
{
	_cleanup_free_ char *text = NULL;
	char path[1024];
	size_t length;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (read_file(path, INPUT_MAX, &text, &length) < 0) {
		fprintf(stderr, "%s: cannot be read\n", path);
		return 1;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)text, length);
	return 0;
}

int main(int argc, char **argv)
{
	_cleanup_closedir_ DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	const struct dirent *entry;
	int count = 0;

	if (!folder) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		if (replay(argv[1], entry->d_name))
			return 1;
		count++;
	}
	printf("%d inputs\n", count);
	return count ? 0 : 1;
}
