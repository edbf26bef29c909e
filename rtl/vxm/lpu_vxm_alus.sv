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
  parameter int unsigned Alus         = lpu_isa_pkg::Alus,
  /// Of a superlane, in fours; the others give zero.
  parameter int unsigned Lanes        = lpu_isa_pkg::LanesPerSuperlane,
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

  localparam int unsigned Slots = 1 << SlotWidth;
  localparam int unsigned All   = Alus * Superlanes;

  // What an instruction needs on its way, 72 bits: yosys 0.23 misreads an array of structures.
  typedef struct packed {
    logic [31:0] imm;
    logic [7:0]  b;
    logic [7:0]  a;
    logic [7:0]  out;
    logic [3:0]  to;
    logic [3:0]  from;
    logic [7:0]  op;
  } command_t;

  // Everything is one process; these arrays are its own. Variables live here and are set before
  // use. Of no use in a waveform.
  // verilator tracing_off
`include "lpu_vxm_execute.svh"

  // An instruction stays in the slot of its cycle, at All * slot + Alus * superlane + alu; its
  // operands at twice that, a and b. Bits 128 * k and on of an operand are byte k of the lanes.
  logic [71:0]    command_q [0:Slots*All-1];
  logic [511:0]   operand_q [0:2*Slots*All-1];
  // Last results, at Alus * superlane + alu.
  logic [511:0]   result_q  [0:All-1];

  int unsigned      alu, r, n, at, o, k, i, lane, index, count;
  command_t         cmd;
  logic [7:0]       source;
  logic [31:0]      w0, w1, w2, w3;
  logic [511:0]     lanes;
  logic [129:0]     judged;
  logic             uncorrectable;
  logic [15:0]      corrected;
  logic [4*All-1:0] driven;
  // verilator tracing_on

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
    w0 = 0;
    w1 = 0;
    w2 = 0;
    w3 = 0;
    judged = 0;

    // Results of other ALUs, before any of them is replaced.
    if (capture_i != 0) begin
      for (r = 0; r < Superlanes; r = r + 1) begin
        for (alu = 0; alu < Alus; alu = alu + 1) begin
          n = Alus * r + alu;
          at = All * 32'(SlotWidth'(slot_i - SlotWidth'(CaptureStage))) + n;
          if (capture_i[n]) begin
            cmd = command_q[at];
            if (cmd.a[7:6] == 2'b01) operand_q[2 * at] = result_q[Alus * r + 32'(cmd.a[3:0])];
            if (cmd.b[7:6] == 2'b01) operand_q[2 * at + 1] = result_q[Alus * r + 32'(cmd.b[3:0])];
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
            for (o = 0; o < 2; o = o + 1) begin
              source = o == 0 ? cmd.a : cmd.b;
              if (source == 8'h02) begin
                for (lane = 0; lane < Lanes; lane = lane + 1) x[16 * o + lane] = cmd.imm;
              end else begin
                lanes = source == 8'h01 ? result_q[n] : operand_q[2 * at + o];
                for (i = 0; i < Lanes / 4; i = i + 1) begin
                  w0 = lanes[32 * i +: 32];
                  w1 = lanes[128 + 32 * i +: 32];
                  w2 = lanes[256 + 32 * i +: 32];
                  w3 = lanes[384 + 32 * i +: 32];
                  x[16 * o + 4 * i] = {w3[7:0], w2[7:0], w1[7:0], w0[7:0]};
                  x[16 * o + 4 * i + 1] = {w3[15:8], w2[15:8], w1[15:8], w0[15:8]};
                  x[16 * o + 4 * i + 2] = {w3[23:16], w2[23:16], w1[23:16], w0[23:16]};
                  x[16 * o + 4 * i + 3] = {w3[31:24], w2[31:24], w1[31:24], w0[31:24]};
                end
              end
            end

            lpu_vxm_execute(cmd.op, cmd.from, cmd.to, {cmd.b[7], cmd.a[7]});

            lanes = '0;
            for (i = 0; i < Lanes / 4; i = i + 1) begin
              w0 = z[4 * i];
              w1 = z[4 * i + 1];
              w2 = z[4 * i + 2];
              w3 = z[4 * i + 3];
              lanes[32 * i +: 32] = {w3[7:0], w2[7:0], w1[7:0], w0[7:0]};
              lanes[128 + 32 * i +: 32] = {w3[15:8], w2[15:8], w1[15:8], w0[15:8]};
              lanes[256 + 32 * i +: 32] = {w3[23:16], w2[23:16], w1[23:16], w0[23:16]};
              lanes[384 + 32 * i +: 32] = {w3[31:24], w2[31:24], w1[31:24], w0[31:24]};
            end
            result_q[n] = lanes;
            count = cmd.op == lpu_isa_pkg::OpCast ? lpu_vxm_bytes(cmd.to) : lpu_vxm_bytes(cmd.from);
            for (k = 0; k < 4; k = k + 1) begin
              index = Superlanes * (4 * alu + k) + r;
              driven[index] = cmd.out[7] && k < count;
              drive_data_o[128 * index +: 128] <= lanes[128 * k +: 128];
              drive_stream_o[6 * index +: 6]   <= cmd.out[5:0] | 6'(k);
              if (cmd.out[7] && k < count)
                drive_check_o[9 * index +: 9] <= lpu_secded_check(lanes[128 * k +: 128]);
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
            count = lpu_vxm_bytes(cmd.from);
            for (o = 0; o < 2; o = o + 1) begin
              source = o == 0 ? cmd.a : cmd.b;
              if (source[7]) begin
                for (k = 0; k < 4; k = k + 1) begin
                  index = Superlanes * ({26'd0, source[5:0]} | k) + r;
                  if (k < count) begin
                    judged = lpu_secded_judge(stream_data_i[128 * index +: 128],
                                              stream_check_i[9 * index +: 9]);
                    lanes[128 * k +: 128] = judged[127:0];
                    corrected = corrected + {15'd0, judged[128]};
                    uncorrectable = uncorrectable || judged[129];
                  end
                end
                operand_q[2 * at + o] = lanes;
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
