/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the operator, where there is one. */
#pragma once

#include <stdbool.h>

/* Whether somebody sits at a terminal to be asked. */
bool consent_can_be_asked(void);

/* Prints @question and waits for the answer: whether that is y or yes. */
bool consent_ask(const char *question);
