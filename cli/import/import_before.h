/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of bonds before an import, for reverting to it. */
#pragma once

#include "lang/config.h"

/*
 * The running bonds among those of @config, with their options and ports as
 * reported by `show`, as an ebond.conf; "" if none runs. The caller frees the
 * text; NULL: no memory. Does not start a daemon.
 */
char *import_before(const struct config *config);
