/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions of this command and of the running daemon. */
#include <stdio.h>
#include <string.h>

#include "cli/client/client.h"
#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "lib/json.h"
#include "lib/protocol.h"

int print_version(void)
{
	puts("ebond " EBOND_VERSION);
	return CONTROL_DONE;
}

/* That no daemon runs is a valid answer. */
int run_version(const struct command *command, int argc, char **argv)
{
	_cleanup_json_ json_t *reply = NULL;
	const char *text;
	int err;

	(void)argc, (void)argv;
	print_version();
	err = request_quietly(command->name, &reply);
	if (client_no_daemon(err)) {
		puts("no ebondd runs in this network namespace");
		return CONTROL_DONE;
	}
	text = json_string_value(json_object_get(reply, "text"));
	if (err < 0 || !text) {
		say_error("ebondd did not report its version%s%s", err < 0 ? ": " : "",
			  err < 0 ? strerror(-err) : "");
		return CONTROL_REFUSED;
	}
	fputs(text, stdout);
	return CONTROL_DONE;
}
