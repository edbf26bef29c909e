// SPDX-License-Identifier: Apache-2.0
// exp2, rsqrt and tanh of docs/numbers.md, section 3, to the bit: one table entry, one cubic, one
// rounding, shared by the three. Included inside the module that uses it, after lpu_fp32.svh and
// lpu_special_tables.svh. Counterpart of tlm/vxm/special.h.

// y = c0 + c1 u + c2 u^2 + c3 u^3 in units of 2^-32, u in units of 2^-25, every product cut
// towards minus infinity.
function automatic logic [63:0] lpu_special_cubic(input logic [99:0] entry, input logic [24:0] u);
  logic signed [63:0] c0, c1, c2, c3, place, sum;

  c0 = {31'd0, entry[99:67]};
  c1 = {{36{entry[66]}}, entry[66:39]};
  c2 = {{42{entry[38]}}, entry[38:17]};
  c3 = {{47{entry[16]}}, entry[16:0]};
  place = {39'd0, u};
  sum = c2 + ((c3 * place) >>> 25);
  sum = c1 + ((sum * place) >>> 25);
  lpu_special_cubic = c0 + ((sum * place) >>> 25);
endfunction

// x - x^3/3 + 2x^5/15 - 17x^7/315 for x = sig * 2^(exp-23), 2^-13 <= x < 1/8, in units of
// 2^(exp-55).
function automatic logic [63:0] lpu_special_small_tanh(input logic [63:0] sig,
                                                       input logic [5:0] shift);
  logic [63:0] square, sum;

  square = (sig * sig) >> shift;
  sum = 64'd572662306 - ((square * 64'd231791886) >> 32);
  sum = 64'd1431655765 - ((square * sum) >> 32);
  sum = 64'h100000000 - ((square * sum) >> 32);
  lpu_special_small_tanh = sig * sum;
endfunction

function automatic logic [31:0] lpu_special(input logic [7:0] op, input logic [31:0] x);
  logic [31:0] magnitude, exp, sig, shift, whole, packed_y, limited;
  logic [63:0] fixed, value;
  logic [99:0] entry;
  logic [24:0] u;
  logic sign, nan;

  // Magnitude as sig * 2^(exp-31), bit 31 of sig leading.
  sign = x[31];
  magnitude = {1'b0, x[30:0]};
  nan = magnitude > 32'h7f800000;
  exp = {24'd0, x[30:23]};
  sig = {exp != 0, x[22:0], 8'd0};
  shift = lpu_clz32(sig);
  sig = sig << shift[4:0];
  exp = exp + {31'd0, exp == 0} - 127 - shift;

  if (op == lpu_isa_pkg::OpExp2) begin
    // x in units of 2^-31, cut towards zero.
    shift = exp + 32;
    fixed = ({40'd0, sig[31:8]} << shift[5:0]) >> 24;
    fixed = sign ? 64'd0 - fixed : fixed;
    whole = {{23{fixed[39]}}, fixed[39:31]};
    entry = lpu_exp2_entry(fixed[30:25]);
    u = fixed[24:0];
  end else if (op == lpu_isa_pkg::OpRsqrt) begin
    // -(exp - p) / 2, exp - p even.
    whole = 32'd0 - {exp[31], exp[31:1]};
    entry = lpu_rsqrt_entry({exp[0], sig[30:25]});
    u = {sig[24:8], 8'd0};
  end else begin
    whole = 32'd0;
    shift = exp + 3;
    entry = lpu_tanh_entry({shift[2:0], sig[30:26]});
    u = {sig[25:8], 7'd0};
  end
  value = lpu_special_cubic(entry, u);
  if (op == lpu_isa_pkg::OpTanh && magnitude < 32'h3e000000) begin
    shift = 32'd14 - {exp[30:0], 1'b0};
    value = lpu_special_small_tanh({40'd0, sig[31:8]}, shift[5:0]);
    whole = exp - 23;
  end

  // value * 2^(whole-32)
  shift = {26'd0, value[63:32] == 0, 5'd0};
  value = shift != 0 ? {value[31:0], 32'd0} : value;
  exp = lpu_clz32(value[63:32]);
  value = value << exp[4:0];
  packed_y = lpu_fp32_pack(1'b0, whole + 158 - shift - exp, value[63:32], value[31:0] != 0);

  // Arguments that the arithmetic is not for.
  if (op == lpu_isa_pkg::OpExp2)
    limited = magnitude < 32'h2f800000 ? 32'h3f800000
        : sign ? (magnitude >= 32'h43160000 ? 32'd0 : packed_y)
        : magnitude >= 32'h43000000 ? 32'h7f800000 : packed_y;
  else if (op == lpu_isa_pkg::OpRsqrt)
    limited = magnitude == 0 ? {sign, 31'h7f800000} : sign ? 32'h7fc00000
        : magnitude == 32'h7f800000 ? 32'd0 : packed_y;
  else
    limited = magnitude < 32'h39000000 ? x
        : {sign, magnitude >= 32'h41800000 ? 31'h3f800000 : packed_y[30:0]};
  lpu_special = nan ? 32'h7fc00000 : limited;
endfunction
