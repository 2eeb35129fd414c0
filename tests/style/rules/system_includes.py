# SPDX-License-Identifier: GPL-2.0-or-later
"""A pure room includes no header that depends on Linux or on time."""
import re

C_ITSELF = {"assert.h", "ctype.h", "errno.h", "limits.h", "stdarg.h", "stdbool.h", "stddef.h",
            "stdint.h", "stdio.h", "stdlib.h", "string.h"}
# The pure rooms, and the extra headers that one of them needs.
PURE_ROOMS = {"lang": set(), "core": set(), "import": {"yaml.h", "jansson.h", "fnmatch.h"}}


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".c", ".h"):
        room = name.split("/")[0]
        if room not in PURE_ROOMS:
            continue
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            match = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
            if match and match[1] not in C_ITSELF | PURE_ROOMS[room]:
                yield name, number, f"{room} includes <{match[1]}>"
