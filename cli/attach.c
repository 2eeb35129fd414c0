/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `ebond attach`: an interface that has addresses or routes may be the one that the operator is
 * logged in through, so at a terminal this asks first.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "cli/consent.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/protocol.h"

/* @words begin with a place for a flag, and there are @count of them. */
static int ask_and_attach(const struct command *command, int count, char **words)
{
	_cleanup_json_ json_t *reply = NULL;
	int code;

	words[0] = (char *)"--dry-run";
	code = request(command->name, count, words, START_TO_RECOVER, &reply);
	if (code != CONTROL_DONE)
		return code;
	if (!json_array_size(json_object_get(reply, "notes")))
		return run_request(command, count - 1, words + 1);
	if (!consent_ask("Attach nevertheless?")) {
		say_error("attach: nothing was done");
		return CONTROL_REFUSED;
	}
	words[0] = (char *)"--confirmed";
	return run_request(command, count, words);
}

int run_attach(const struct command *command, int argc, char **argv)
{
	_cleanup_free_ char **words = calloc((size_t)argc + 1, sizeof(*words));
	bool yes = false;
	int count = 1;

	if (!words) {
		say_error("attach: no memory");
		return CONTROL_REFUSED;
	}
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--yes") == 0)
			yes = true;
		else
			words[count++] = argv[i];
	}
	if (yes || !consent_can_be_asked())
		return run_request(command, count - 1, words + 1);
	return ask_and_attach(command, count, words);
}
