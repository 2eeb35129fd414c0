/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command of a shell script. */
#pragma once

#include "import/model.h"
#include "import/shell.h"

struct script_command {
	struct import_model *model;
	struct import_place place;
	const struct shell_word *words;
	size_t count;
};

/* The word at that index; "" past the end. */
const char *script_word(const struct script_command *command, size_t index);

/* Whether @text is @whole or an abbreviation of it, as ip(8) accepts. */
bool script_matches(const char *text, const char *whole);

/* Warns that the command is ignored, and why. */
int script_ignored(const struct script_command *command, const char *why);

/* Reads a line of a script; modifies @line. */
int iplink_read_line(struct import_model *model, struct import_place place, char *line);

/* "ip address ..." and "ip route ...", from word @at on. @is_ip6: after "ip -6". */
int script_read_address(const struct script_command *command, size_t at);
int script_read_route(const struct script_command *command, size_t at, bool is_ip6);

/*
 * The arguments of "ip route add": "default via 192.0.2.1 metric 5". @device:
 * the interface unless dev is given; NULL: the one with the router in its
 * subnet.
 */
int script_read_route_words(const struct script_command *command, size_t at, const char *device,
			    bool is_ip6);
