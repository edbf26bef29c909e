// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// One SRAM slice: rows of one vector each, stored with the check bits they came with.
/// Counterpart of tlm/mem/mem_slice.h, and of tlm/chip/mem_unit.h for its timing.
///
/// - `read` and `gather` drive a row in the next cycle, `write` and `scatter` store the operand of
///   their own cycle; the row may be read from the second cycle after.
/// - `gather` and `scatter` take the row of each superlane from the first two bytes of the map in
///   that superlane, the only operand that is checked here.
/// - The text port reads a row for the instruction queues. It climbs like an instruction; what it
///   brings is checked.
/// - The host port reads and writes a whole row in one cycle, check bits as they are, so that a
///   fault can be planted. It is for the time in which no program runs.
module lpu_mem_slice #(
  parameter int unsigned Superlanes = 20,
  /// In two banks, the lower and the upper half; a power of two.
  parameter int unsigned Rows       = 8192,
  /// 1: superlane r is r cycles behind. 0: all in the frame of superlane 0.
  parameter bit          Climb      = 1'b1
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  // The common ports of docs/rtl.md.
  input  logic                         insn_valid_i,
  input  lpu_isa_pkg::insn_word_t      insn_i,
  input  logic [64*Superlanes-1:0]     stream_valid_i,
  input  logic [64*Superlanes*128-1:0] stream_data_i,
  input  logic [64*Superlanes*9-1:0]   stream_check_i,
  output logic [Superlanes-1:0]        drive_valid_o,
  output logic [Superlanes*6-1:0]      drive_stream_o,
  output logic [Superlanes*128-1:0]    drive_data_o,
  output logic [Superlanes*9-1:0]      drive_check_o,
  output logic [15:0]                  corrected_o,
  output logic                         uncorrectable_o,
  // Host, all superlanes in the same cycle. What it reads is there in the next one.
  input  logic                         host_valid_i,
  input  logic                         host_write_i,
  input  logic [15:0]                  host_row_i,
  input  logic [Superlanes*128-1:0]    host_data_i,
  input  logic [Superlanes*9-1:0]      host_check_i,
  output logic [Superlanes*128-1:0]    host_data_o,
  output logic [Superlanes*9-1:0]      host_check_o,
  // Text, in superlane 0's frame. Superlane r of the row leaves in the cycle after r climbs.
  input  logic                         text_valid_i,
  input  logic [15:0]                  text_row_i,
  output logic [Superlanes-1:0]        text_valid_o,
  output logic [Superlanes*128-1:0]    text_data_o
);

`include "lpu_secded.svh"

  // What climbs: row, result stream, operand stream, map stream, mapped, write, and the valid bit
  // lowest, as lpu_climb wants it.
  localparam int unsigned CommandWidth = 37;
  localparam int unsigned TextWidth    = 17;

  logic [lpu_isa_pkg::OpWidth-1:0]    op;
  logic                               op_writes, op_mapped;
  logic [CommandWidth-1:0]            command;
  logic [Superlanes*CommandWidth-1:0] commands;
  logic [Superlanes*TextWidth-1:0]    texts;

  // SECDED of maps in their own cycle, of text in the cycle that it leaves in.
  logic [Superlanes-1:0] map_corrected, map_uncorrectable;
  logic [Superlanes-1:0] text_corrected, text_uncorrectable;

  // What the schedule broke, for the assertions; they sample narrow signals only.
  logic [Superlanes-1:0] map_undriven, operand_undriven, text_and_read, host_and_program;

  assign op        = insn_i[lpu_isa_pkg::OpLsb +: lpu_isa_pkg::OpWidth];
  assign op_writes = op == lpu_isa_pkg::OpWrite || op == lpu_isa_pkg::OpScatter;
  assign op_mapped = op == lpu_isa_pkg::OpGather || op == lpu_isa_pkg::OpScatter;
  assign command   = {insn_i[lpu_isa_pkg::AddrLsb +: 16], insn_i[lpu_isa_pkg::OutLsb +: 6],
      insn_i[lpu_isa_pkg::InLsb +: 6], insn_i[lpu_isa_pkg::MapLsb +: 6], op_mapped, op_writes,
      insn_valid_i};

  lpu_climb #(
    .Width     (CommandWidth),
    .Superlanes(Superlanes),
    .Climb     (Climb)
  ) u_command_climb (
    .clk_i,
    .rst_ni,
    .value_i(command),
    .value_o(commands)
  );

  lpu_climb #(
    .Width     (TextWidth),
    .Superlanes(Superlanes),
    .Climb     (Climb)
  ) u_text_climb (
    .clk_i,
    .rst_ni,
    .value_i({text_row_i, text_valid_i}),
    .value_o(texts)
  );

  for (genvar r = 0; r < Superlanes; r++) begin : g_superlane
    logic         valid, writes, mapped, read, write, by_map, text_valid;
    logic [5:0]   out, operand, map_stream;
    logic [15:0]  addr, row, text_row, read_row;
    logic [129:0] judged_map, judged_text;
    logic [127:0] write_data;
    logic [8:0]   write_check;
    logic         drive_valid_q, text_valid_q;
    logic [5:0]   drive_stream_q;

    assign {addr, out, operand, map_stream, mapped, writes, valid} =
        commands[r*CommandWidth +: CommandWidth];
    assign {text_row, text_valid} = texts[r*TextWidth +: TextWidth];
    assign read   = valid && !writes;
    assign write  = valid && writes;
    assign by_map = valid && mapped;

    always_comb begin
      judged_map = '0;
      if (by_map)
        judged_map = lpu_secded_judge(
            stream_data_i[128 * (Superlanes * 32'(map_stream) + r) +: 128],
            stream_check_i[9 * (Superlanes * 32'(map_stream) + r) +: 9]);

      write_data  = host_data_i[128*r +: 128];
      write_check = host_check_i[9*r +: 9];
      if (write) begin
        write_data  = stream_data_i[128 * (Superlanes * 32'(operand) + r) +: 128];
        write_check = stream_check_i[9 * (Superlanes * 32'(operand) + r) +: 9];
      end

      judged_text = '0;
      if (text_valid_q)
        judged_text = lpu_secded_judge(drive_data_o[128*r +: 128], drive_check_o[9*r +: 9]);
    end
    assign row      = mapped ? judged_map[15:0] : addr;
    assign read_row = read ? row : text_valid ? text_row : host_row_i;

    lpu_mem_tile #(
      .Rows(Rows)
    ) u_tile (
      .clk_i,
      .rst_ni,
      .read_valid_i (read || text_valid || (host_valid_i && !host_write_i)),
      .read_row_i   (read_row),
      .read_data_o  (drive_data_o[128*r +: 128]),
      .read_check_o (drive_check_o[9*r +: 9]),
      .write_valid_i(write || (host_valid_i && host_write_i)),
      .write_row_i  (write ? row : host_row_i),
      .write_data_i (write_data),
      .write_check_i(write_check)
    );

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        drive_valid_q <= 1'b0;
        text_valid_q  <= 1'b0;
      end else begin
        drive_valid_q <= read;
        text_valid_q  <= text_valid;
      end
    end
    always_ff @(posedge clk_i) begin
      if (read) drive_stream_q <= out;
    end

    assign drive_valid_o[r]          = drive_valid_q;
    assign drive_stream_o[6*r +: 6]  = drive_stream_q;
    assign text_valid_o[r]           = text_valid_q;
    assign text_data_o[128*r +: 128] = judged_text[127:0];
    assign {map_uncorrectable[r], map_corrected[r]}   = judged_map[129:128];
    assign {text_uncorrectable[r], text_corrected[r]} = judged_text[129:128];

    assign map_undriven[r]     = by_map && !stream_valid_i[Superlanes * 32'(map_stream) + r];
    assign operand_undriven[r] = write && !stream_valid_i[Superlanes * 32'(operand) + r];
    assign text_and_read[r]    = text_valid && read;
    assign host_and_program[r] = host_valid_i && (valid || text_valid);

    // A row is readable two cycles after its write; this is the one between.
    `LPU_ASSERT(ReadTooSoon,
        !(read || text_valid) || !$past(write) || read_row != $past(row))

    // Of a map only an address is used.
    logic [111:0] unused_map;
    assign unused_map = judged_map[127:16];
  end

  // A host read leaves by the same registers as any other.
  assign host_data_o  = drive_data_o;
  assign host_check_o = drive_check_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      corrected_o     <= '0;
      uncorrectable_o <= 1'b0;
    end else begin
      corrected_o     <= 16'($countones({map_corrected, text_corrected}));
      uncorrectable_o <= {map_uncorrectable, text_uncorrectable} != 0;
    end
  end

  `LPU_ASSERT_INIT(BuiltForTheseLatencies,
      lpu_isa_pkg::MemReadLatency == 1 && lpu_isa_pkg::MemWriteLatency == 2)

  `LPU_ASSERT(InsnOfMem,
      !insn_valid_i || (op >= lpu_isa_pkg::OpRead && op <= lpu_isa_pkg::OpScatter))
  `LPU_ASSERT(MapDriven, map_undriven == 0)
  `LPU_ASSERT(OperandDriven, operand_undriven == 0)
  `LPU_ASSERT(TextAndRead, text_and_read == 0)
  `LPU_ASSERT(HostWhileRunning, host_and_program == 0)
endmodule
