/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What module options say of the module, kept until all files are in: see dialects.h. */
#pragma once

#include "import/dialects/dialects.h"

/* A module or an alias that has options. */
struct import_target;

/* The target @name, made when there is none. 0 or -ENOMEM. */
int import_target_find(struct import_model *model, const char *name, struct import_place place,
		       struct import_target **ret_target);

/*
 * A parameter; @value NULL: a word that is none. What it means is judged when all
 * is in, for most targets are other modules.
 */
int import_target_set(struct import_model *model, struct import_target *target, const char *key,
		      const char *value, struct import_place place);

/* "alias NAME MODULE"; of two for one name the later holds, as in modprobe(8). */
int import_add_alias(struct import_model *model, const char *name, const char *module,
		     struct import_place place);

/* Makes bonds of it all. -EINVAL: an alias that leads in a circle. */
int import_modules_finish(struct import_model *model);
