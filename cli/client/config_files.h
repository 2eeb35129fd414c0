/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other tools' configuration files, from the disk into a model (import/model.h). */
#pragma once

#include "import/dialects/dialects.h"

/* Which dialect; IMPORT_ANY: each file's own, by its name and its text. */
enum import_kind { IMPORT_ANY, IMPORT_MODPROBE, IMPORT_IFCFG };

#define IMPORT_IFCFG_FOLDER "/etc/sysconfig/network-scripts"

/*
 * A model that knows this machine's interfaces and DHCP client, follows includes,
 * and holds nothing yet; *ret_interfaces belongs to the caller (free(3)) and must
 * outlive it. NULL: no memory.
 */
struct import_model *import_open(struct import_interface **ret_interfaces);

/*
 * Reads @count files or folders (of a kind *.conf, ifcfg-*; else what is recognised); "-" is
 * standard input; none: those that the kind is usually found in. What is wrong is said
 * on stderr. Returns 0 with a finished model (import_finish()), or a negative errno.
 */
int import_read(struct import_model *model, enum import_kind kind, int count, char **paths);

/* Whether there is any of the places where module options are usually found. */
bool import_has_module_options(void);

/* Says on stderr what failed, from the model's fault. */
void import_say_fault(const struct import_model *model);

/* The same after the warnings, of which one may be the reason. */
void import_say_refused(const struct import_model *model);

/* Says the model's warnings on stderr, one line each. */
void import_say_warnings(const struct import_model *model);
