// SPDX-License-Identifier: Apache-2.0

/// The datapath of the vector unit: operands, arithmetic and results of its ALUs in all
/// superlanes. How far each instruction is, is lpu_vxm's. Counterpart of tlm/vxm/alu.h.
///
/// Bit Alus * r + a of a stage is ALU a in superlane r. Its instruction takes stream operands,
/// checked and corrected, in `dispatch_i`, results of other ALUs in `capture_i`, and is worked
/// out in `execute_i`, with the ALU's own last result if it asks for it. The new result is in the
/// drive registers one cycle later.
module lpu_vxm_alus #(
  parameter int unsigned Superlanes   = 20,
  /// Fewer than the machine's only to see what one costs.
  parameter int unsigned Alus         = lpu_isa_pkg::Alus,
  /// Of the instructions: one a superlane, or 1 for all.
  parameter int unsigned Copies       = Superlanes,
  /// Cycles from dispatch to capture and to execution.
  parameter int unsigned CaptureStage = 4,
  parameter int unsigned ExecuteStage = 6,
  // Derived, do not override.
  parameter int unsigned SlotWidth    = $clog2(ExecuteStage + 1)
) (
  input  logic                              clk_i,
  // Counts cycles.
  input  logic [SlotWidth-1:0]              slot_i,
  input  logic [Alus*Superlanes-1:0]        dispatch_i,
  input  logic [Alus*Superlanes-1:0]        capture_i,
  input  logic [Alus*Superlanes-1:0]        execute_i,
  // Of what is dispatched.
  input  logic [Alus*Copies*128-1:0]        insn_i,
  input  logic [64*Superlanes*128-1:0]      stream_data_i,
  input  logic [64*Superlanes*9-1:0]        stream_check_i,
  // Of what was executed in the cycle before; nothing else is set in `driven_o`.
  output logic [4*Alus*Superlanes-1:0]      driven_o,
  output logic [4*Alus*Superlanes*6-1:0]    drive_stream_o,
  output logic [4*Alus*Superlanes*128-1:0]  drive_data_o,
  output logic [4*Alus*Superlanes*9-1:0]    drive_check_o,
  // Of what was dispatched in the cycle before.
  output logic [15:0]                       corrected_o,
  output logic                              uncorrectable_o
);

`include "lpu_secded.svh"
`include "lpu_fp32.svh"
`include "lpu_vxm_convert.svh"
`include "lpu_special_tables.svh"
`include "lpu_vxm_special.svh"

  localparam int unsigned Lanes = lpu_isa_pkg::LanesPerSuperlane;
  localparam int unsigned Slots = 1 << SlotWidth;
  localparam int unsigned All   = Alus * Superlanes;

  // What an instruction needs on its way.
  typedef struct packed {
    logic [31:0] imm;
    logic [7:0]  b;
    logic [7:0]  a;
    logic [7:0]  out;
    logic [3:0]  to;
    logic [3:0]  from;
    logic [7:0]  op;
  } command_t;

  // Everything is one process; these arrays are its own. Loop variables live here and are set
  // before use, the choice of an operation stands outside the loop over lanes, and nothing in such
  // a loop branches: so the loops become vector code. Of no use in a waveform.
  // verilator tracing_off
  // An instruction stays in the slot of its cycle. Byte k of operand o (0: a, 1: b) of all lanes
  // is at 8 * (All * slot + Alus * superlane + alu) + 4 * o + k.
  command_t     command_q [0:Slots*All-1];
  logic [127:0] operand_q [0:8*Slots*All-1];
  // Last results: byte k at 4 * (Alus * superlane + alu) + k.
  logic [127:0] result_q  [0:4*All-1];

  // Scratch: lanes of a, then of b; of the result; their bytes.
  logic [31:0]  x [0:31];
  logic [31:0]  z [0:15];
  logic [127:0] bytes [0:3];

  int unsigned    alu, r, n, at, o, k, i, lane, index, count;
  command_t       cmd;
  logic [7:0]     source;
  logic [3:0]     result_type;
  logic [31:0]    w0, w1, w2, w3, mask, sign, flip, most, sum, key0, key1;
  logic [63:0]    product, limit;
  logic [129:0]   judged;
  logic           raw, is_shift, is_float, is_half, negate, saturate, overflow, nan, take;
  logic           uncorrectable;
  logic [15:0]    corrected;
  logic [4*All-1:0] driven;
  // verilator tracing_on

  function automatic logic [31:0] bytes_of(input logic [3:0] kind);
    bytes_of = kind == lpu_isa_pkg::TypeI8 ? 32'd1
        : kind == lpu_isa_pkg::TypeI16 || kind == lpu_isa_pkg::TypeF16 ? 32'd2 : 32'd4;
  endfunction

  always @(posedge clk_i) begin
    alu = 0;
    r = 0;
    n = 0;
    at = 0;
    o = 0;
    k = 0;
    i = 0;
    lane = 0;
    index = 0;
    count = 0;
    cmd = '0;
    source = 0;
    result_type = 0;
    w0 = 0;
    w1 = 0;
    w2 = 0;
    w3 = 0;
    mask = 0;
    sign = 0;
    flip = 0;
    most = 0;
    sum = 0;
    key0 = 0;
    key1 = 0;
    product = 0;
    limit = 0;
    judged = 0;
    raw = 0;
    is_shift = 0;
    is_float = 0;
    is_half = 0;
    negate = 0;
    saturate = 0;
    overflow = 0;
    nan = 0;
    take = 0;

    // Results of other ALUs, before any of them is replaced.
    if (capture_i != 0) begin
      for (r = 0; r < Superlanes; r = r + 1) begin
        for (alu = 0; alu < Alus; alu = alu + 1) begin
          n = Alus * r + alu;
          at = All * 32'(SlotWidth'(slot_i - SlotWidth'(CaptureStage))) + n;
          if (capture_i[n]) begin
            cmd = command_q[at];
            for (o = 0; o < 2; o = o + 1) begin
              source = o == 0 ? cmd.a : cmd.b;
              if (source[7:6] == 2'b01) begin
                for (k = 0; k < 4; k = k + 1)
                  operand_q[8 * at + 4 * o + k]
                      = result_q[4 * (Alus * r + 32'(source[3:0])) + k];
              end
            end
          end
        end
      end
    end

    if (execute_i != 0) begin
      driven = '0;
      for (r = 0; r < Superlanes; r = r + 1) begin
        for (alu = 0; alu < Alus; alu = alu + 1) begin
          n = Alus * r + alu;
          at = All * 32'(SlotWidth'(slot_i - SlotWidth'(ExecuteStage))) + n;
          if (execute_i[n]) begin
            cmd = command_q[at];
            raw = cmd.op == lpu_isa_pkg::OpMov || cmd.op == lpu_isa_pkg::OpAnd
                || cmd.op == lpu_isa_pkg::OpOr || cmd.op == lpu_isa_pkg::OpXor;
            is_shift = cmd.op == lpu_isa_pkg::OpShl || cmd.op == lpu_isa_pkg::OpShr;
            is_half = cmd.from == lpu_isa_pkg::TypeF16;
            is_float = is_half || cmd.from == lpu_isa_pkg::TypeF32;
            result_type = cmd.op == lpu_isa_pkg::OpCast ? cmd.to : cmd.from;

            // The bits that a type has, and its sign bit where that is copied upwards.
            mask = bytes_of(cmd.from) == 1 ? 32'hff
                : bytes_of(cmd.from) == 2 ? 32'hffff : 32'hffffffff;
            sign = is_half && !is_shift ? 32'd0 : mask ^ (mask >> 1);
            for (o = 0; o < 2; o = o + 1) begin
              source = o == 0 ? cmd.a : cmd.b;
              if (source == 8'h02) begin
                for (lane = 0; lane < Lanes; lane = lane + 1) x[16 * o + lane] = cmd.imm;
              end else if (source != 0) begin
                for (k = 0; k < 4; k = k + 1)
                  bytes[k] = source == 8'h01 ? result_q[4 * n + k]
                      : operand_q[8 * at + 4 * o + k];
                for (i = 0; i < Lanes / 4; i = i + 1) begin
                  w0 = bytes[0][32 * i +: 32];
                  w1 = bytes[1][32 * i +: 32];
                  w2 = bytes[2][32 * i +: 32];
                  w3 = bytes[3][32 * i +: 32];
                  x[16 * o + 4 * i] = {w3[7:0], w2[7:0], w1[7:0], w0[7:0]};
                  x[16 * o + 4 * i + 1] = {w3[15:8], w2[15:8], w1[15:8], w0[15:8]};
                  x[16 * o + 4 * i + 2] = {w3[23:16], w2[23:16], w1[23:16], w0[23:16]};
                  x[16 * o + 4 * i + 3] = {w3[31:24], w2[31:24], w1[31:24], w0[31:24]};
                end
              end
              // What comes from a stream has nothing above its type; what else stands there counts
              // only where whole registers are combined.
              if (!raw || source[7]) begin
                for (lane = 0; lane < Lanes; lane = lane + 1)
                  x[16 * o + lane] = ((x[16 * o + lane] & mask) ^ sign) - sign;
              end
              if (is_half && !raw && !is_shift) begin
                for (lane = 0; lane < Lanes; lane = lane + 1)
                  x[16 * o + lane] = lpu_fp16_widen(x[16 * o + lane][15:0]);
              end
            end

            // Integers are sign-extended, floats are f32; z is cut or rounded to its type below.
            unique case (cmd.op)
              lpu_isa_pkg::OpMov:
                for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane];
              lpu_isa_pkg::OpAnd:
                for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] & x[16 + lane];
              lpu_isa_pkg::OpOr:
                for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] | x[16 + lane];
              lpu_isa_pkg::OpXor:
                for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] ^ x[16 + lane];
              lpu_isa_pkg::OpShl:
                for (lane = 0; lane < Lanes; lane = lane + 1)
                  z[lane] = x[lane] << x[16 + lane][4:0];
              lpu_isa_pkg::OpShr:
                for (lane = 0; lane < Lanes; lane = lane + 1) begin
                  flip = 32'd0 - {31'd0, x[lane][31]};
                  z[lane] = ((x[lane] ^ flip) >> x[16 + lane][4:0]) ^ flip;
                end

              lpu_isa_pkg::OpAdd, lpu_isa_pkg::OpAddSat, lpu_isa_pkg::OpSub,
              lpu_isa_pkg::OpSubSat: begin
                negate = cmd.op == lpu_isa_pkg::OpSub || cmd.op == lpu_isa_pkg::OpSubSat;
                saturate = cmd.op == lpu_isa_pkg::OpAddSat || cmd.op == lpu_isa_pkg::OpSubSat;
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
                if (is_float) begin
                  for (lane = 0; lane < Lanes; lane = lane + 1)
                    z[lane] = lpu_fp32_mul(x[lane], x[16 + lane]);
                end else if (cmd.op == lpu_isa_pkg::OpMul) begin
                  for (lane = 0; lane < Lanes; lane = lane + 1) z[lane] = x[lane] * x[16 + lane];
                end else begin
                  limit = {32'h80000000, mask >> 1};
                  for (lane = 0; lane < Lanes; lane = lane + 1) begin
                    product = (({32'd0, x[lane]} ^ 64'h80000000) - 64'h80000000)
                        * (({32'd0, x[16 + lane]} ^ 64'h80000000) - 64'h80000000);
                    product = product ^ 64'h8000000000000000;
                    product = product > limit ? limit : product < ~limit ? ~limit : product;
                    z[lane] = product[31:0];
                  end
                end
              end

              lpu_isa_pkg::OpMax, lpu_isa_pkg::OpMin, lpu_isa_pkg::OpRelu: begin
                if (cmd.op == lpu_isa_pkg::OpRelu) begin
                  for (lane = 0; lane < Lanes; lane = lane + 1) x[16 + lane] = 0;
                end
                negate = cmd.op == lpu_isa_pkg::OpMin;
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
                  take = (key0 < key1 && cmd.op != lpu_isa_pkg::OpEq)
                      || (key0 == key1 && cmd.op != lpu_isa_pkg::OpLt);
                  z[lane] = 32'd0 - {31'd0, take && !(is_float && nan)};
                end
              end

              lpu_isa_pkg::OpExp2, lpu_isa_pkg::OpRsqrt, lpu_isa_pkg::OpTanh:
                for (lane = 0; lane < Lanes; lane = lane + 1)
                  z[lane] = lpu_special(cmd.op, x[lane]);

              lpu_isa_pkg::OpCast: begin
                if (cmd.to == lpu_isa_pkg::TypeF16 || cmd.to == lpu_isa_pkg::TypeF32) begin
                  for (lane = 0; lane < Lanes; lane = lane + 1)
                    z[lane] = !is_float ? lpu_fp32_from_int(x[lane])
                        : lpu_fp32_is_nan(x[lane]) ? 32'h7fc00000 : x[lane];
                end else begin
                  most = cmd.to == lpu_isa_pkg::TypeI8 ? 32'h7f
                      : cmd.to == lpu_isa_pkg::TypeI16 ? 32'h7fff : 32'h7fffffff;
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

            // Comparisons and whole registers stay as they are.
            if (raw || cmd.op == lpu_isa_pkg::OpEq || cmd.op == lpu_isa_pkg::OpLt
                || cmd.op == lpu_isa_pkg::OpLe) begin
            end else if (result_type == lpu_isa_pkg::TypeF16 && !is_shift) begin
              for (lane = 0; lane < Lanes; lane = lane + 1)
                z[lane] = lpu_fp16_narrow(z[lane]);
            end else if (cmd.op != lpu_isa_pkg::OpCast && (is_shift || !is_float)) begin
              sign = is_half ? 32'd0 : sign;
              for (lane = 0; lane < Lanes; lane = lane + 1)
                z[lane] = ((z[lane] & mask) ^ sign) - sign;
            end

            for (i = 0; i < Lanes / 4; i = i + 1) begin
              w0 = z[4 * i];
              w1 = z[4 * i + 1];
              w2 = z[4 * i + 2];
              w3 = z[4 * i + 3];
              bytes[0][32 * i +: 32] = {w3[7:0], w2[7:0], w1[7:0], w0[7:0]};
              bytes[1][32 * i +: 32] = {w3[15:8], w2[15:8], w1[15:8], w0[15:8]};
              bytes[2][32 * i +: 32] = {w3[23:16], w2[23:16], w1[23:16], w0[23:16]};
              bytes[3][32 * i +: 32] = {w3[31:24], w2[31:24], w1[31:24], w0[31:24]};
            end
            count = cmd.out[7] ? bytes_of(result_type) : 32'd0;
            for (k = 0; k < 4; k = k + 1) begin
              index = Superlanes * (4 * alu + k) + r;
              result_q[4 * n + k]              = bytes[k];
              driven[index]                    = k < count;
              drive_data_o[128 * index +: 128] <= bytes[k];
              drive_stream_o[6 * index +: 6]   <= cmd.out[5:0] | 6'(k);
              if (k < count) drive_check_o[9 * index +: 9] <= lpu_secded_check(bytes[k]);
            end
          end
        end
      end
      driven_o <= driven;
    end

    // Operands from streams.
    if (dispatch_i != 0) begin
      corrected = 0;
      uncorrectable = 0;
      for (r = 0; r < Superlanes; r = r + 1) begin
        for (alu = 0; alu < Alus; alu = alu + 1) begin
          n = Alus * r + alu;
          at = All * 32'(slot_i) + n;
          if (dispatch_i[n]) begin
            index = 128 * (Alus * (r % Copies) + alu);
            cmd.imm = insn_i[index + lpu_isa_pkg::ImmLsb +: 32];
            cmd.b = insn_i[index + lpu_isa_pkg::BLsb +: 8];
            cmd.a = insn_i[index + lpu_isa_pkg::ALsb +: 8];
            cmd.out = insn_i[index + lpu_isa_pkg::OutLsb +: 8];
            cmd.to = insn_i[index + lpu_isa_pkg::ToLsb +: 4];
            cmd.from = insn_i[index + lpu_isa_pkg::TypeLsb +: 4];
            cmd.op = insn_i[index + lpu_isa_pkg::OpLsb +: 8];
            command_q[at] = cmd;
            count = bytes_of(cmd.from);
            for (o = 0; o < 2; o = o + 1) begin
              source = o == 0 ? cmd.a : cmd.b;
              for (k = 0; k < 4; k = k + 1) begin
                if (source[7] && k < count) begin
                  index = Superlanes * ({26'd0, source[5:0]} | k) + r;
                  judged = lpu_secded_judge(stream_data_i[128 * index +: 128],
                                            stream_check_i[9 * index +: 9]);
                  operand_q[8 * at + 4 * o + k] = judged[127:0];
                  corrected = corrected + {15'd0, judged[128]};
                  uncorrectable = uncorrectable || judged[129];
                end
              end
            end
          end
        end
      end
      corrected_o     <= corrected;
      uncorrectable_o <= uncorrectable;
    end
  end
endmodule
