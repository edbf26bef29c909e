#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The curve of the fp16 all-reduce of a node, beside its closed form, as Markdown.

  collective_curve.py LPU [--values full|none] [LAST]     sizes 320, 640 ... LAST (41943040)

The closed form is that of docs/blocks/collective.md, computed here from the published figures.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIPS, VECTOR, PACE, CLOCK = 8, 320, 27, 900e6
# Send, flight and receive; from the VXM to the links; read, write, superlanes.
HOP, EDGE, READ, WRITE, SUPERLANES = 21 + 217 + 21, 19, 1, 2, 20
NEAR, FAR = 4, EDGE + 12  # hops between links and slices
SUM = 6 * 3 + 4 + 9       # the last of seven operands after the first; cast, add, cast
ASYMPTOTE = (CHIPS - 1) * VECTOR / PACE * CLOCK / 1e9


def direct(vectors):
    hop = READ + NEAR + HOP + EDGE + WRITE + READ
    return hop + SUM + 5 + WRITE + SUPERLANES + PACE * (vectors - 1)


def tiled(sends):
    return READ + FAR + PACE * (sends - 1) + HOP + FAR + WRITE + SUPERLANES


def closed_form(result):
    """Cycles, or None where links wait for sums: there is no simple form."""
    if result["algorithm"] == "direct":
        return direct(2 * -(-result["bytes"] // (2 * VECTOR)))
    shards = -(-result["bytes"] // (CHIPS * 2 * VECTOR))  # units of a shard
    if shards < 8:
        return None
    return [tiled(2 * 2 * shards), tiled(2 * 4 * -(-shards // 2))]  # steps of 2 or 4 vectors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lpu")
    parser.add_argument("--values", default="none")
    parser.add_argument("last", nargs="?", default="41943040")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "curve.json"
        subprocess.run([arguments.lpu, "collective", "allreduce", "--values", arguments.values,
                        "--bytes", f"320:{arguments.last}", "--json", path,
                        "--system", ROOT / "configs/systems/node8.toml"],
                       check=True, stdout=subprocess.DEVNULL)
        results = json.loads(path.read_text())
    print("| Bytes | Algorithm | Cycles | Closed form | us | Bus GB/s |")
    print("|---|---|---|---|---|---|")
    wrong = 0
    for r in results:
        form = closed_form(r)
        forms = form if isinstance(form, list) else [form]
        same = form is None or r["cycles"] in forms
        wrong += not same
        shown = "" if form is None else f"{r['cycles']:,}" if same else str(forms)
        print(f"| {r['bytes']:,} | {r['algorithm']} | {r['cycles']:,} | {shown} | "
              f"{r['seconds'] * 1e6:.3f} | {r['bus_gbytes_per_second']:.3f} |")
    below = [r for r in results if r["bus_gbytes_per_second"] < ASYMPTOTE / 2][-1]
    above = next(r for r in results if r["bus_gbytes_per_second"] >= ASYMPTOTE / 2)
    # Between two sizes, time is taken as linear.
    slope = (above["seconds"] - below["seconds"]) / (above["bytes"] - below["bytes"])
    rate = ASYMPTOTE / 2 * 1e9 / (2 * (CHIPS - 1) / CHIPS)
    half = (below["seconds"] - slope * below["bytes"]) / (1 / rate - slope)
    print(f"\nasymptote {ASYMPTOTE:.3f} GB/s, half of it at {half:,.0f} bytes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
