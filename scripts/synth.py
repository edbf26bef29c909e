#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What scripts/synth.sh says of a configured build.

  synth.py BUILD [BLOCK ...]          maps blocks to generic cells; tables on standard output
  synth.py BUILD --elaborate [BLOCK ...]
                                      only reads and elaborates them
  synth.py BUILD --write              all blocks; the tables go to docs/synthesis.md
  synth.py BUILD --fresh              all blocks; are those tables what this tree gives?

Exit status 1 if yosys did not get through a block, or if the tables are old.
"""

import argparse
import pathlib
import re
import subprocess
import sys

import rtl_blocks

PAGE = rtl_blocks.ROOT / "docs" / "synthesis.md"
MARK = "<!-- by scripts/synth.sh -->\n"
SHIFTX = rtl_blocks.ROOT / "scripts" / "shiftx.v"
# The chip is its blocks and wires: yosys would read for hours what it has read before.
NOT_READ = {"lpu_chip", "lpu_chip_end", "lpu_chip_hemisphere", "lpu_chip_mxm_rules",
            "lpu_chip_text", "lpu_link", "lpu_hac"}

# Module by module: `stat` counts each as often as it is instantiated. Flat, the SXM did not end.
# Of a memory the values that it starts with do not count, and techmap would carry them along.
TO_CELLS = ["opt_expr", "opt_clean", "opt -nodffe -nosdff", "wreduce", "opt_clean",
            "tee -q -o {stat}.words stat", "memory -nomap", "opt",
            "setparam -set INIT 1'x t:$mem_v2", f"techmap -map {SHIFTX}", "opt_expr", "opt_clean",
            "techmap", "opt_expr", "opt_clean",
            "tee -q -o {stat}.gates stat"]

# The plane with some of its inputs tied: what is left is what one arithmetic needs.
PLANE = "lpu_mxm_plane"
VARIANTS = {
    "int8": {"abc_fp16_i": 0, "acc_fp32_i": 0, "acc_add_i": 0},
    "fp16": {"abc_fp16_i": 1, "acc_fp32_i": 0, "acc_add_i": 0},
    "int8, int32 accumulate": {"abc_fp16_i": 0, "acc_fp32_i": 0},
    "int8, fp32 accumulate": {"abc_fp16_i": 0, "acc_fp32_i": 1},
}


def number(text, what):
    found = re.findall(rf"{what}:\s+(\d+)", text)
    return int(found[-1]) if found else 0


def cells(text):
    """Cells by type, of the last module that a `stat` shows."""
    tail = text.rsplit("Number of cells:", 1)[-1]
    return {kind: int(count) for kind, count in re.findall(r"^\s+(\$\S+)\s+(\d+)$", tail, re.M)}


class Result:
    def __init__(self, run, stat):
        self.seconds, self.error = run.seconds, run.error
        if self.error:
            return
        words, gates = (pathlib.Path(f"{stat}.{part}").read_text() for part in ("words", "gates"))
        kinds = cells(gates)
        self.words = number(words, "Number of cells")
        self.memory_bits = number(words, "Number of memory bits")
        self.flops = sum(n for kind, n in kinds.items() if re.match(r"\$_\w*DFF", kind))
        memories = sum(n for kind, n in kinds.items() if kind.startswith("$mem"))
        self.gates = sum(kinds.values()) - self.flops - memories
        latches = [kind for kind in kinds if "LATCH" in kind]
        words_left = [kind for kind in kinds
                      if not kind.startswith("$_") and not kind.startswith("$mem")]
        if latches or words_left:
            self.error = "not generic cells: " + ", ".join(latches + words_left)


def synthesize(block, folder, ties=None):
    """`ties`: inputs of the block that are constants."""
    commands = rtl_blocks.read_commands(block)
    name = block.name
    if ties:
        name += "_" + "_".join(f"{port}{value}" for port, value in ties.items())
        # The ports go, and a constant drives what is left of them, under all of its names: without
        # -nounset the other ones would be cut off.
        commands += [f"cd {block.module}"]
        commands += [f"delete -input w:{port}" for port in ties]
        commands += [f"connect -nounset -set {port} 1'{value}" for port, value in ties.items()]
        commands += ["cd"]
    stat = folder / name
    commands += [command.format(stat=stat) for command in TO_CELLS]
    return Result(rtl_blocks.yosys(commands, folder / f"{name}.ys"), stat)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


def size(block):
    return ", ".join(param.replace("=", " ") for param in block.params) or "one size"


def rows_of_blocks(chosen, folder):
    rows, failed = [], []
    for block in chosen:
        result = synthesize(block, folder)
        say(f"{block.name}: {result.error or 'mapped'}, {result.seconds:.0f} s")
        if result.error:
            failed.append(f"{block.module}: {result.error}")
            rows.append((f"`{block.module}`", size(block), "-", "-", "-", "-"))
            continue
        rows.append((f"`{block.module}`", size(block), f"{result.words:,}", f"{result.gates:,}",
                     f"{result.flops:,}", f"{result.memory_bits:,}"))
    return rows, failed


def rows_of_plane(block, folder):
    """Gates of the plane by arithmetic: of a product with its share of the sum, of a lane."""
    lanes = int(dict(param.split("=") for param in block.params)["Lanes"])
    gates, failed = {}, []
    for name, ties in VARIANTS.items():
        result = synthesize(block, folder, ties)
        say(f"{block.name}, {name}: {result.error or 'mapped'}, {result.seconds:.0f} s")
        if result.error:
            failed.append(f"{block.module}, {name}: {result.error}")
        gates[name] = 0 if result.error else result.gates

    def row(name, total, count, unit):
        return (name, f"{total:,}", f"{count} {unit}", f"{total / count:,.0f}")

    int8 = gates["int8"]
    return [
        row("int8 product, sum in int32", int8, lanes * lanes, "products"),
        row("fp16 product, exact sum, one rounding", gates["fp16"], lanes * lanes // 2, "products"),
        row("int32 accumulate", gates["int8, int32 accumulate"] - int8, lanes, "lanes"),
        row("fp32 accumulate", gates["int8, fp32 accumulate"] - int8, lanes, "lanes"),
    ], failed


def tables(chosen, folder):
    rows, failed = rows_of_blocks(chosen, folder)
    text = table(("Block", "Size", "Word-level cells", "Gates", "Flip-flops", "Memory bits"), rows)
    for block in chosen:
        if block.module == PLANE:
            rows, more = rows_of_plane(block, folder)
            failed += more
            text += "\n" + table(("Arithmetic of the plane", "Gates", "For", "Gates each"), rows)
    return text, failed


def elaborate(chosen, folder):
    """What is wrong with the blocks."""
    runs = [(block, rtl_blocks.yosys(rtl_blocks.read_commands(block), folder / f"{block.name}.ys"))
            for block in chosen]
    return [f"{block.module}: {run.error}" for block, run in runs if run.error]


def left_out(chosen, folder):
    """Every module of rtl/ must be a block or a part of one, as the logs of the blocks say."""
    seen = {block.module for block in chosen} | NOT_READ
    for block in chosen:
        log = (folder / f"{block.name}.log").read_text(errors="replace")
        seen |= set(re.findall(r"Used module:.*\\(lpu_\w+)", log))
    modules = {file.stem for file in (rtl_blocks.ROOT / "rtl").rglob("lpu_*.sv")}
    unseen = {module for module in modules - seen if not module.endswith("_pkg")}
    return [f"{module}: no block of {rtl_blocks.TABLE.name} has it" for module in sorted(unseen)]


def say(line):
    print(line, file=sys.stderr, flush=True)


def version():
    return subprocess.run(["yosys", "-V"], capture_output=True, text=True, check=True).stdout.split(
        " (")[0]


def page_parts():
    """The page before the tables, the tables with the version they are from."""
    head, _, rest = PAGE.read_text().partition(MARK)
    return head, rest


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("blocks", nargs="*")
    parser.add_argument("--elaborate", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    arguments = parser.parse_args()
    chosen = rtl_blocks.blocks(arguments.build, arguments.blocks)
    folder = arguments.build / "synth"

    if arguments.elaborate:
        failed = elaborate(chosen, folder)
    else:
        text, failed = tables(chosen, folder)
        if not arguments.blocks:
            failed += left_out(chosen, folder)
        text = f"{version()}.\n\n{text}"
        print(text)
        head, old = page_parts()
        if arguments.write and not failed:
            PAGE.write_text(head + MARK + text)
        if arguments.fresh and old.split("\n")[0] != text.split("\n")[0]:
            say(f"{PAGE.name} is from {old.split(chr(10))[0]}: not compared")
        elif arguments.fresh and old != text:
            failed.append(f"{PAGE.name} is old: scripts/synth.sh --write")
    for line in failed:
        say(f"FAILED {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
