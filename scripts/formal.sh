#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proofs of RTL with yosys: rtl/formal/NAME.sv says what is proved, NAME.ys how, from folder rtl.
# That a proof can fail is tried, too: the first line of NAME.ys plants a fault in a copy of the
# sources, `# planted: FILE SED-COMMAND`, and the proof must refute it.
#   scripts/formal.sh [NAME ...]     those proofs, or all
# One line a proof: name, verdict, seconds. Exit 1 if one is not as it should be.
set -euo pipefail
cd "$(dirname "$0")/../rtl"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for script in formal/*.ys; do names+=("$(basename "$script" .ys)"); done
fi

# verdict ROOT NAME: proved, refuted, or failed (what is wrong is then in the log).
verdict() {
  if (cd "$1" && yosys -q -l "$work/$2.log" -s "formal/$2.ys") >/dev/null 2>&1; then
    echo proved
  elif grep -q "proof did fail" "$work/$2.log"; then
    echo refuted
  else
    echo failed
  fi
}

# plant NAME: a copy of the sources with its fault.
plant() {
  local file command
  read -r _ _ file command <"formal/$1.ys"
  rm -rf "$work/rtl"
  cp -r . "$work/rtl"
  sed -i "$command" "$work/rtl/$file"
  ! cmp -s "$file" "$work/rtl/$file"
}

status=0
# line NAME VERDICT WANTED SECONDS
line() {
  printf '%-24s %-8s %4d s\n' "$1" "$2" "$4"
  if [ "$2" != "$3" ]; then
    status=1
    tail -n 5 "$work/${1%%,*}.log" >&2 || true
  fi
}

for name in "${names[@]}"; do
  start=$SECONDS
  line "$name" "$(verdict . "$name")" proved $((SECONDS - start))
  start=$SECONDS
  if plant "$name"; then
    line "$name, planted" "$(verdict "$work/rtl" "$name")" refuted $((SECONDS - start))
  else
    line "$name, planted" unplanted refuted 0
  fi
done
exit $status
