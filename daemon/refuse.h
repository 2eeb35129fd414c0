/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way in which the daemon says no: see struct refusal (core/options.h). */
#pragma once

#include "core/options.h"

/* Fills @why and returns @err (a negative errno). */
int refuse(struct refusal *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
