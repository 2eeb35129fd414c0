/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one file's text through a parser and checks the result. */
#pragma once

#include "import/dialects/dialects.h"

/* A file called "f". @parse is a parser from dialects.h. */
typedef int (*import_parser)(struct import_model *model, const struct import_file *file);

/* Imports @text, which must give @conf (of print.h) and the warnings @told, one per line. */
void expect_import(import_parser parse, const char *text, const char *conf, const char *told);

/* Imports @text, accepted or refused; no message may contain @secret. */
void expect_secret(import_parser parse, const char *text, const char *secret);

/* The parser, or a later step, must refuse @text with "LINE: @why". */
void expect_refused(import_parser parse, const char *text, const char *why);
