#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Includes go one way: holds every #include line against the table of docs/architecture.md.

  check_layering.py [ROOT]      exit 1 and one line a wrong include
  check_layering.py --self-test plants right and wrong includes in a new tree, and judges them
"""

import pathlib
import re
import sys
import tempfile

# Folder -> (what it may include, may it see SystemC). The longest matching folder counts;
# "tlm/*" stands for one block of tlm, which may include itself but no other block.
EVERYTHING = ["isa", "traces", "compiler", "fabric", "tlm", "rtl", "cosim", "study", "cli",
              "testbench", "bench"]
TABLE = {
    "isa": ([], False),
    "traces": (["isa"], False),
    "fabric/topology": (["isa"], False),
    "fabric/schedule": (["isa", "fabric/topology"], False),
    "fabric/ranks": (["fabric/topology"], False),
    "compiler": (["isa", "fabric/topology", "fabric/schedule"], False),
    "rtl": (["isa"], False),
    "tlm/common": (["isa", "traces"], True),
    "tlm/*": (["isa", "traces", "tlm/common"], True),
    "tlm/chip": (["isa", "traces", "tlm", "rtl"], True),
    "fabric/link": (["isa", "traces", "tlm/common", "fabric/topology"], True),
    "fabric/clock": (["isa", "traces", "tlm/common", "fabric/topology"], True),
    "fabric/system": (["isa", "traces", "tlm", "fabric"], True),
    "study": (["isa", "traces", "compiler/model"], False),
    "cosim": (["isa", "traces", "tlm", "rtl"], True),
    "cli": ([f for f in EVERYTHING if f not in ("testbench", "bench")], True),
    "bench": (EVERYTHING, True),
    "testbench": (EVERYTHING, True),
    "testbench/golden": (["isa"], False),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SYSTEMC = re.compile(r"^(systemc|sysc|tlm_core|tlm_utils|tlm)(\.h$|/|$)")
GENERATED = re.compile(r"^(V\w+|verilated\w*)\.h$")
TOP = {folder.split("/")[0] for folder in TABLE}


def layer_of(path):
    """The row of TABLE that a file belongs to, and the folder that the row means for it."""
    parts = path.split("/")[:-1]
    for depth in range(len(parts), 0, -1):
        folder = "/".join(parts[:depth])
        if folder in TABLE:
            return folder, folder
        pattern = "/".join(parts[: depth - 1] + ["*"])
        if pattern in TABLE:
            return pattern, folder
    return None, None


def judge(path, bracket, target):
    """Why the file `path` may not include `target`, or None."""
    row, own = layer_of(path)
    if row is None:
        return "no row of the table covers this folder"
    allowed, systemc = TABLE[row]
    if bracket == "<":
        if SYSTEMC.match(target) and not systemc:
            return f"{own} knows no SystemC"
        return None
    if GENERATED.match(target):
        return None if own in ("rtl", "testbench") else "Verilated headers stay inside rtl"
    if target.split("/")[0] not in TOP or "/" not in target:
        return "include by path from the root"
    if any(target.startswith(folder + "/") for folder in allowed + [own]):
        return None
    return f"{own} may include only {', '.join(allowed) or 'itself'}"


def check(root):
    root = pathlib.Path(root)
    wrong = []
    for top in sorted(TOP):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found = INCLUDE.match(line)
                reason = found and judge(path, *found.groups())
                if reason:
                    wrong.append(f"{path}:{number}: {found.group(2)}: {reason}")
    return wrong


RIGHT = [
    ("isa/check/a.cpp", '"isa/spec/chip_spec.h"'),
    ("isa/check/a.h", "<vector>"),
    ("traces/event/a.h", '"isa/spec/chip_spec.h"'),
    ("tlm/mem/a.h", '"tlm/common/vector.h"'),
    ("tlm/mem/a.h", "<systemc>"),
    ("tlm/chip/a.cpp", '"tlm/mem/mem_slice.h"'),
    ("tlm/chip/b.cpp", '"rtl/mxm/mxm_plane_rtl.h"'),
    ("rtl/mxm/a.cpp", '"Vlpu_mxm_plane.h"'),
    ("fabric/system/a.cpp", '"fabric/link/link.h"'),
    ("compiler/emit/a.cpp", '"fabric/schedule/schedule.h"'),
    ("cli/a.cpp", '"compiler/emit/emit.h"'),
    ("testbench/unit/tlm/a.cpp", '"tlm/chip/chip.h"'),
    ("testbench/golden/a.cpp", '"testbench/golden/a.h"'),
]
WRONG = [
    ("isa/check/a.cpp", '"traces/event/event.h"'),
    ("isa/spec/a.h", "<systemc>"),
    ("isa/spec/a.h", "<tlm_utils/simple_target_socket.h>"),
    ("traces/event/a.h", '"tlm/common/vector.h"'),
    ("compiler/emit/a.cpp", '"tlm/chip/chip.h"'),
    ("compiler/emit/b.cpp", "<tlm.h>"),
    ("isa/check/b.cpp", '"compiler/emit/emit.h"'),
    ("fabric/schedule/a.cpp", '"compiler/emit/emit.h"'),
    ("fabric/topology/a.h", "<systemc.h>"),
    ("fabric/link/a.h", '"tlm/c2c/c2c_link.h"'),
    ("tlm/mem/a.h", '"tlm/vxm/vxm.h"'),
    ("tlm/c2c/a.h", '"fabric/link/link.h"'),
    ("tlm/common/a.h", '"tlm/mem/mem_slice.h"'),
    ("tlm/mem/b.h", '"rtl/mem/mem_bank_rtl.h"'),
    ("tlm/chip/a.h", '"testbench/support/systemc_main.h"'),
    ("testbench/golden/a.cpp", '"tlm/mxm/mxm_plane.h"'),
    ("fabric/system/a.cpp", '"link.h"'),
    ("fabric/other/a.cpp", "<vector>"),
    ("tlm/chip/c.cpp", '"Vlpu_mxm_plane.h"'),
]


def self_test():
    with tempfile.TemporaryDirectory() as name:
        for path, include in RIGHT + WRONG:
            file = pathlib.Path(name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a") as out:
                out.write(f"#include {include}\n")
        found = {(line.split(":")[0], line.split(": ")[1]) for line in check(name)}
    planted = {(path, include.strip('<>"')) for path, include in WRONG}
    return [f"not found: {path}: {include}" for path, include in sorted(planted - found)] + [
        f"wrongly found: {path}: {include}" for path, include in sorted(found - planted)
    ]


def main():
    if sys.argv[1:] == ["--self-test"]:
        wrong = self_test()
    else:
        wrong = check(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
