/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests as JSON: builds and sends them and checks replies. */
#include "cli/client/request.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/client/client.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/printable.h"
#include "lib/protocol.h"

/* How long a daemon that is ready may take to accept connections. */
#define READY_MS 5000
#define READY_POLL_MS 20

/* The request as a line with its '\n'; NULL: not UTF-8, or no memory. */
static char *request_line(const char *command, int argc, char **argv, size_t *ret_length)
{
	_cleanup_json_ json_t *args = json_array(), *root = NULL;
	char *line, *longer;
	size_t length;

	for (int i = 0; i < argc; i++)
		if (json_array_append_new(args, json_string(argv[i])) < 0)
			return NULL;
	root = json_pack("{s:s, s:O}", "command", command, "args", args);
	line = root ? json_dumps(root, JSON_COMPACT) : NULL;
	if (!line)
		return NULL;
	length = strlen(line);
	longer = realloc(line, length + 2);
	if (!longer) {
		free(line);
		return NULL;
	}
	memcpy(longer + length, "\n", 2);
	*ret_length = length + 1;
	return longer;
}

/* Prints why client_ask() failed. */
static void explain(int err)
{
	if (err == -ETIMEDOUT)
		say_error("ebondd did not reply within %ju s; it may still carry out the request: "
			  "see 'ebond log'",
			  (uintmax_t)(client_timeout_ms() / 1000));
	else if (err == -ENODATA)
		say_error("ebondd closed the connection without a reply: see 'ebond log'");
	else if (err == -EMSGSIZE)
		say_error("ebondd's reply exceeds %d MiB: ignored",
			  CONTROL_REPLY_MAX / (1024 * 1024));
	else if (err == -EACCES || err == -EPERM)
		say_error("cannot open ebondd's control socket: %s: run as root", strerror(-err));
	else if (err == -EINVAL || err == -ENAMETOOLONG)
		say_error("EBOND_RUN_DIR must be an absolute path of fewer than 80 characters");
	else if (client_no_daemon(err))
		say_error("ebondd ended before it replied: see 'ebond log'");
	else
		say_error("cannot reach ebondd: %s", strerror(-err));
}

/*
 * Asks. After -ECONNRESET (the daemon ended before reading the request) asks
 * again, until there is a reply or no daemon; with @is_starting also while
 * nothing listens, since the socket of a daemon just started may take a moment.
 */
static int ask_with_retries(const char *line, size_t length, bool is_starting, char **ret_reply,
			    size_t *ret_length)
{
	const struct timespec pause = {.tv_nsec = READY_POLL_MS * 1000000L};
	uint64_t deadline_ms = monotonic_ms() + READY_MS;

	for (;;) {
		int err = client_ask(line, length, client_timeout_ms(), ret_reply, ret_length);
		bool again = is_starting ? client_no_daemon(err) : err == -ECONNRESET;

		if (!again || monotonic_ms() >= deadline_ms)
			return err;
		nanosleep(&pause, NULL);
	}
}

/* Asks, starting a daemon if necessary. 0, or an error that has been printed. */
static int ask(const char *line, size_t length, enum start_rule rule, char **ret_reply,
	       size_t *ret_length)
{
	int err = ask_with_retries(line, length, false, ret_reply, ret_length);

	if (err == -ENOENT || err == -ECONNREFUSED) {
		err = start_daemon(rule);
		if (err < 0)
			return err;
		err = ask_with_retries(line, length, true, ret_reply, ret_length);
	}
	if (err < 0)
		explain(err);
	return err;
}

/* The reply as an object with an integer "exit" of 0, 1 or 2; else NULL. */
static json_t *parse_reply(const char *line, size_t length)
{
	_cleanup_json_ json_t *root = json_loadb(line, length, 0, NULL);
	const json_t *code = json_object_get(root, "exit");

	if (!json_is_integer(code) || json_integer_value(code) < CONTROL_DONE ||
	    json_integer_value(code) > CONTROL_USAGE)
		return NULL;
	return TAKE_PTR(root);
}

static void print_notes(const json_t *reply)
{
	const json_t *note;
	size_t i;

	json_array_foreach(json_object_get(reply, "notes"), i, note)
		if (json_is_string(note))
			say_error("note: %s", json_string_value(note));
}

int request(const char *command, int argc, char **argv, enum start_rule rule, json_t **ret_reply)
{
	_cleanup_free_ char *line = NULL, *answer = NULL;
	_cleanup_json_ json_t *reply = NULL;
	size_t length = 0, answer_length = 0;
	const char *error;
	int code;

	line = request_line(command, argc, argv, &length);
	if (!line || length > CONTROL_REQUEST_MAX) {
		say_error("%s: arguments are %s: nothing was sent", command,
			  line ? "too long" : "not valid UTF-8");
		return CONTROL_USAGE;
	}
	if (ask(line, length, rule, &answer, &answer_length) < 0)
		return CONTROL_REFUSED;
	reply = parse_reply(answer, answer_length);
	if (!reply) {
		say_error("cannot parse ebondd's reply: it may be another version: see 'ebond "
			  "version'");
		return CONTROL_REFUSED;
	}
	print_notes(reply);
	code = (int)json_integer_value(json_object_get(reply, "exit"));
	if (code != CONTROL_DONE) {
		error = json_string_value(json_object_get(reply, "error"));
		say_error("%s", error ? error : "ebondd refused without giving a reason");
		return code;
	}
	*ret_reply = TAKE_PTR(reply);
	return CONTROL_DONE;
}

int request_quietly(const char *command, json_t **ret_reply)
{
	_cleanup_free_ char *line = NULL, *answer = NULL;
	_cleanup_json_ json_t *reply = NULL;
	size_t length = 0, answer_length = 0;
	int err;

	line = request_line(command, 0, NULL, &length);
	if (!line)
		return -ENOMEM;
	err = client_ask(line, length, client_timeout_ms(), &answer, &answer_length);
	if (err < 0)
		return err;
	reply = parse_reply(answer, answer_length);
	if (!reply)
		return -EBADMSG;
	if (json_integer_value(json_object_get(reply, "exit")) != CONTROL_DONE)
		return -EREMOTEIO;
	*ret_reply = TAKE_PTR(reply);
	return 0;
}

int request_and_print(const struct command *command, int argc, char **argv, enum start_rule rule)
{
	_cleanup_json_ json_t *reply = NULL;
	_cleanup_free_ char *text = NULL;
	int code;

	code = request(command->name, argc, argv, rule, &reply);
	text = strdup(json_string_value(json_object_get(reply, "text")) ?: "");
	if (!text)
		return CONTROL_REFUSED;
	make_lines_printable(text);
	fputs(text, stdout);
	return code;
}

int run_request(const struct command *command, int argc, char **argv)
{
	return request_and_print(command, argc, argv, START_TO_RECOVER);
}

int run_add(const struct command *command, int argc, char **argv)
{
	return request_and_print(command, argc, argv, START_IF_NONE);
}
