/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file's text through a parser, and what came of it. */
#pragma once

#include "import/dialects/dialects.h"

/* A file called "f". @parse is a parser of dialects.h. */
typedef int (*import_parser)(struct import_model *model, const struct import_file *file);

/* What the parser makes of @text must be @conf (of print.h), and its warnings, one a line, @told.
 */
void expect_import(import_parser parse, const char *text, const char *conf, const char *told);

/* @text is imported or refused, as it likes, but nothing it says has @secret in it. */
void expect_secret(import_parser parse, const char *text, const char *secret);

/* The parser, or what comes after it, must refuse @text with "LINE: @why". */
void expect_refused(import_parser parse, const char *text, const char *why);
