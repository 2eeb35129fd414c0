/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How bonds were before an import, to go back to. */
#pragma once

#include "lang/config.h"

/*
 * The bonds of @config that run now, with their options and ports as `ebond show`
 * tells them, as an ebond.conf; "" when none of them runs. The caller frees the text; NULL:
 * no memory. Nobody is started to ask.
 */
char *import_before(const struct config *config);
