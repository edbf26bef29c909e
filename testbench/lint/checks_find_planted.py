#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of scripts/ find faults planted in a new tree, and only those."""

import pathlib
import subprocess
import sys
import tempfile

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"
LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"

SOURCES = {
    "good.cpp": (LICENCE + "int f();\n", None),
    "no_licence.cpp": ("int f();\n", "no licence line"),
    "tab.cpp": (LICENCE + "\tint f();\n", "tab"),
    "long.cpp": (LICENCE + "// " + "a" * 100 + "\n", "103 columns"),
    "mark.cpp": (LICENCE + "// TO" + "DO later\n", "mark of unfinished work"),
    "assert.cpp": (LICENCE + "  assert(true);\n", "assert()"),
    "no_newline.cpp": (LICENCE + "int f();", "no newline"),
}
PAGES = {
    "good.md": ("```sh\nlpu run --system FILE\n```\n<!-- run -->\n```sh\ntrue\n```\n", None),
    "link.md": ("[text](missing.md)\n", "dead link"),
    "script.md": ("```sh\nscripts/missing.sh\n```\n", "no such script"),
    "config.md": ("```sh\nlpu run --system configs/systems/missing.toml\n```\n", "no such file"),
    "run.md": ("<!-- run -->\n```sh\nfalse\n```\n", "exit status 1"),
    "verb.md": ("```sh\nlpu missing\n```\n", "no verb"),
    "option.md": ("```sh\nlpu run --missing 1\n```\n", "no option --missing"),
}
PROGRAM = '#!/bin/sh\n[ "$1" = run ] && echo "--system FILE"\n'


def output(*command):
    return subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True)


def main():
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        folder = root / "testbench"
        folder.mkdir()
        (root / "CMakeLists.txt").write_text("# SPDX-License-Identifier: Apache-2.0\n")
        for file, (text, _) in SOURCES.items():
            (folder / file).write_text(text)
        found = output(SCRIPTS / "check_sources.py", root).stdout
        for file, (_, fault) in SOURCES.items():
            lines = [line for line in found.splitlines() if f"/{file}:" in line]
            if len(lines) != (fault is not None) or (fault and fault not in lines[0]):
                wrong.append(f"check_sources {file}: expected {fault}, found {lines}")

        for folder in ("tlm", "docs"):
            (root / folder).mkdir()
        (root / "tlm" / "a.cpp").write_text('f("lpu/mem/in-both"); f("lpu/mem/only-used");\n')
        rows = "| `lpu/mem/in-both` |\n| `lpu/mem/only-written` |\n"
        (root / "docs" / "errors.md").write_text(rows)
        found = output(SCRIPTS / "check_errors.py", root).stdout.splitlines()
        if len(found) != 2 or "only-used" not in found[0] or "only-written" not in found[1]:
            wrong.append(f"check_errors: found {found}")

        lpu = root / "lpu"
        lpu.write_text(PROGRAM)
        lpu.chmod(0o755)
        for file, (text, fault) in PAGES.items():
            (root / file).write_text(text)
            done = output(SCRIPTS / "check_readme.py", "--lpu", lpu, root / file)
            expected = 0 if fault is None else 1
            if done.returncode != expected or (fault and fault not in done.stdout):
                wrong.append(f"check_readme {file}: expected {fault}, found {done.stdout}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
