/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command of a script. */
#pragma once

#include "import/model.h"
#include "import/shell.h"

struct order {
	struct import_model *model;
	struct import_place place;
	const struct shell_word *words;
	size_t count;
};

/* The word of that number; "" behind the end. */
const char *order_word(const struct order *order, size_t index);

/* Whether @text is @whole or the beginning of it, as ip(8) takes them. */
bool order_means(const char *text, const char *whole);

/* A warning that the command is ignored, and why. */
int order_left_out(const struct order *order, const char *why);

/* A line of a script, which it takes apart in place. */
int iplink_read_line(struct import_model *model, struct import_place place, char *line);

/* "ip address ..." and "ip route ...", from word @at on. @is_ip6: after "ip -6". */
int order_read_address(const struct order *order, size_t at);
int order_read_route(const struct order *order, size_t at, bool is_ip6);

/*
 * What follows "ip route add": "default via 192.0.2.1 metric 5". @device: the interface when
 * the words name none; NULL: that towards the router.
 */
int order_read_route_words(const struct order *order, size_t at, const char *device, bool is_ip6);
