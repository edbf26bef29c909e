#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What every source file has in common: the licence line, no tabs, no marks of unfinished work.

  check_sources.py [ROOT]     exit 1 and one line a fault
"""

import pathlib
import re
import sys

FOLDERS = [
    ".ci", "bench", "cli", "cmake", "compiler", "fabric", "isa", "rtl", "scripts", "study",
    "testbench", "tlm", "traces",
]
SUFFIXES = {".h", ".cpp", ".sv", ".svh", ".vlt", ".cmake", ".py", ".sh"}
LICENCE = "SPDX-License-Identifier: Apache-2.0"
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
TEST_ASSERT = re.compile(r"^\s*assert\(")
MAX_COLUMNS = 100


def is_source(file):
    return file.is_file() and (file.suffix in SUFFIXES or file.name in ("CMakeLists.txt", "run"))


def faults(path, text):
    lines = text.splitlines()
    # A script begins with its interpreter, a .vlt file must begin with its own keyword.
    if not any(LICENCE in line for line in lines[:2]):
        yield 1, "no licence line"
    if not text.endswith("\n"):
        yield len(lines), "no newline at the end"
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield number, "tab"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        if len(line) > MAX_COLUMNS:
            yield number, f"{len(line)} columns, {MAX_COLUMNS} allowed"
        if UNFINISHED.search(line):
            yield number, "mark of unfinished work"
        if path.startswith("testbench/") and TEST_ASSERT.match(line):
            yield number, "assert() is no verdict: a Release build leaves it out"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    root = root if root.is_dir() else root.parent.parent
    files = [root / "CMakeLists.txt"]
    for folder in FOLDERS:
        files += [file for file in sorted((root / folder).rglob("*")) if is_source(file)]
    wrong = 0
    for file in files:
        path = file.relative_to(root).as_posix()
        for number, reason in faults(path, file.read_text()):
            print(f"{path}:{number}: {reason}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
