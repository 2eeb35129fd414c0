/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A teamd configuration being read. */
#pragma once

#include "import/lines.h"
#include "lib/json.h"

struct team {
	struct import_model *model;
	const char *file;
	const char *text;     /* valid JSON, for line numbers */
	uint32_t line_before; /* of the file, when the text starts in the middle of it */
	const json_t *root;
	struct import_link *link; /* the bond */
	const char *runner;
};

/* Where the key is that @path leads to from the top of the file. */
#define team_place(team, ...) team_place_of(team, (const char *const[]){__VA_ARGS__, NULL})
struct import_place team_place_of(const struct team *team, const char *const *path);

/* Sets @option to a number or boolean, unless @value is NULL. -EINVAL: neither. */
int team_set_number(const struct team *team, const char *option, const json_t *value,
		    struct import_place place);

/* Warns of each key of @object that is not among @known (NULL-terminated). @above: its path. */
int team_warn_unknown(const struct team *team, const json_t *object, const char *const *known,
		      const char *const *above);

/* Turns link_watch, of the device or its ports, into miimon and arp_interval. */
int team_read_watches(const struct team *team);

/* Reads a configuration embedded in another file, for the interface @device. */
int team_read_value(struct import_model *model, const char *device, const char *text,
		    struct import_place place);

/* The same for the configuration of a port. */
int team_read_port_value(struct import_model *model, struct import_link *port, const char *text,
			 struct import_place place);
