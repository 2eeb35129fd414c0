/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question on the terminal. */
#include "cli/consent.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool consent_can_be_asked(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool consent_ask(const char *question)
{
	char answer[16];

	fprintf(stderr, "%s [y/N] ", question);
	return fgets(answer, sizeof(answer), stdin) &&
	       (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
}
