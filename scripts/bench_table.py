#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of scripts/bench.sh, as Markdown.

  bench_table.py FOLDER ARCH     results of Google Benchmark in FOLDER; what clang++ built for
"""

import json
import os
import pathlib
import sys

CPU_INFO = pathlib.Path("/proc/cpuinfo")
UNITS = ("mem_slice", "vxm", "mxm_station", "icu_queue", "sxm", "c2c_link")


def runs(folder, result, name):
    """Every repetition of one benchmark."""
    data = json.loads((folder / f"{result}.json").read_text())
    found = [run for run in data["benchmarks"]
             if run["run_type"] == "iteration" and run["run_name"].startswith(name)]
    if not found:
        sys.exit(f"bench_table.py: no {name} in {folder}/{result}.json")
    return found


def rate(folder, result, name, counter):
    return f"{max(run[counter] for run in runs(folder, result, name)):,.0f}"


def machine():
    fields = dict(line.split(":", 1) for line in CPU_INFO.read_text().splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    wide = "with" if "avx512bw" in fields["flags"].split() else "without"
    return (f"{fields['model name']} (family {fields['cpu family']}, model {fields['model']}), "
            f"{os.cpu_count()} processors, {wide} AVX-512, load {os.getloadavg()[0]:.1f}")


def main():
    folder, arch = pathlib.Path(sys.argv[1]), sys.argv[2]
    first_cycle = runs(folder, "node", "elaboration")
    int8, fp16 = "multiply/fp16:0", "multiply/fp16:1"
    decode = json.loads((folder / "decode.json").read_text())
    units = [
        (f"RTL `{unit}`, {superlanes} superlanes, idle and busy, cycles/s",
         " and ".join(rate(folder, "units", f"{unit}/superlanes:{superlanes}/busy:{busy}",
                           "items_per_second") for busy in (0, 1)), "")
        for unit in UNITS for superlanes in (2, 20)
    ]
    rows = [
        ("chip, `--values none`, vector operations/s",
         rate(folder, "chip", "chip_runs/none", "vector_ops"), "10,000,000"),
        ("chip, full values, int8, vector operations/s",
         rate(folder, "chip", "chip_runs/full_int8", "vector_ops"), "1,000,000"),
        ("576 chips, an all-reduce in every node, `--values none`, link vectors/s",
         rate(folder, "collective", "all_reduce", "link_vectors"), "5,000,000"),
        ("RTL plane, g++, int8, cycles/s",
         rate(folder, "rtl-gcc", int8, "items_per_second"), "80,000"),
        ("RTL plane, g++, fp16, cycles/s",
         rate(folder, "rtl-gcc", fp16, "items_per_second"), ""),
        (f"RTL plane, clang++ for {arch}, int8, cycles/s",
         rate(folder, "rtl-clang", int8, "items_per_second"), "300,000 with AVX-512"),
        (f"RTL plane, clang++ for {arch}, fp16, cycles/s",
         rate(folder, "rtl-clang", fp16, "items_per_second"), ""),
        *units,
        ("RTL chip tiny, idle and in a decode, cycles/s",
         " and ".join(rate(folder, "rtl-chip", name, "items_per_second")
                      for name in ("chip_idle", "chip_decode_step")), "10,000"),
        ("decode with one plane in `both`, times that in `tlm`",
         f"{decode['both'] / decode['tlm']:.1f}", ""),
        ("node of 8 chips, description to first cycle, s",
         f"{min(run['real_time'] for run in first_cycle) / 1000:.3f}", "< 1"),
    ]
    print(machine())
    print()
    print("| What | Measured | Goal |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
