# SPDX-License-Identifier: Apache-2.0
"""What scripts/synth.py and mutants.py know of the RTL blocks.

testbench/rtl_blocks.txt has a line a block; a configured build has what was verilated in
rtl_manifest/<configuration>.json.
"""

import dataclasses
import json
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "testbench" / "rtl_blocks.txt"
LIMIT = 7200  # seconds that yosys may take, beside other work


@dataclasses.dataclass(frozen=True)
class Block:
    module: str
    configuration: str  # the one that yosys works on: small, and tests run on it
    tests: tuple        # programs of its co-simulation
    filter: str         # those of them that run on the configuration
    sources: tuple
    params: tuple       # Name=value

    @property
    def name(self):
        return self.module.removeprefix("lpu_")


def table():
    """Lines of the table, in words."""
    lines = TABLE.read_text().splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def modules():
    return [words[0] for words in table()]


def blocks(build, chosen=()):
    """The blocks named, or all of them, as the build folder `build` was configured."""
    found = []
    for module, configuration, tests, gtest_filter in table():
        if chosen and module.removeprefix("lpu_") not in chosen:
            continue
        entry = json.loads((build / "rtl_manifest" / f"{configuration}.json").read_text())
        found.append(Block(module, configuration, tuple(tests.split(",")), gtest_filter,
                           tuple(entry["sources"]),
                           tuple(filter(None, entry["params"]))))
    unknown = set(chosen) - {block.name for block in found}
    if unknown:
        raise SystemExit(f"no such block in {TABLE.relative_to(ROOT)}: {', '.join(unknown)}")
    return found


def read_commands(block):
    """Yosys commands that read and elaborate a block in its configuration."""
    packages = [source for source in block.sources if source.endswith("_pkg.sv")]
    modules = [source for source in block.sources
               if source.endswith(".sv") and source not in packages]
    folders = {pathlib.Path(source).parent for source in block.sources if source.endswith(".svh")}
    include = " ".join(f"-I{folder}" for folder in sorted(folders | {ROOT / "rtl" / "common"}))
    commands = [f"read_verilog -sv {include} {source}" for source in packages]
    commands += [f"read_verilog -sv -defer {include} {source}" for source in modules]
    for param in block.params:
        name, value = param.split("=")
        commands.append(f"chparam -set {name} {value} {block.module}")
    # A table stays logic: mutate cannot write to a memory that is only initialised.
    commands += [f"hierarchy -check -top {block.module}", "proc -norom", "check -assert"]
    return commands


@dataclasses.dataclass(frozen=True)
class Run:
    seconds: float
    error: str  # why it failed, empty if it did not
    log: str


def yosys(commands, script):
    """Runs commands, kept in the file `script`."""
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text("\n".join(commands) + "\n")
    log = script.with_suffix(".log")
    start = time.monotonic()
    with log.open("w") as out:
        try:
            status = subprocess.run(["yosys", "-s", script], stdout=out, stderr=out,
                                    timeout=LIMIT).returncode
            error = ""
        except subprocess.TimeoutExpired:
            status, error = 1, f"not done after {LIMIT} s"
    text = log.read_text(errors="replace")
    if status != 0 and not error:
        errors = [line for line in text.splitlines() if "ERROR" in line]
        error = errors[-1] if errors else f"yosys ended with status {status}"
    return Run(time.monotonic() - start, error, text)
