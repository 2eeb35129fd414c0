/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads other tools' configuration files from disk into a model (import/model.h). */
#pragma once

#include "import/dialects/dialects.h"

/* The dialect; IMPORT_ANY: recognised for each file by name and content. */
enum import_kind { IMPORT_ANY, IMPORT_MODPROBE, IMPORT_IFCFG };

#define IMPORT_IFCFG_DIRECTORY "/etc/sysconfig/network-scripts"

/*
 * An empty model that knows this machine's interfaces and DHCP client and
 * follows includes; *ret_interfaces is freed by the caller (free(3)) and must
 * outlive it. NULL: no memory.
 */
struct import_model *import_open(struct import_interface **ret_interfaces);

/*
 * Reads @count files or directories (of a kind: *.conf, ifcfg-*; otherwise
 * those recognised); "-" is standard input; none: the usual places of that
 * kind. Errors are printed to stderr. Returns 0 with a finished model
 * (import_finish()), or a negative errno.
 */
int import_read(struct import_model *model, enum import_kind kind, int count, char **paths);

/* Whether any of the usual places of module options exists. */
bool import_has_module_options(void);

/* Prints the model's fault to stderr. */
void import_print_fault(const struct import_model *model);

/* The same after the warnings, since one of them may be the cause. */
void import_print_refusal(const struct import_model *model);

/* Prints the model's warnings to stderr, one line each. */
void import_print_warnings(const struct import_model *model);
