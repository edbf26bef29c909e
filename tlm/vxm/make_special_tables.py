#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints tlm/vxm/special_tables.h: the coefficients of exp2, rsqrt and tanh.

Each interval gets the cubic through four Chebyshev nodes, computed with 60 digits, as a
polynomial in u, the place inside the interval from 0 to 1. Coefficients are rounded to 2^-32.
The printed table is the contract; this program only says where it comes from.
"""
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


def table(name, comment, function, intervals):
    print(f"\n// {comment}")
    print(f"inline constexpr std::array<Cubic, {len(intervals)}> {name}{{{{")
    for start, width in intervals:
        values = [function(start + width * node) for node in NODES]
        scaled = [c * 2**32 for c in cubic(values)]
        whole = [int(c.to_integral_value(ROUND_HALF_EVEN)) for c in scaled]
        print("    {" + ", ".join(str(w) for w in whole) + "},")
    print("}};")


def main():
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Made by tlm/vxm/make_special_tables.py. docs/numbers.md says how it is used.")
    print("#pragma once\n\n#include <array>\n#include <cstdint>\n\nnamespace lpu::tlm {\n")
    print("// clang-format off")
    print("/// c0 + c1 u + c2 u^2 + c3 u^3 in units of 2^-32.")
    print("struct Cubic {\n  std::int64_t c0;\n  std::int32_t c1, c2, c3;\n};")
    table("kExp2Table", "2^x on [j/64, (j+1)/64).", exp2,
          [(Decimal(j) / 64, ONE / 64) for j in range(64)])
    table("kRsqrtTable", "x^(-1/2): j < 64 on 1 + [j/64, (j+1)/64), then the same on twice that.",
          rsqrt, [(o * (1 + Decimal(j) / 64), o / 64) for o in (ONE, 2 * ONE) for j in range(64)])
    table("kTanhTable", "tanh x: 32 intervals for each octave from [1/8, 1/4) to [8, 16).", tanh,
          [(o * (1 + Decimal(j) / 32), o / 32)
           for o in (Decimal(2)**e for e in range(-3, 4)) for j in range(32)])
    print("// clang-format on\n\n}  // namespace lpu::tlm")


if __name__ == "__main__":
    main()
