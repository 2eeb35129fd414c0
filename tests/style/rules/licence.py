# SPDX-License-Identifier: GPL-2.0-or-later
"""Every source file states its licence in its first lines."""
LICENCE = "SPDX-License-Identifier: GPL-2.0-or-later"


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".c", ".h", ".py", ".sh", ".scd", "meson.build"):
        text = tree.text(name)
        if text.strip() and LICENCE not in "\n".join(text.split("\n")[:3]):
            yield name, 1, "no SPDX line"
