/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Valid interface names, and suggestions for mistyped words. */
#pragma once

#include "lang/refuse.h"

/* Whether the kernel accepts @name for an interface: its dev_valid_name(). */
bool name_is_valid(const char *name);

/*
 * Whether @name can be given to an interface: it is valid and has no control characters
 * and no '%', which the kernel would expand as a pattern. Returns 0, or -EINVAL with
 * @why filled.
 */
int name_check(const char *name, struct refusal *why);

/* The same for an alternative name of an interface, which may be longer (ip-link(8), altname). */
int name_check_alternative(const char *name, struct refusal *why);

/* The word nearest to @wanted so far; start with nearest_to(). */
struct nearest {
	const char *wanted, *name; /* name: NULL while none is near enough */
	size_t distance;
};

struct nearest nearest_to(const char *wanted);

/* Considers @name, which must outlive @nearest. */
void nearest_consider(struct nearest *nearest, const char *name);
