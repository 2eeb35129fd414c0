/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module options, kept until all files have been read: see dialects.h. */
#pragma once

#include "import/dialects/dialects.h"

/* A module or alias that has options. */
struct import_target;

/* Finds or adds the target @name. 0 or -ENOMEM. */
int import_target_find(struct import_model *model, const char *name, struct import_place place,
		       struct import_target **ret_target);

/*
 * Adds a parameter; @value NULL: a word without '='. Not checked until all
 * files have been read, since most targets are other modules.
 */
int import_target_set(struct import_model *model, struct import_target *target, const char *key,
		      const char *value, struct import_place place);

/* "alias NAME MODULE"; a later one for the same name wins, as in modprobe(8). */
int import_add_alias(struct import_model *model, const char *name, const char *module,
		     struct import_place place);

/* Turns it all into bonds. -EINVAL: a loop of aliases. */
int import_modules_finish(struct import_model *model);
