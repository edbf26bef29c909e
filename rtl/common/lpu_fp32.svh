// SPDX-License-Identifier: Apache-2.0
// IEEE 754 binary32 as plain functions, included inside the module that uses them. There is
// no branch on data in the arithmetic, so that a loop over lanes is one vector program in
// simulation. Every NaN leaves as 7fc00000.

// One IEEE addition, round to nearest even, with subnormals.
function automatic logic [31:0] lpu_fp32_add(input logic [31:0] a, input logic [31:0] b);
  logic [31:0] major, minor, major_exp, minor_exp, major_sig, minor_sig, shift, lost;
  logic [31:0] sum, exp, step, rounded;
  logic swap, subtract, sign, nan, inf;

  swap = a[30:0] < b[30:0];
  major = swap ? b : a;
  minor = swap ? a : b;
  subtract = major[31] ^ minor[31];

  // Significands carry three more bits below: guard, round, sticky.
  major_exp = {24'd0, major[30:23]};
  minor_exp = {24'd0, minor[30:23]};
  major_sig = {5'd0, major_exp != 0, major[22:0], 3'd0};
  minor_sig = {5'd0, minor_exp != 0, minor[22:0], 3'd0};
  major_exp = major_exp + {31'd0, major_exp == 0};
  minor_exp = minor_exp + {31'd0, minor_exp == 0};

  // Beyond 27 places only the sticky bit is left.
  shift = major_exp - minor_exp;
  shift = shift > 27 ? 32'd27 : shift;
  lost = minor_sig & ((32'd1 << shift[4:0]) - 1);
  minor_sig = (minor_sig >> shift[4:0]) | {31'd0, lost != 0};
  sum = subtract ? major_sig - minor_sig : major_sig + minor_sig;

  // A carry moves down one place; otherwise up until bit 26 leads, but never below the
  // exponent of a subnormal.
  exp = major_exp + {31'd0, sum[27]};
  sum = sum[27] ? {1'b0, sum[31:1]} | {31'd0, sum[0]} : sum;
  step = {31'd0, sum[26:11] == 0 && exp > 16} << 4;
  sum = sum << step[4:0];
  exp = exp - step;
  step = {31'd0, sum[26:19] == 0 && exp > 8} << 3;
  sum = sum << step[4:0];
  exp = exp - step;
  step = {31'd0, sum[26:23] == 0 && exp > 4} << 2;
  sum = sum << step[4:0];
  exp = exp - step;
  step = {31'd0, sum[26:25] == 0 && exp > 2} << 1;
  sum = sum << step[4:0];
  exp = exp - step;
  step = {31'd0, !sum[26] && exp > 1};
  sum = sum << step[4:0];
  exp = exp - step;

  // The rounding carry runs into the exponent by itself; a subnormal has exponent 0.
  rounded = {3'd0, sum[31:3]} + {31'd0, sum[2] && (sum[3] || sum[1:0] != 0)};
  rounded = sum == 0 ? 32'd0 : rounded + ((exp - 1) << 23);
  sign = sum == 0 ? a[31] & b[31] : major[31];

  inf = major[30:23] == 8'hff || rounded >= 32'h7f800000;
  nan = major[30:0] > 31'h7f800000 || (minor[30:0] == 31'h7f800000 && subtract);
  lpu_fp32_add = nan ? 32'h7fc00000 : inf ? {major[31], 31'h7f800000} : {sign, rounded[30:0]};
endfunction

// Rounds the fixed-point number (high * 2^32 + low) * 2^-48, high signed and below 2^62 in
// size, to nearest even. Zero is +0; the smallest other value is normal, the largest finite.
function automatic logic [31:0] lpu_fp32_round(input logic [63:0] high, input logic [31:0] low);
  logic [63:0] top;
  logic [31:0] rest, exp, step;
  logic sign, any_below;

  sign = high[63];
  rest = sign ? -low : low;
  top = sign ? ~high + {63'd0, low == 0} : high;

  // 127 - 48 + 95 for a number whose bit 95 leads; the upper 64 bits move up until it does.
  exp = 32'd174;
  step = {31'd0, top[63:32] == 0} << 5;
  top = step != 0 ? {top[31:0], rest} : top;
  rest = step != 0 ? 32'd0 : rest;
  exp = exp - step;
  step = {31'd0, top[63:32] == 0} << 5;
  top = step != 0 ? {top[31:0], 32'd0} : top;
  exp = exp - step;
  step = {31'd0, top[63:48] == 0} << 4;
  top = top << step[4:0];
  exp = exp - step;
  step = {31'd0, top[63:56] == 0} << 3;
  top = top << step[4:0];
  exp = exp - step;
  step = {31'd0, top[63:60] == 0} << 2;
  top = top << step[4:0];
  exp = exp - step;
  step = {31'd0, top[63:62] == 0} << 1;
  top = top << step[4:0];
  exp = exp - step;
  step = {31'd0, !top[63]};
  top = top << step[4:0];
  exp = exp - step;

  any_below = top[38:0] != 0 || rest != 0;
  // The leading bit is added to the exponent field, hence one less.
  lpu_fp32_round = !top[63] ? 32'd0
      : ({31'd0, sign} << 31)
            + ((exp - 1) << 23)
            + {8'd0, top[63:40]}
            + {31'd0, top[39] && (top[40] || any_below)};
endfunction

// Zeros above the leading one; 31 for a value without one.
function automatic logic [31:0] lpu_clz32(input logic [31:0] value);
  logic [31:0] rest, step;

  rest = value;
  step = {31'd0, rest[31:16] == 0} << 4;
  rest = rest << step[4:0];
  lpu_clz32 = step;
  step = {31'd0, rest[31:24] == 0} << 3;
  rest = rest << step[4:0];
  lpu_clz32 = lpu_clz32 + step;
  step = {31'd0, rest[31:28] == 0} << 2;
  rest = rest << step[4:0];
  lpu_clz32 = lpu_clz32 + step;
  step = {31'd0, rest[31:30] == 0} << 1;
  rest = rest << step[4:0];
  lpu_clz32 = lpu_clz32 + step + {31'd0, !rest[31]};
endfunction

// Rounds to nearest even what has the leading one in bit 31 of `sig`, the biased exponent `exp`
// (signed, from -2^30 on) and ones beyond `sig` if `rest`; with subnormals, too large is infinity.
// `sig` of zero is zero.
function automatic logic [31:0] lpu_fp32_pack(input logic sign, input logic [31:0] exp,
                                              input logic [31:0] sig, input logic rest);
  logic [31:0] shift, lost, kept, rounded;
  logic tiny;

  // Below exponent 1 the place of the last bit stays; beyond 31 places all is rest.
  tiny = exp[31] || exp == 0;
  shift = tiny ? 32'd1 - exp : 32'd0;
  shift = shift > 31 ? 32'd31 : shift;
  lost = sig & ((32'd1 << shift[4:0]) - 1);
  kept = sig >> shift[4:0];

  // The leading one, and the carry of the rounding, run into the exponent by themselves.
  rounded = {8'd0, kept[31:8]} + (tiny ? 32'd0 : (exp - 1) << 23)
      + {31'd0, kept[7] && (kept[8] || kept[6:0] != 0 || lost != 0 || rest)};
  rounded = sig == 0 ? 32'd0 : rounded >= 32'h7f800000 ? 32'h7f800000 : rounded;
  lpu_fp32_pack = {sign, rounded[30:0]};
endfunction

// One IEEE multiplication, round to nearest even, with subnormals.
function automatic logic [31:0] lpu_fp32_mul(input logic [31:0] a, input logic [31:0] b);
  logic [31:0] a_exp, b_exp, a_sig, b_sig, a_shift, b_shift, rounded;
  logic [47:0] product;
  logic sign, nan, inf;

  // Significands with their leading one in bit 31, those of subnormals, too.
  a_exp = {24'd0, a[30:23]};
  b_exp = {24'd0, b[30:23]};
  a_sig = {a_exp != 0, a[22:0], 8'd0};
  b_sig = {b_exp != 0, b[22:0], 8'd0};
  a_shift = lpu_clz32(a_sig);
  b_shift = lpu_clz32(b_sig);
  a_sig = a_sig << a_shift[4:0];
  b_sig = b_sig << b_shift[4:0];
  a_exp = a_exp + {31'd0, a_exp == 0} - a_shift;
  b_exp = b_exp + {31'd0, b_exp == 0} - b_shift;

  // 48 bits of product, its leading one in bit 47 or 46.
  product = {24'd0, a_sig[31:8]} * {24'd0, b_sig[31:8]};
  sign = a[31] ^ b[31];
  rounded = lpu_fp32_pack(sign, a_exp + b_exp - 127 + {31'd0, product[47]},
      product[47] ? product[47:16] : product[46:15],
      product[14:0] != 0 || (product[47] && product[15]));

  inf = a[30:23] == 8'hff || b[30:23] == 8'hff;
  nan = a[30:0] > 31'h7f800000 || b[30:0] > 31'h7f800000
      || (inf && (a[30:0] == 0 || b[30:0] == 0));
  lpu_fp32_mul = nan ? 32'h7fc00000 : inf ? {sign, 31'h7f800000} : rounded;
endfunction
