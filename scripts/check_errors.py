#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every report id of the sources stands in docs/errors.md, and the other way round.

  check_errors.py [ROOT]     exit 1 and one line a difference
"""

import pathlib
import re
import sys

FOLDERS = ["isa", "traces", "compiler", "rtl", "tlm", "fabric", "cli"]
ID = re.compile(r'"(lpu/[a-z0-9_]+/[a-z0-9-]+)[":]')
ROW = re.compile(r"^\| `(lpu/[a-z0-9_]+/[a-z0-9-]+)` \|")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    root = root if root.is_dir() else root.parent.parent
    used = {}
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".h", ".cpp"):
                for name in ID.findall(file.read_text()):
                    used.setdefault(name, file.relative_to(root).as_posix())
    lines = (root / "docs" / "errors.md").read_text().splitlines()
    written = {found.group(1) for line in lines if (found := ROW.match(line))}
    for name in sorted(used.keys() - written):
        print(f"docs/errors.md: no row for {name} ({used[name]})")
    for name in sorted(written - used.keys()):
        print(f"docs/errors.md: {name} is in no source")
    return 0 if used.keys() == written else 1


if __name__ == "__main__":
    sys.exit(main())
