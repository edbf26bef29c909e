#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/test.sh says the truth: its exit status, whichever step fails.

The script runs in a new tree with stand-ins for the tools; each stand-in notes its call and fails
when it is told to.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts" / "test.sh"
STAND_IN = '#!/bin/sh\necho "{name} $*" >>"$CALLS"\ncase "{name} $*" in $FAIL) exit 1;; esac\n'

# What fails, the exit status, a call that must come, a call that must not.
CASES = [
    ("nothing", 0, "fuzz.sh 60", "no such call"),
    ("install_packages.sh*", 1, "install_packages.sh", "cmake"),
    ("cmake --preset release*", 1, "cmake --preset release", "ctest"),
    ("cmake --build --preset release*", 1, "cmake --build", "ctest"),
    ("ctest --preset release*", 1, "fuzz.sh 60", "no such call"),
    ("cmake --build --preset asan*", 1, "ctest --preset release", "ctest --preset asan"),
    ("ctest --preset asan*", 1, "fuzz.sh 60", "no such call"),
    ("fuzz.sh*", 1, "ctest --preset asan", "no such call"),
]


def run(fail):
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        (root / "scripts").mkdir()
        shutil.copy(SCRIPT, root / "scripts")
        tools = [root / tool for tool in ("cmake", "ctest")]
        tools += [root / "scripts" / tool for tool in ("install_packages.sh", "fuzz.sh")]
        for tool in tools:
            tool.write_text(STAND_IN.format(name=tool.name))
            tool.chmod(0o755)
        calls = root / "calls"
        environment = dict(os.environ, CALLS=str(calls), FAIL=fail)
        environment["PATH"] = f"{root}:{environment['PATH']}"
        done = subprocess.run(
            [root / "scripts" / "test.sh"], env=environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode, calls.read_text()


def main():
    wrong = []
    for fail, status, called, not_called in CASES:
        got, calls = run(fail)
        if got != status or called not in calls or not_called in calls:
            wrong.append(f"{fail} fails: status {got}, expected {status}; calls:\n{calls}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
