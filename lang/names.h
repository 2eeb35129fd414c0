/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be the name of an interface, and which word a mistyped one was meant to be. */
#pragma once

#include "lang/refuse.h"

/* Whether the kernel may have an interface of that name: its dev_valid_name(). */
bool name_is_possible(const char *name);

/*
 * Whether @name can be given to an interface: it is possible, and has no control character
 * and no '%', which the kernel would take for a pattern. Returns 0, or -EINVAL with
 * @why filled.
 */
int name_check(const char *name, struct refusal *why);

/* The nearest word to @wanted so far; start with nearest_to(). */
struct nearest {
	const char *wanted, *name; /* name: NULL while none is near enough to be meant */
	size_t distance;
};

struct nearest nearest_to(const char *wanted);

/* Considers @name, which must outlive @nearest. */
void nearest_consider(struct nearest *nearest, const char *name);
