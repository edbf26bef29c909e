#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The commands and links of the documentation are true.

  check_readme.py --lpu PROGRAM [FILE.md ...]

In every fenced block marked `sh` each command must exist: a script of the tree that can be
executed, or a verb of `lpu` that knows every option given to it; a path below configs/ must be
there. A block after the line `<!-- run -->` is also run, from the root of the tree, and must
succeed. A relative link must lead to a file. Without --lpu the commands of `lpu` are not looked at.
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = "build/release/bin/lpu"
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
RUN_SECONDS = 240


def blocks(text):
    """(line number, is run, [commands]) of each fenced block marked sh."""
    run = False
    commands = None
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        if commands is None and line.startswith("```sh"):
            commands, start = [], number
        elif commands is not None and line.startswith("```"):
            yield start, run, join(commands)
            commands, run = None, False
        elif commands is not None:
            commands.append(line)
        elif line.strip():
            run = line.strip() == "<!-- run -->"


def join(lines):
    """Continued lines put together; comments and empty lines left out."""
    whole = "\n".join(lines).replace("\\\n", " ").split("\n")
    return [line for line in whole if line.strip() and not line.lstrip().startswith("#")]


def help_of(lpu, verb):
    done = subprocess.run([lpu, verb, "--help"], capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode == 0 else None


def faults_of_command(command, lpu):
    words = shlex.split(command, comments=True)
    for word in words:
        if word.startswith("configs/") and not (ROOT / word).exists():
            yield f"no such file: {word}"
    if words[0].startswith("scripts/") and not os.access(ROOT / words[0], os.X_OK):
        yield f"no such script: {words[0]}"
    if words[0] not in ("lpu", PROGRAM) or lpu is None:
        return
    text = help_of(lpu, words[1])
    if text is None:
        yield f"lpu has no verb {words[1]}"
        return
    for word in words[2:]:
        option = word.split("=")[0]
        if option.startswith("--") and not re.search(re.escape(option) + r"\b", text):
            yield f"lpu {words[1]} has no option {option}"


def run(command, lpu):
    environment = dict(os.environ)
    if lpu is not None:
        environment["PATH"] = f"{pathlib.Path(lpu).resolve().parent}:{environment['PATH']}"
        command = re.sub(rf"^{re.escape(PROGRAM)}\b", "lpu", command)
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=RUN_SECONDS, stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        yield f"exit status {done.returncode}: {command}\n{done.stdout[-500:]}{done.stderr[-1500:]}"


def check(file, lpu):
    text = file.read_text()
    for start, is_run, commands in blocks(text):
        for command in commands:
            for fault in faults_of_command(command, lpu):
                yield f"{start}: {fault}"
            uses_lpu = shlex.split(command)[0] in ("lpu", PROGRAM)
            if is_run and (lpu is not None or not uses_lpu):
                for fault in run(command, lpu):
                    yield f"{start}: {fault}"
    for number, line in enumerate(text.splitlines(), 1):
        for target in LINK.findall(line):
            if "://" not in target and not (file.parent / target).exists():
                yield f"{number}: dead link: {target}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lpu")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    files = arguments.files or sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
    wrong = 0
    for file in files:
        for fault in check(file, arguments.lpu):
            print(f"{file.name}:{fault}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
