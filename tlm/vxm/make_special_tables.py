#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the coefficients of exp2, rsqrt and tanh, for the model and for the RTL.

  make_special_tables.py header tlm/vxm/special_tables.h [--check]
  make_special_tables.py verilog rtl/vxm/lpu_special_tables.svh [--check]

Each interval gets the cubic through four Chebyshev nodes, computed with 60 digits, as a
polynomial in u, the place inside the interval from 0 to 1. Coefficients are rounded to 2^-32.
The table is the contract; this program only says where it comes from. --check: writes nothing,
fails if the file is another.
"""
import pathlib
import sys
from decimal import ROUND_HALF_EVEN, Decimal, getcontext

getcontext().prec = 60
ONE = Decimal(1)
NODES = [  # (1 + cos((2i+1)pi/8)) / 2
    (ONE + s * ((2 + t * Decimal(2).sqrt()).sqrt() / 2)) / 2
    for s, t in ((-1, 1), (-1, -1), (1, -1), (1, 1))
]


def cubic(values):
    """Coefficients of the polynomial through (NODES, values), lowest first."""
    divided = list(values)
    for level in range(1, 4):
        for i in range(3, level - 1, -1):
            divided[i] = (divided[i] - divided[i - 1]) / (NODES[i] - NODES[i - level])
    coefficients = [divided[3], Decimal(0), Decimal(0), Decimal(0)]
    for i in (2, 1, 0):
        shifted = [Decimal(0)] + coefficients[:3]
        coefficients = [s - NODES[i] * c for s, c in zip(shifted, coefficients)]
        coefficients[0] += divided[i]
    return coefficients


def exp2(x):
    return (x * Decimal(2).ln()).exp()


def rsqrt(x):
    return ONE / x.sqrt()


def tanh(x):
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


# Name, what it is, the function, and the intervals as start and width.
TABLES = [
    ("Exp2", "2^x on [j/64, (j+1)/64).", exp2,
     [(Decimal(j) / 64, ONE / 64) for j in range(64)]),
    ("Rsqrt", "x^(-1/2): j < 64 on 1 + [j/64, (j+1)/64), then the same on twice that.", rsqrt,
     [(o * (1 + Decimal(j) / 64), o / 64) for o in (ONE, 2 * ONE) for j in range(64)]),
    ("Tanh", "tanh x: 32 intervals for each octave from [1/8, 1/4) to [8, 16).", tanh,
     [(o * (1 + Decimal(j) / 32), o / 32)
      for o in (Decimal(2)**e for e in range(-3, 4)) for j in range(32)]),
]


def entries(function, intervals):
    """c0 ... c3 of each interval in units of 2^-32."""
    for start, width in intervals:
        scaled = [c * 2**32 for c in cubic([function(start + width * node) for node in NODES])]
        yield [int(c.to_integral_value(ROUND_HALF_EVEN)) for c in scaled]


def header():
    yield "// SPDX-License-Identifier: Apache-2.0"
    yield "// Made by tlm/vxm/make_special_tables.py. docs/numbers.md says how it is used."
    yield "#pragma once\n\n#include <array>\n#include <cstdint>\n\nnamespace lpu::tlm {\n"
    yield "// clang-format off"
    yield "/// c0 + c1 u + c2 u^2 + c3 u^3 in units of 2^-32."
    yield "struct Cubic {\n  std::int64_t c0;\n  std::int32_t c1, c2, c3;\n};"
    for name, comment, function, intervals in TABLES:
        yield f"\n// {comment}"
        yield f"inline constexpr std::array<Cubic, {len(intervals)}> k{name}Table{{{{"
        for entry in entries(function, intervals):
            yield "    {" + ", ".join(str(c) for c in entry) + "},"
        yield "}};"
    yield "// clang-format on\n\n}  // namespace lpu::tlm"


def verilog():
    yield "// SPDX-License-Identifier: Apache-2.0"
    yield "// Made by tlm/vxm/make_special_tables.py. docs/numbers.md says how it is used."
    yield "// Each entry is c0 + c1 u + c2 u^2 + c3 u^3 in units of 2^-32, as {c0, c1, c2, c3}."
    widths = (33, 28, 22, 17)  # c0 has no sign
    for name, comment, function, intervals in TABLES:
        bits = (len(intervals) - 1).bit_length()
        label = f"lpu_{name.lower()}_entry"
        index = f"input logic [{bits - 1}:0] j"
        yield f"\n// {comment}"
        yield f"function automatic logic [{sum(widths) - 1}:0] {label}({index});"
        yield "  case (j)"
        for j, entry in enumerate(entries(function, intervals)):
            for c, width, least in zip(entry, widths, (0, *(-(2**(w - 1)) for w in widths[1:]))):
                assert least <= c < least + 2**width
            words = (f"{w}'h{c % 2**w:0{-(-w // 4)}x}" for c, w in zip(entry, widths))
            yield f"    {bits}'d{j}: {label} = {{{', '.join(words)}}};"
        yield f"    default: {label} = '0;\n  endcase\nendfunction"


def main():
    form, path, *check = sys.argv[1:]
    text = "\n".join({"header": header, "verilog": verilog}[form]()) + "\n"
    if check:
        sys.exit(0 if pathlib.Path(path).read_text() == text else f"{path} is stale")
    pathlib.Path(path).write_text(text)


if __name__ == "__main__":
    main()
