/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bonds defined by options of the kernel's bonding module, without the module. */
#pragma once

/*
 * Creates @bond as defined by the .conf files of /etc/modprobe.d,
 * /etc/modprobe.conf, /etc/modules.conf and /etc/conf.modules, starting the
 * daemon if necessary, like the kernel when an interface is requested whose
 * alias is the module. Errors other than -ENODEV are printed to stderr. Returns
 * 0, -ENODEV (not defined in any file), or another negative errno.
 */
int module_options_create(const char *bond);
