#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads Verilator's coverage databases; scripts/coverage.sh calls it.

  coverage.py INFO DATABASE ...   a table a block on standard output, then what was not reached;
                                  INFO is for genhtml: lines, toggles as its branches, functional
                                  points as its functions

Lines and toggles of a source count once, whatever configuration or instance reached them. A hole
is explained by a row of the table "Holes" in docs/testplan.md: a pattern, why. Exit status 1 if
fewer lines than 98 % were reached, a functional point was neither hit nor explained, or an
explanation explains nothing.
"""

import collections
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLAN = ROOT / "docs" / "testplan.md"
GOAL = 0.98


def items(file):
    """Every counter: its keys, its count."""
    for line in file.read_text(errors="replace").splitlines():
        found = re.match(r"C '(.*)' (\d+)$", line)
        if found:
            pairs = (part.split("\x02", 1) for part in found[1].split("\x01") if "\x02" in part)
            yield dict(pairs), int(found[2])


def lines_of(keys):
    """The lines that a counter of lines stands for: "12,14-16", or its own."""
    for part in keys.get("S", keys["l"]).split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def read(files):
    """Lines, toggles, points: (source, which) -> reached."""
    kinds = {"line": collections.Counter(), "toggle": collections.Counter(),
             "point": collections.Counter()}
    for file in files:
        for keys, count in items(file):
            source, page = keys["f"], keys["page"]
            source = source.removeprefix(f"{ROOT}/")
            if page.startswith("v_user"):
                kinds["point"][source.removeprefix("functional/"), keys["o"]] += count
            elif page.startswith("v_toggle"):
                kinds["toggle"][source, f"{keys['l']} {keys['o']}"] += count
            elif page.startswith(("v_line", "v_branch")):
                for line in lines_of(keys):
                    kinds["line"][source, line] += count
    return kinds


def explanations():
    """Rows of the table under "## Holes"."""
    _, _, text = PLAN.read_text().partition("\n## Holes\n")
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", text.split("\n## ")[0], re.M)
    return dict(rows)


def share(reached):
    return f"{sum(reached) / len(reached):.1%}" if reached else "-"


def by_source(kinds):
    """Of each source of rtl/: lines, toggles, and the points of the block it holds."""
    for source in sorted({source for source, _ in [*kinds["line"], *kinds["toggle"]]}):
        name = pathlib.Path(source).stem.removeprefix("lpu_")
        yield source, *({which: count for (where, which), count in counts.items()
                         if where in (source, name)} for counts in kinds.values())


def info(kinds):
    """What genhtml reads. It ends a name at a comma."""
    for source, lines, toggles, points in by_source(kinds):
        yield f"SF:{ROOT / source}"
        yield from (f"FN:1,{point.replace(', ', ' ')}" for point in points)
        yield from (f"FNDA:{count},{point.replace(', ', ' ')}" for point, count in points.items())
        for number, (which, count) in enumerate(toggles.items()):
            yield f"BRDA:{which.split()[0]},0,{number},{count}"
        yield from (f"DA:{line},{count}" for line, count in sorted(lines.items()))
        yield "end_of_record"


def table(kinds):
    rows = ["| Source | Lines | Toggles | Functional points |", "|---|---|---|---|"]
    for source, *counts in by_source(kinds):
        name = pathlib.Path(source).stem.removeprefix("lpu_")
        line, toggle, point = ([count > 0 for count in each.values()] for each in counts)
        points = f"{sum(point)} / {len(point)}" if point else ""
        rows.append(f"| `{name}` | {share(line)} | {share(toggle)} | {points} |")
    every = {kind: [count > 0 for count in counts.values()] for kind, counts in kinds.items()}
    rows.append(f"| all | {share(every['line'])} | {share(every['toggle'])} | "
                f"{sum(every['point'])} / {len(every['point'])} |")
    return "\n".join(rows)


def main():
    kinds = read([pathlib.Path(name) for name in sys.argv[2:]])
    pathlib.Path(sys.argv[1]).write_text("\n".join(info(kinds)) + "\n")
    print(table(kinds))
    known, used, faults = explanations(), set(), []

    def explained(hole):
        patterns = [p for p in known if fnmatch.fnmatchcase(hole, p)]
        used.update(patterns)
        return bool(patterns)

    holes = [f"{source}:{line}" for (source, line), count in sorted(kinds["line"].items())
             if count == 0]
    print("\nLines not reached:", *(f"{hole}{' (explained)' if explained(hole) else ''}"
                                    for hole in holes), sep="\n  ")
    points = [f"{block} {point}" for (block, point), count in sorted(kinds["point"].items())
              if count == 0]
    faults += [f"not hit: {point}" for point in points if not explained(point)]
    faults += [f"explains no hole: {pattern}" for pattern in known if pattern not in used]
    reached = [count > 0 for count in kinds["line"].values()]
    if not reached or sum(reached) < GOAL * len(reached):
        faults.append(f"{share(reached)} of the lines were reached, {GOAL:.0%} must be")
    for fault in faults:
        print(f"FAILED {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
