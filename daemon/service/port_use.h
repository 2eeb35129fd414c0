/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an interface is used for, which ends when it becomes a port. */
#pragma once

#include "daemon/ebondd.h"

/*
 * Whether @link has addresses (other than IPv6 link-local ones) or routes that somebody added;
 * @ret_text is then a sentence about them for the operator of @bond: one line.
 */
bool port_use_text(struct nl *nl, const struct link *link, const char *bond, char *ret_text,
		   size_t size);
