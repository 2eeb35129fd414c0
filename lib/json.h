/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON values that a scope gives back when it is left (cleanup.h). */
#pragma once

#include <jansson.h>

#include "cleanup.h"

DEFINE_CLEANUP(json, json_t *, json_decref)

#define _cleanup_json_ _cleanup_(json)
