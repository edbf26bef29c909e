// SPDX-License-Identifier: Apache-2.0
// Comparisons and conversions of docs/numbers.md, section 2, as plain functions, included inside
// the module that uses them, after lpu_fp32.svh. As there, no branch on data.

// Unsigned order of these is the order of floats, with -0 below +0.
function automatic logic [31:0] lpu_fp32_key(input logic [31:0] value);
  lpu_fp32_key = value ^ ((32'd0 - {31'd0, value[31]}) | 32'h80000000);
endfunction

function automatic logic lpu_fp32_is_nan(input logic [31:0] value);
  lpu_fp32_is_nan = value << 1 > 32'hff000000;
endfunction

// fp16 to fp32, exact.
function automatic logic [31:0] lpu_fp16_widen(input logic [15:0] half);
  logic [31:0] sig, shift, tiny, magnitude;

  // A subnormal moves up until its leading one falls out: 2^-24 in bit 22, so 112 - shift.
  sig = {half[9:0], 22'd0};
  shift = lpu_clz32(sig);
  sig = sig << shift[4:0];
  tiny = sig == 0 ? 32'd0 : ((32'd112 - shift) << 23) | {9'd0, sig[30:8]};
  magnitude = half[14:10] == 0 ? tiny : {4'd0, half[14:0], 13'd0} + (32'd112 << 23);
  magnitude = half[14:0] == 15'h7c00 ? 32'h7f800000 : magnitude;
  lpu_fp16_widen = half[14:0] > 15'h7c00 ? 32'h7fc00000 : {half[15], 31'd0} | magnitude;
endfunction

// fp32 to fp16, to nearest even; too large is infinity.
function automatic logic [31:0] lpu_fp16_narrow(input logic [31:0] value);
  logic [31:0] magnitude, normal, sig, shift, odd, tiny, half;

  // The rounding carry runs into the exponent by itself.
  magnitude = {1'b0, value[30:0]};
  normal = (magnitude - (32'd112 << 23) + 32'hfff + {31'd0, magnitude[13]}) >> 13;

  // A subnormal in units of 2^-24.
  sig = {8'd0, magnitude[30:23] != 0, magnitude[22:0]};
  shift = 32'd126 - {24'd0, magnitude[30:23]};
  shift = shift > 25 ? 32'd25 : shift;
  odd = (sig >> shift[4:0]) & 1;
  tiny = (sig + (32'd1 << (shift[4:0] - 5'd1)) - 1 + odd) >> shift[4:0];

  half = magnitude < 32'h38800000 ? tiny : magnitude < 32'h47800000 ? normal : 32'h7c00;
  lpu_fp16_narrow = magnitude > 32'h7f800000 ? 32'h7e00 : {16'd0, value[31], 15'd0} | half;
endfunction

// i32 to fp32, to nearest even.
function automatic logic [31:0] lpu_fp32_from_int(input logic [31:0] value);
  logic [31:0] sig, shift;

  sig = value[31] ? 32'd0 - value : value;
  shift = lpu_clz32(sig);
  lpu_fp32_from_int = lpu_fp32_pack(value[31], 32'd158 - shift, sig << shift[4:0], 1'b0);
endfunction

// fp32 to the nearest integer, ties to even, clamped to -most - 1 … most; NaN gives 0.
function automatic logic [31:0] lpu_fp32_to_int(input logic [31:0] value, input logic [31:0] most);
  logic [31:0] sig, exp, right, odd, half, rounded, limit;
  logic [2:0] left;

  // sig * 2^(exp - 150); 2^31 and more is clamped in any case.
  exp = {24'd0, value[30:23]};
  sig = {8'd0, exp != 0, value[22:0]};
  left = exp > 150 ? exp[2:0] - 3'd6 : 3'd0;
  right = exp < 150 ? 32'd150 - exp : 32'd0;
  right = right > 25 ? 32'd25 : right;
  odd = (sig >> right[4:0]) & 1;
  half = ((32'd1 << right[4:0]) >> 1) - {31'd0, right != 0};
  rounded = (sig + half + (right != 0 ? odd : 32'd0)) >> right[4:0];
  rounded = exp >= 158 ? 32'hffffffff : rounded << left;

  limit = most + {31'd0, value[31]};
  rounded = rounded > limit ? limit : rounded;
  rounded = value[31] ? 32'd0 - rounded : rounded;
  lpu_fp32_to_int = lpu_fp32_is_nan(value) ? 32'd0 : rounded;
endfunction
