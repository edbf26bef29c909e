// SPDX-License-Identifier: Apache-2.0
// GF(2^8) of docs/blocks/c2c.md, modulo x^8 + x^4 + x^3 + x^2 + 1, as plain functions, included
// inside the module that uses them. Addition is XOR; the primitive element is 2.

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
