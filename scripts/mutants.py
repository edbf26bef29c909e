#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The steps of scripts/mutants.sh.

  mutants.py plant BUILD FOLDER COUNT SEED [BLOCK ...]
      FOLDER/<block>.sv: the block as yosys reads it, with COUNT mutations; the environment variable
      LPU_MUTANT_<block> says which one is on; without it none is. Prints the arguments of cmake
      that put it in the block's place, and the programs to build.
  mutants.py judge BUILD FOLDER [BLOCK ...]
      runs the block's co-simulation on every mutant; a table on standard output. Exit status 1 if
      too few were killed, a survivor is not explained, or an explanation explains nothing.

A mutant is killed if a test fails or does not end. The judges are the tests that pass without a
mutation; a netlist has no assertions, so tests of assertions are no judges. What cannot be killed
is explained in testbench/mutation/<block>.explained: a pattern of the mutant's name, `->`, why.
"""

import concurrent.futures
import fnmatch
import os
import pathlib
import random
import re
import subprocess
import sys

import rtl_blocks

EXPLAINED = rtl_blocks.ROOT / "testbench" / "mutation"
GOAL = 0.95
SECONDS = 300  # of the processor, after which a test does not end
# What synthesis would drop anyway is no place for a fault. No wreduce: with yosys 0.23 what
# write_verilog makes of its result is another circuit (lpu_vxm_lane shows it).
SETTLE = ["flatten", "opt_expr -fine", "opt_clean", "opt_merge", "opt_expr -fine", "opt_clean"]

# Of more multiplexers than this, which are the choices of unrolled loops, some are drawn, and fewer
# of wide ones: `mutate -list` takes 4 kB for each bit of a port.
MULTIPLEXERS, WIDE = 3000, 300
DRAW = [f"setattr -set left_out 1 */t:$mux */t:$mux %R{MULTIPLEXERS} %d",
        "select -set wide */t:$mux */t:$pmux %u */r:WIDTH>256 %i",
        f"setattr -set left_out 1 @wide @wide %R{WIDE} %d"]


def mark_other_blocks(block, every):
    """Marks the cells of blocks inside this one: their own tests judge them. The second pattern is
    a module with parameters, which yosys appends to its name. A block that is named as a part of
    this one, `<block>_<part>`, is in it as included text."""
    others = [other for other in every if other != block]
    text = {pathlib.Path(source).name for other in others
            if other.module.startswith(f"{block.module}_")
            for source in set(other.sources) & set(block.sources) if source.endswith(".svh")}
    return ([f"setattr -set left_out 1 *{other.module}/c:* *{other.module}?[A-Z]*/c:*"
             for other in others] +
            [f"setattr -set left_out 1 */a:src=*{name}*" for name in sorted(text)])


def plant(block, every, folder, count, seed):
    """The netlist with all mutations, and around it a module like the block."""
    listed = folder / f"{block.name}.mutations"
    commands = rtl_blocks.read_commands(block) + mark_other_blocks(block, every) + SETTLE + DRAW
    netlist = folder / f"{block.name}.il"
    run = rtl_blocks.yosys(
        commands + [f"write_rtlil {netlist}",
                    f"mutate -list {2 * count} -seed {seed} -o {listed} */* a:left_out %d"],
        folder / f"{block.name}_list.ys")
    if run.error:
        sys.exit(f"mutants.py: {block.module}: {run.error}")
    found = acting(listed.read_text().splitlines(), netlist.read_text())
    chosen = sorted(random.Random(seed).sample(range(len(found)), min(count, len(found))))
    mutations = [found[i] for i in chosen]
    listed.write_text("\n".join(mutations) + "\n")
    switched = [line.replace("mutate ", f"mutate -ctrl mutant_i 16 {number} ", 1)
                for number, line in enumerate(mutations, 1)]
    inner = f"{block.module}_mutants"
    verilog = folder / f"{block.name}_netlist.sv"
    # opt_reduce: a write that has the enable of each bit apart is a statement a bit in Verilog.
    run = rtl_blocks.yosys(
        [f"read_rtlil {netlist}"] + switched +
        ["opt_reduce", "opt_clean", "splitnets -driver", f"rename {block.module} {inner}",
         f"write_verilog -noattr {verilog}"],
        folder / f"{block.name}_plant.ys")
    if run.error:
        sys.exit(f"mutants.py: {block.module}: {run.error}")
    text = verilog.read_text()
    (folder / f"{block.name}.sv").write_text(wrapper(block, inner, text) + text)
    verilog.unlink()


def acting(mutations, netlist):
    """Without those that set a constant bit to its own value, or wait for one to change, or are
    about a bit without a meaning, or a write that has no address as it never happens."""
    widths = {name: int(width) for width, name in re.findall(r"wire width (\d+).* (\S+)$", netlist,
                                                             re.M)}
    ports = {}
    for cell, body in re.findall(r"^  cell \S+ (\S+)\n(.*?)^  end$", netlist, re.M | re.S):
        for port, signal in re.findall(r"^    connect (\S+) (.*)$", body, re.M):
            ports[cell, port.lstrip("\\")] = signal

    def acts(line):
        option = options(line)
        bits = bits_of(ports[option["-cell"], option["-port"].lstrip("\\")], widths)
        still = {"const0": ("-portbit", "0"), "const1": ("-portbit", "1"),
                 "cnot0": ("-ctrlbit", "1"), "cnot1": ("-ctrlbit", "0")}.get(option["-mode"])
        if still is not None and bits[int(option[still[0]])] == still[1]:
            return False
        address = bits_of(ports.get((option["-cell"], "ADDR"), ""), widths)
        return bits[int(option["-portbit"])] != "x" and "x" not in address

    return [line for line in mutations if line.strip() and acts(line)]


def bits_of(signal, widths):
    """What RTLIL connects to a port, lowest bit first: 0, 1, x or nothing known."""
    bits = []
    token = r"\d+'[01xzm-]+|[\\$]\S+(?: \[\d+(?::\d+)?\])?|-?\d+"
    for part in reversed(re.findall(token, signal)):
        if part[0] not in "\\$":
            width, _, value = part.rpartition("'")
            value = value if width else f"{int(value) & 0xffffffff:032b}"
            bits += list(reversed(value.rjust(int(width or 32), value[0])))
        else:
            name, _, piece = part.partition(" [")
            ends = [int(end) for end in piece.rstrip("]").split(":")] if piece else []
            bits += [""] * (widths.get(name, 1) if not ends else ends[0] - ends[-1] + 1)
    return bits


def options(line):
    words = line.split()
    return {words[i]: words[i + 1] for i in range(1, len(words) - 1) if words[i].startswith("-")}


def switch(block):
    """Of the environment. Each block has its own: two may be in one program."""
    return f"LPU_MUTANT_{block.name}"


def wrapper(block, inner, text):
    """A module with the block's ports and parameters; Verilator puts the C++ where `$c` is."""
    port = re.compile(r"^  (input|output) (\[\d+:\d+\] )?(\w+);$", re.M)
    ports = [found for found in port.findall(text.split("\n  reg ", 1)[0] + text)]
    ports = list(dict.fromkeys(found for found in ports if found[2] != "mutant_i"))
    params = ", ".join(f"parameter {param}" for param in block.params)
    declared = ",\n".join(f"  {way} logic {width}{name}" for way, width, name in ports)
    connected = ", ".join(f".{name}({name})" for _, _, name in ports)
    return (f"module {block.module}{f' #({params})' if params else ''} (\n{declared}\n);\n"
            "  logic [15:0] mutant;\n"
            f"  initial mutant = 16'($c32(\"std::atoi(std::getenv(\\\"{switch(block)}\\\")"
            f" ? std::getenv(\\\"{switch(block)}\\\") : \\\"0\\\")\"));\n"
            f"  {inner} u_block ({connected}, .mutant_i(mutant));\n"
            "endmodule\n\n")


def names(block, folder):
    """What each mutation does and where: mode, cell and port, bit, source lines."""
    found = []
    for line in (folder / f"{block.name}.mutations").read_text().splitlines():
        words, option = line.split(), options(line)
        sources = [source.strip('"').removeprefix(f"{rtl_blocks.ROOT}/")
                   for word, source in zip(words, words[1:]) if word == "-src"]
        sources = [re.sub(r"\.\d+-\d+\.\d+$", "", source) for source in sources]
        cell = re.sub(r"\$\d+$", "", option.get("-cell", "")).lstrip("\\")
        kind = cell.split("$")[1] if cell.startswith("$") else cell
        found.append(f"{option['-mode']} {kind}.{option.get('-port', '').lstrip(chr(92))}"
                     f"[{option.get('-portbit', '')}] {' '.join(dict.fromkeys(sources))}")
    return found


def passes(block, program, tests, mutant):
    """Did all tests of a program pass?"""
    environment = dict(os.environ, GTEST_FAIL_FAST="1", SYSTEMC_DISABLE_COPYRIGHT_MESSAGE="1")
    environment[switch(block)] = str(mutant)
    return subprocess.run(["prlimit", f"--cpu={SECONDS}", program, f"--gtest_filter={tests}"],
                          env=environment, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def judges(program, tests):
    """Those tests that the netlist without mutation passes, the quick ones and the others, and
    those that it does not."""
    environment = dict(os.environ, SYSTEMC_DISABLE_COPYRIGHT_MESSAGE="1")
    done = subprocess.run([program, f"--gtest_filter={tests}"], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    took = {test: int(ms) for test, ms in
            re.findall(r"^\[       OK \] ([^\s,]+)[^\n]* \((\d+) ms\)$", done.stdout, re.M)}
    quick = [test for test, ms in took.items() if ms * len(took) <= sum(took.values())]
    slow = [test for test in took if test not in quick]
    failed = re.findall(r"^\[  FAILED  \] ([^\s,]+)[^\n]* \(\d+ ms\)$", done.stdout, re.M)
    return quick, slow, failed


def explanations(block):
    file = EXPLAINED / f"{block.name}.explained"
    lines = file.read_text().splitlines() if file.exists() else []
    pairs = [line.split(" -> ", 1) for line in lines if line and not line.startswith("#")]
    return {pattern.strip(): why for pattern, why in pairs}


def judge(block, build, folder):
    # Most mutants end with the quick tests.
    first, last = [], []
    for name in block.tests:
        quick, slow, failed = judges(build / "bin" / name, block.filter)
        say(f"{block.name}: {len(quick) + len(slow)} tests of {name} judge, "
            f"{len(failed)} need assertions: " + ", ".join(failed))
        first += [(build / "bin" / name, ":".join(quick))] if quick else []
        last += [(build / "bin" / name, ":".join(slow))] if slow else []
    if not first + last:
        return (block.name, 0, 0, 0, 0), [f"{block.name}: no test passes on the netlist"]
    all_names = names(block, folder)

    def lives(mutant):
        return all(passes(block, program, tests, mutant) for program, tests in first + last)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        alive = list(pool.map(lives, range(1, len(all_names) + 1)))

    known = explanations(block)
    survivors = [(number, name) for number, (name, lives) in enumerate(zip(all_names, alive), 1)
                 if lives]
    faults, used = [], set()
    for number, name in survivors:
        patterns = [pattern for pattern in known if fnmatch.fnmatchcase(name, glob(pattern))]
        used |= set(patterns)
        say(f"  survivor {number}: {name}" + (f" -> {known[patterns[0]]}" if patterns else ""))
        if not patterns:
            faults.append(f"{block.name}: mutant {number} lives and is not explained: {name}")
    faults += [f"{block.name}: explains no survivor: {pattern}" for pattern in known
               if pattern not in used]
    killed = len(all_names) - len(survivors)
    explained = len(survivors) - sum("is not explained" in fault for fault in faults)
    rate = killed / max(1, len(all_names) - explained)
    if rate < GOAL:
        faults.append(f"{block.name}: {rate:.1%} of the mutants that matter were killed")
    return (block.name, len(all_names), killed, explained, len(survivors) - explained), faults


def glob(pattern):
    """Brackets are meant as they stand."""
    return pattern.replace("[", "[[]")


def say(line):
    print(line, file=sys.stderr, flush=True)


def main():
    step, build, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if step == "plant":
        count, seed, chosen = int(sys.argv[4]), int(sys.argv[5]), sys.argv[6:]
        folder.mkdir(parents=True, exist_ok=True)
        # A netlist is written for no reader.
        (folder / "netlists.vlt").write_text("`verilator_config\n" + "".join(
            f'lint_off {rule}-file "{folder}/*"\n' for rule in ("", "-rule UNOPTFLAT ")))
        for block in rtl_blocks.blocks(build, chosen):
            plant(block, rtl_blocks.blocks(build), folder, count, seed)
            print(f"-DLPU_REPLACE_{block.configuration}={folder}/netlists.vlt;"
                  f"{folder}/{block.name}.sv {' '.join(block.tests)}")
        return 0
    rows, faults = [], []
    for block in rtl_blocks.blocks(build, sys.argv[4:]):
        row, more = judge(block, build, folder)
        rows.append(row)
        faults += more
    print("| Block | Mutants | Killed | Explained | Alive |\n|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    for fault in faults:
        say(f"FAILED {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
