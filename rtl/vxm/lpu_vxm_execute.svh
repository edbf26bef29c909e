// SPDX-License-Identifier: Apache-2.0
// What an ALU makes of its operands: docs/numbers.md, sections 2 and 3. Included inside the module
// that uses it, after the functions that it calls; the module has `Lanes`, at most 16. Counterpart
// of `execute` in tlm/vxm/alu.h. The choice of an operation stands outside the loops over lanes and
// nothing in them branches on data: so they become vector code in simulation.

// Lanes of a from 0 on, of b from 16 on; the result.
logic [31:0] x [0:31];
logic [31:0] z [0:15];

// Bytes of a type.
function automatic logic [31:0] lpu_vxm_bytes(input logic [3:0] kind);
  lpu_vxm_bytes = kind == lpu_isa_pkg::TypeI8 ? 32'd1
      : kind == lpu_isa_pkg::TypeI16 || kind == lpu_isa_pkg::TypeF16 ? 32'd2 : 32'd4;
endfunction

// Replaces x on its way. `from_stream`: a, b came from a stream.
task automatic lpu_vxm_execute(input logic [7:0] op, input logic [3:0] from,
                               input logic [3:0] to, input logic [1:0] from_stream);
  int unsigned o, lane;
  logic [31:0] mask, sign, flip, most, sum, key0, key1;
  logic [63:0] product, bounded, limit;
  logic        raw, keep, is_shift, is_float, is_half, negate, saturate, overflow, nan, take;

  raw = op == lpu_isa_pkg::OpMov || op == lpu_isa_pkg::OpAnd || op == lpu_isa_pkg::OpOr
      || op == lpu_isa_pkg::OpXor;
  is_shift = op == lpu_isa_pkg::OpShl || op == lpu_isa_pkg::OpShr;
  is_half = from == lpu_isa_pkg::TypeF16;
  is_float = is_half || from == lpu_isa_pkg::TypeF32;

  // The bits that the type has, and its sign bit where that is copied upwards. What comes from a
  // stream has nothing above; what else stands there counts where whole registers are combined.
  mask = lpu_vxm_bytes(from) == 1 ? 32'hff : lpu_vxm_bytes(from) == 2 ? 32'hffff : 32'hffffffff;
  sign = is_half && !is_shift ? 32'd0 : mask ^ (mask >> 1);
  for (o = 0; o < 2; o = o + 1) begin
    if (!raw || from_stream[o]) begin
      for (lane = 0; lane < Lanes; lane = lane + 1)
        x[16 * o + lane] = ((x[16 * o + lane] & mask) ^ sign) - sign;
    end
    if (is_half && !raw && !is_shift) begin
      for (lane = 0; lane < Lanes; lane = lane + 1)
        x[16 * o + lane] = lpu_fp16_widen(x[16 * o + lane][15:0]);
    end
  end

  // Integers are sign-extended and floats are f32 from here on.
  unique case (op)
    lpu_isa_pkg::OpMov:
      for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane];
    lpu_isa_pkg::OpAnd:
      for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] & x[16 + lane];
    lpu_isa_pkg::OpOr:
      for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] | x[16 + lane];
    lpu_isa_pkg::OpXor:
      for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] ^ x[16 + lane];
    lpu_isa_pkg::OpShl:
      for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] << x[16 + lane][4:0];
    lpu_isa_pkg::OpShr:
      for (lane = 0; lane < Lanes; lane = lane + 1) begin
        flip = 32'd0 - {31'd0, x[lane][31]};
        z[lane] = ((x[lane] ^ flip) >> x[16 + lane][4:0]) ^ flip;
      end

    lpu_isa_pkg::OpAdd, lpu_isa_pkg::OpSub, lpu_isa_pkg::OpAddSat, lpu_isa_pkg::OpSubSat: begin
      negate = op == lpu_isa_pkg::OpSub || op == lpu_isa_pkg::OpSubSat;
      saturate = op == lpu_isa_pkg::OpAddSat || op == lpu_isa_pkg::OpSubSat;
      if (is_float) begin
        flip = {negate, 31'd0};
        for (lane = 0; lane < Lanes; lane = lane + 1)
          z[lane] = lpu_fp32_add(x[lane], x[16 + lane] ^ flip);
      end else begin
        flip = 32'd0 - {31'd0, negate};
        most = mask >> 1;
        for (lane = 0; lane < Lanes; lane = lane + 1) begin
          // Beyond 32 bits the sign of the first operand says where.
          key1 = x[16 + lane] ^ flip;
          sum = x[lane] + key1 - flip;
          key0 = sum ^ 32'h80000000;
          overflow = (~(x[lane] ^ key1) & (x[lane] ^ sum)) >= 32'h80000000;
          key0 = overflow ? ~(32'd0 - {31'd0, x[lane][31]}) : key0;
          key0 = key0 > (most ^ 32'h80000000) ? most ^ 32'h80000000 : key0;
          key0 = key0 < ~(most ^ 32'h80000000) ? ~(most ^ 32'h80000000) : key0;
          z[lane] = saturate ? key0 ^ 32'h80000000 : sum;
        end
      end
    end

    lpu_isa_pkg::OpMul, lpu_isa_pkg::OpMulSat: begin
      saturate = op == lpu_isa_pkg::OpMulSat;
      if (is_float) begin
        for (lane = 0; lane < Lanes; lane = lane + 1)
          z[lane] = lpu_fp32_mul(x[lane], x[16 + lane]);
      end else begin
        limit = {32'h80000000, mask >> 1};
        for (lane = 0; lane < Lanes; lane = lane + 1) begin
          product = (({32'd0, x[lane]} ^ 64'h80000000) - 64'h80000000)
              * (({32'd0, x[16 + lane]} ^ 64'h80000000) - 64'h80000000);
          bounded = product ^ 64'h8000000000000000;
          bounded = bounded > limit ? limit : bounded < ~limit ? ~limit : bounded;
          z[lane] = saturate ? bounded[31:0] : product[31:0];
        end
      end
    end

    lpu_isa_pkg::OpMax, lpu_isa_pkg::OpMin, lpu_isa_pkg::OpRelu: begin
      if (op == lpu_isa_pkg::OpRelu) begin
        for (lane = 0; lane < Lanes; lane = lane + 1) x[16 + lane] = 0;
      end
      negate = op == lpu_isa_pkg::OpMin;
      for (lane = 0; lane < Lanes; lane = lane + 1) begin
        key0 = is_float ? lpu_fp32_key(x[lane]) : x[lane] ^ 32'h80000000;
        key1 = is_float ? lpu_fp32_key(x[16 + lane]) : x[16 + lane] ^ 32'h80000000;
        nan = lpu_fp32_is_nan(x[lane]) || lpu_fp32_is_nan(x[16 + lane]);
        take = (key0 > key1) ^ negate;
        z[lane] = is_float && nan ? 32'h7fc00000 : take ? x[lane] : x[16 + lane];
      end
    end

    lpu_isa_pkg::OpEq, lpu_isa_pkg::OpLt, lpu_isa_pkg::OpLe: begin
      for (lane = 0; lane < Lanes; lane = lane + 1) begin
        // -0 counts as +0.
        nan = lpu_fp32_is_nan(x[lane]) || lpu_fp32_is_nan(x[16 + lane]);
        key0 = !is_float ? x[lane] ^ 32'h80000000
            : x[lane] == 32'h80000000 ? 32'h80000000 : lpu_fp32_key(x[lane]);
        key1 = !is_float ? x[16 + lane] ^ 32'h80000000
            : x[16 + lane] == 32'h80000000 ? 32'h80000000 : lpu_fp32_key(x[16 + lane]);
        take = (key0 < key1 && op != lpu_isa_pkg::OpEq)
            || (key0 == key1 && op != lpu_isa_pkg::OpLt);
        z[lane] = 32'd0 - {31'd0, take && !(is_float && nan)};
      end
    end

    lpu_isa_pkg::OpExp2, lpu_isa_pkg::OpRsqrt, lpu_isa_pkg::OpTanh:
      for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = lpu_special(op, x[lane]);

    lpu_isa_pkg::OpCast: begin
      if (to == lpu_isa_pkg::TypeF16 || to == lpu_isa_pkg::TypeF32) begin
        for (lane = 0; lane < Lanes; lane = lane + 1)
          z[lane] = !is_float ? lpu_fp32_from_int(x[lane])
              : lpu_fp32_is_nan(x[lane]) ? 32'h7fc00000 : x[lane];
      end else begin
        most = to == lpu_isa_pkg::TypeI8 ? 32'h7f
            : to == lpu_isa_pkg::TypeI16 ? 32'h7fff : 32'h7fffffff;
        for (lane = 0; lane < Lanes; lane = lane + 1) begin
          key0 = x[lane] ^ 32'h80000000;
          key0 = key0 > (most ^ 32'h80000000) ? most ^ 32'h80000000 : key0;
          key0 = key0 < ~(most ^ 32'h80000000) ? ~(most ^ 32'h80000000) : key0;
          z[lane] = is_float ? lpu_fp32_to_int(x[lane], most) : key0 ^ 32'h80000000;
        end
      end
    end

    default: ;
  endcase

  // What is rounded or cut to its type; masks and whole registers are not.
  keep = raw || op == lpu_isa_pkg::OpEq || op == lpu_isa_pkg::OpLt || op == lpu_isa_pkg::OpLe;
  if (!keep && !is_shift && (op == lpu_isa_pkg::OpCast ? to : from) == lpu_isa_pkg::TypeF16) begin
    for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = lpu_fp16_narrow(z[lane]);
  end else if (!keep && op != lpu_isa_pkg::OpCast && (is_shift || !is_float)) begin
    sign = is_half ? 32'd0 : sign;
    for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = ((z[lane] & mask) ^ sign) - sign;
  end
endtask
