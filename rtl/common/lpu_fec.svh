// SPDX-License-Identifier: Apache-2.0
// The code of docs/blocks/c2c.md as plain functions, included inside the module that uses them: a
// Reed-Solomon code over GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. Addition is XOR, the primitive
// element is 2.

function automatic logic [7:0] lpu_gf_double(input logic [7:0] a);
  lpu_gf_double = {a[6:0], 1'b0} ^ (a[7] ? 8'h1d : 8'h00);
endfunction

function automatic logic [7:0] lpu_gf_times(input logic [7:0] a, input logic [7:0] b);
  logic [7:0] power;
  int unsigned i;

  power = a;
  lpu_gf_times = b[0] ? power : 8'h00;
  for (i = 1; i < 8; i = i + 1) begin
    power = lpu_gf_double(power);
    lpu_gf_times = lpu_gf_times ^ (b[i] ? power : 8'h00);
  end
endfunction

// One symbol more is divided by (x + 1)(x + 2)(x + 4)(x + 8); remainders are four symbols, that
// of x^3 at the top. The product of a symbol and the generator without its leading term is made
// from all four symbols at once.
function automatic logic [31:0] lpu_fec_divided(input logic [31:0] remainder,
                                                input logic [7:0] symbol);
  logic [31:0] product;
  logic [7:0] factor;
  int unsigned i;

  factor = remainder[31:24] ^ symbol;
  product = 0;
  for (i = 0; i < 8; i = i + 1) begin
    product = ((product & 32'h7f7f_7f7f) << 1) ^ (((product >> 7) & 32'h0101_0101) * 32'h1d)
        ^ (factor[7 - i] ? 32'h0f36_7840 : 32'd0);
  end
  lpu_fec_divided = {remainder[23:0], 8'd0} ^ product;
endfunction

// One symbol more is evaluated at 1, 2, 4 and 8, byte j at 2^j.
function automatic logic [31:0] lpu_fec_evaluated(input logic [31:0] syndrome,
                                                  input logic [7:0] symbol);
  lpu_fec_evaluated = {lpu_gf_double(lpu_gf_double(lpu_gf_double(syndrome[31:24]))),
      lpu_gf_double(lpu_gf_double(syndrome[23:16])), lpu_gf_double(syndrome[15:8]),
      syndrome[7:0]} ^ {4{symbol}};
endfunction
