# SPDX-License-Identifier: GPL-2.0-or-later
"""A separate /etc and /run for a host, so that ifup and module options do not use the machine's.

Commands run in their own mount namespace, where a copy of /etc, an empty /run
and a /usr/local/sbin with ebond's programs (ifup sets its own PATH for hooks)
are mounted over the machine's. Nothing of that is visible outside. The run
directory is the host's, so that Host.ebond() etc. work as usual.
"""

import pathlib
import shutil

from rig import BUILD, EBOND, EBONDD, IFENSLAVE

# What programs need from the machine's /etc.
NEEDED = ("passwd", "group", "nsswitch.conf", "ld.so.cache", "protocols", "services", "hosts",
          "alternatives", "iproute2", "default/networking")

ENTER = """
set -e
mount --make-rprivate /
mount --bind "$1/etc" /etc
mount --bind "$1/sbin" /usr/local/sbin
mount --bind "$1/run" /run
mount --bind "$2" /run/ebond
shift 2
unset EBOND_RUN_DIR
PATH=/usr/local/sbin:$PATH
exec "$@"
"""


class Etc:
    def __init__(self, host):
        self.host = host
        self.root = host.rig.scratch / f"{host.name}-root"
        self.path = self.root / "etc"
        for name in NEEDED:
            self._copy(pathlib.Path("/etc") / name, self.path / name)
        for name in ("sbin", "run/network", "run/ebond", "etc/modprobe.d", "etc/network"):
            (self.root / name).mkdir(parents=True)
        for hooks in ("if-pre-up.d", "if-up.d", "if-down.d", "if-post-down.d", "interfaces.d"):
            (self.path / "network" / hooks).mkdir()
        for program in (EBOND, IFENSLAVE, EBONDD):
            (self.root / "sbin" / program.name).symlink_to(program)

    @staticmethod
    def _copy(source, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        elif source.exists():
            shutil.copy(source, target)

    def write(self, name, text):
        """The file /etc/NAME, bytes or text."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def command(self, *argv):
        """`argv` as run in there."""
        return ["unshare", "-m", "sh", "-c", ENTER, "sh", str(self.root), str(self.host.run_dir),
                *map(str, argv)]

    def run(self, *argv, code=0, timeout=60):
        """Runs a command to completion; the exit code must be `code` (None: any)."""
        done = self.host.run(*self.command(*argv), check=False, timeout=timeout)
        if code is not None:
            assert done.returncode == code, f"{argv}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def shell(self, script, code=0):
        return self.run("sh", "-ec", script, code=code)


def install_hooks(etc):
    """The ifupdown hooks, as installed by `meson setup -Difupdown_dir=/etc/network`."""
    script = BUILD / "ifupdown" / "ebond.sh"
    for hooks in ("if-pre-up.d", "if-up.d", "if-post-down.d"):
        (etc.path / "network" / hooks / "ebond").symlink_to(script)


