/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists in text: "address, MTU, flags". */
#pragma once

#include <stddef.h>

/* Appends @item to the string @list with room for @size bytes. What does not fit is cut off. */
void text_list_add(char *list, size_t size, const char *item);
