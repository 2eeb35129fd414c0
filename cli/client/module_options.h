/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bonds that the options of the kernel's bonding module name, without the module. */
#pragma once

/*
 * Makes the bond @bond as the .conf files of /etc/modprobe.d, /etc/modprobe.conf,
 * /etc/modules.conf and /etc/conf.modules say, starting the daemon if need be: what
 * the kernel does when somebody asks for an interface whose alias is the module.
 * What cannot be done is told on stderr, but for -ENODEV.
 * Returns 0, -ENODEV (no such file names it), or another negative errno.
 */
int module_options_create(const char *bond);
