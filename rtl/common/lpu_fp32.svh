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
