// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// One chip: instruction queues, both hemispheres, the VXM between them, the way of program text,
/// and the host's port. Counterpart of tlm/chip/chip_core.h; the floor plan is isa::Geometry.
///
/// Between programs the host resets the chip, which MEM does not notice, writes rows of MEM, loads
/// each queue with its length and head, and starts; program cycle 0 is the next cycle. Slices and
/// queues are numbered as in isa::Geometry, slices over both hemispheres, west first.
module lpu_chip #(
  parameter int unsigned Superlanes   = lpu_isa_pkg::Superlanes,
  parameter int unsigned MemSlices    = lpu_isa_pkg::MemSlices,
  parameter int unsigned MemRows      = lpu_isa_pkg::MemRows,
  parameter int unsigned SlicesPerHop = lpu_isa_pkg::MemSlicesPerHop,
  parameter int unsigned VxmThrough   = lpu_isa_pkg::VxmThrough,
  parameter int unsigned MemToSxm     = lpu_isa_pkg::MemToSxm,
  parameter int unsigned SxmToMxm     = lpu_isa_pkg::SxmToMxm,
  parameter int unsigned MxmToSxm     = lpu_isa_pkg::MxmToSxm,
  // Derived, do not override.
  parameter int unsigned Links        = 16,
  parameter int unsigned PhitBits     = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  // Host: a row of MEM. Its check bits are made here, or are those given if `raw`, so that a fault
  // can be planted. A read shows what is stored, in the next cycle.
  input  logic                      host_mem_valid_i,
  input  logic                      host_mem_write_i,
  input  logic [15:0]               host_slice_i,
  input  logic [15:0]               host_row_i,
  input  logic [Superlanes*128-1:0] host_data_i,
  input  logic                      host_raw_i,
  input  logic [Superlanes*9-1:0]   host_check_i,
  output logic [Superlanes*128-1:0] host_data_o,
  output logic [Superlanes*9-1:0]   host_check_o,
  // Host: an instruction of a queue's head; a new program of `length` instructions for a queue.
  input  logic                      host_insn_valid_i,
  input  logic                      host_load_i,
  input  logic [15:0]               host_queue_i,
  input  logic [5:0]                host_index_i,
  input  logic [127:0]              host_insn_i,
  input  logic [31:0]               host_length_i,
  input  logic                      start_i,
  // Cycle of the program, the cycle of its end as far as dispatched, that it is over.
  output logic [63:0]               cycle_o,
  output logic [63:0]               end_o,
  output logic                      done_o,
  // SECDED since the reset: words put right; a word with two wrong bits was used.
  output logic [31:0]               corrected_o,
  output logic                      uncorrectable_o,
  // The wires of the links. A vector that could not be corrected is driven; symbols put right and
  // frames that could not be, since the reset.
  output logic [Links-1:0]          phit_valid_o,
  output logic [Links*PhitBits-1:0] phit_data_o,
  input  logic [Links-1:0]          phit_valid_i,
  input  logic [Links*PhitBits-1:0] phit_data_i,
  output logic [Links-1:0]          flagged_o,
  output logic [31:0]               fec_corrected_o,
  output logic [31:0]               fec_flagged_o
);
`include "lpu_secded.svh"

  // Queues of a kind and their first one.
  localparam int unsigned Slices   = 2 * MemSlices;
  localparam int unsigned VxmFirst = Slices;
  localparam int unsigned MxmFirst = VxmFirst + lpu_isa_pkg::Alus;
  localparam int unsigned SxmFirst = MxmFirst + 12;
  localparam int unsigned C2cFirst = SxmFirst + 12;
  localparam int unsigned Queues   = C2cFirst + Links;
  localparam int unsigned Half     = Links / 2;
  localparam int unsigned Middle   = VxmThrough / 2 + 1;

  logic [Queues-1:0]                insn_valid;
  logic [Queues*128-1:0]            insn;
  logic [Queues-1:0]                notifies, parked, done;
  logic                             notify;
  logic [Queues-1:0]                fetch_valid;
  logic [Queues*16-1:0]             fetch_slice, fetch_row;
  logic [Queues*Superlanes-1:0]     text_valid;
  logic [Queues*Superlanes*128-1:0] text_data;

  assign notify = notifies != 0;

  for (genvar q = 0; q < Queues; q++) begin : g_queue
    logic host_here;
    assign host_here = 32'(host_queue_i) == q;

    lpu_icu_queue #(
      .Superlanes(Superlanes)
    ) u_queue (
      .clk_i,
      .rst_ni,
      .host_valid_i (host_insn_valid_i && host_here),
      .host_index_i (host_index_i),
      .host_insn_i  (host_insn_i),
      .load_i       (host_load_i && host_here),
      .length_i     (host_length_i),
      .start_i,
      .insn_valid_o (insn_valid[q]),
      .insn_o       (insn[128*q +: 128]),
      .notify_o     (notifies[q]),
      .notify_i     (notify),
      .fetch_valid_o(fetch_valid[q]),
      .fetch_slice_o(fetch_slice[16*q +: 16]),
      .fetch_row_o  (fetch_row[16*q +: 16]),
      .text_valid_i (text_valid[Superlanes*q +: Superlanes]),
      .text_data_i  (text_data[128*Superlanes*q +: 128*Superlanes]),
      .parked_o     (parked[q]),
      .done_o       (done[q])
    );
  end

  logic [Slices-1:0]                read_valid;
  logic [Slices*16-1:0]             read_row;
  logic [Slices*Superlanes-1:0]     word_valid;
  logic [Slices*Superlanes*128-1:0] word_data;

  lpu_chip_text #(
    .Superlanes(Superlanes),
    .Queues    (Queues),
    .Slices    (Slices)
  ) u_text (
    .clk_i,
    .rst_ni,
    .fetch_valid_i(fetch_valid),
    .fetch_slice_i(fetch_slice),
    .fetch_row_i  (fetch_row),
    .read_valid_o (read_valid),
    .read_row_o   (read_row),
    .word_valid_i (word_valid),
    .word_data_i  (word_data),
    .text_valid_o (text_valid),
    .text_data_o  (text_data)
  );

  // The host's row with its check bits, and what the slices show.
  logic [Slices-1:0]                host_valid;
  logic [Superlanes*9-1:0]          host_check;
  logic [Slices*Superlanes*128-1:0] slice_data;
  logic [Slices*Superlanes*9-1:0]   slice_check;
  logic [15:0]                      host_slice_q;
  int unsigned                      word;

  always_comb begin
    host_valid = '0;
    host_check = host_check_i;
    word       = 0;
    if (host_mem_valid_i) begin
      host_valid = Slices'(1) << host_slice_i;
      if (!host_raw_i) begin
        for (word = 0; word < Superlanes; word = word + 1)
          host_check[9*word +: 9] = lpu_secded_check(host_data_i[128*word +: 128]);
      end
    end
  end
  always_ff @(posedge clk_i) begin
    if (host_mem_valid_i) host_slice_q <= host_slice_i;
  end
  assign host_data_o  = slice_data[128*Superlanes*32'(host_slice_q) +: 128*Superlanes];
  assign host_check_o = slice_check[9*Superlanes*32'(host_slice_q) +: 9*Superlanes];

  // The VXM's position, and the streams on both sides of it.
  logic [64*Superlanes-1:0]     valid, vxm_drive_valid;
  logic [64*Superlanes*6-1:0]   vxm_drive_stream;
  logic [64*Superlanes*128-1:0] data, vxm_drive_data;
  logic [64*Superlanes*9-1:0]   check, vxm_drive_check;
  logic [32*Superlanes-1:0]     west_valid, east_valid;
  logic [32*Superlanes*128-1:0] west_data, east_data;
  logic [32*Superlanes*9-1:0]   west_check, east_check;
  logic [15:0]                  vxm_corrected, west_corrected, east_corrected;
  logic [31:0]                  west_fec_corrected, east_fec_corrected;
  logic [31:0]                  west_fec_flagged, east_fec_flagged;
  logic                         vxm_uncorrectable, west_uncorrectable, east_uncorrectable;

  lpu_stream_hop #(
    .Superlanes(Superlanes),
    .Drives    (64),
    .WestHops  (Middle),
    .EastHops  (Middle)
  ) u_hop (
    .clk_i,
    .rst_ni,
    .west_valid_i  (west_valid),
    .west_data_i   (west_data),
    .west_check_i  (west_check),
    .east_valid_i  (east_valid),
    .east_data_i   (east_data),
    .east_check_i  (east_check),
    .drive_valid_i (vxm_drive_valid),
    .drive_stream_i(vxm_drive_stream),
    .drive_data_i  (vxm_drive_data),
    .drive_check_i (vxm_drive_check),
    .stream_valid_o(valid),
    .stream_data_o (data),
    .stream_check_o(check)
  );

  lpu_vxm #(
    .Superlanes(Superlanes)
  ) u_vxm (
    .clk_i,
    .rst_ni,
    .insn_valid_i   (insn_valid[VxmFirst +: 16]),
    .insn_i         (insn[128*VxmFirst +: 128*16]),
    .stream_valid_i (valid),
    .stream_data_i  (data),
    .stream_check_i (check),
    .drive_valid_o  (vxm_drive_valid),
    .drive_stream_o (vxm_drive_stream),
    .drive_data_o   (vxm_drive_data),
    .drive_check_o  (vxm_drive_check),
    .corrected_o    (vxm_corrected),
    .uncorrectable_o(vxm_uncorrectable)
  );

  // West is hemisphere 0; its outward streams are the westward ones.
  lpu_chip_hemisphere #(
    .West        (1'b1),
    .Superlanes  (Superlanes),
    .MemSlices   (MemSlices),
    .MemRows     (MemRows),
    .SlicesPerHop(SlicesPerHop),
    .VxmThrough  (VxmThrough),
    .MemToSxm    (MemToSxm),
    .SxmToMxm    (SxmToMxm),
    .MxmToSxm    (MxmToSxm)
  ) u_west (
    .clk_i,
    .rst_ni,
    .mem_valid_i    (insn_valid[0 +: MemSlices]),
    .mem_insn_i     (insn[0 +: 128*MemSlices]),
    .mxm_valid_i    (insn_valid[MxmFirst +: 6]),
    .mxm_insn_i     (insn[128*MxmFirst +: 128*6]),
    .sxm_valid_i    (insn_valid[SxmFirst +: 6]),
    .sxm_insn_i     (insn[128*SxmFirst +: 128*6]),
    .c2c_valid_i    (insn_valid[C2cFirst +: Half]),
    .c2c_insn_i     (insn[128*C2cFirst +: 128*Half]),
    .outward_valid_i(valid[32*Superlanes +: 32*Superlanes]),
    .outward_data_i (data[128*32*Superlanes +: 128*32*Superlanes]),
    .outward_check_i(check[9*32*Superlanes +: 9*32*Superlanes]),
    .inward_valid_o (west_valid),
    .inward_data_o  (west_data),
    .inward_check_o (west_check),
    .text_valid_i   (read_valid[0 +: MemSlices]),
    .text_row_i     (read_row[0 +: 16*MemSlices]),
    .text_valid_o   (word_valid[0 +: Superlanes*MemSlices]),
    .text_data_o    (word_data[0 +: 128*Superlanes*MemSlices]),
    .host_valid_i   (host_valid[0 +: MemSlices]),
    .host_write_i   (host_mem_write_i),
    .host_row_i,
    .host_data_i,
    .host_check_i   (host_check),
    .host_data_o    (slice_data[0 +: 128*Superlanes*MemSlices]),
    .host_check_o   (slice_check[0 +: 9*Superlanes*MemSlices]),
    .phit_valid_o   (phit_valid_o[0 +: Half]),
    .phit_data_o    (phit_data_o[0 +: PhitBits*Half]),
    .phit_valid_i   (phit_valid_i[0 +: Half]),
    .phit_data_i    (phit_data_i[0 +: PhitBits*Half]),
    .flagged_o      (flagged_o[0 +: Half]),
    .fec_corrected_o(west_fec_corrected),
    .fec_flagged_o  (west_fec_flagged),
    .corrected_o    (west_corrected),
    .uncorrectable_o(west_uncorrectable)
  );

  lpu_chip_hemisphere #(
    .West        (1'b0),
    .Superlanes  (Superlanes),
    .MemSlices   (MemSlices),
    .MemRows     (MemRows),
    .SlicesPerHop(SlicesPerHop),
    .VxmThrough  (VxmThrough),
    .MemToSxm    (MemToSxm),
    .SxmToMxm    (SxmToMxm),
    .MxmToSxm    (MxmToSxm)
  ) u_east (
    .clk_i,
    .rst_ni,
    .mem_valid_i    (insn_valid[MemSlices +: MemSlices]),
    .mem_insn_i     (insn[128*MemSlices +: 128*MemSlices]),
    .mxm_valid_i    (insn_valid[MxmFirst+6 +: 6]),
    .mxm_insn_i     (insn[128*(MxmFirst+6) +: 128*6]),
    .sxm_valid_i    (insn_valid[SxmFirst+6 +: 6]),
    .sxm_insn_i     (insn[128*(SxmFirst+6) +: 128*6]),
    .c2c_valid_i    (insn_valid[C2cFirst+Half +: Half]),
    .c2c_insn_i     (insn[128*(C2cFirst+Half) +: 128*Half]),
    .outward_valid_i(valid[0 +: 32*Superlanes]),
    .outward_data_i (data[0 +: 128*32*Superlanes]),
    .outward_check_i(check[0 +: 9*32*Superlanes]),
    .inward_valid_o (east_valid),
    .inward_data_o  (east_data),
    .inward_check_o (east_check),
    .text_valid_i   (read_valid[MemSlices +: MemSlices]),
    .text_row_i     (read_row[16*MemSlices +: 16*MemSlices]),
    .text_valid_o   (word_valid[Superlanes*MemSlices +: Superlanes*MemSlices]),
    .text_data_o    (word_data[128*Superlanes*MemSlices +: 128*Superlanes*MemSlices]),
    .host_valid_i   (host_valid[MemSlices +: MemSlices]),
    .host_write_i   (host_mem_write_i),
    .host_row_i,
    .host_data_i,
    .host_check_i   (host_check),
    .host_data_o    (slice_data[128*Superlanes*MemSlices +: 128*Superlanes*MemSlices]),
    .host_check_o   (slice_check[9*Superlanes*MemSlices +: 9*Superlanes*MemSlices]),
    .phit_valid_o   (phit_valid_o[Half +: Half]),
    .phit_data_o    (phit_data_o[PhitBits*Half +: PhitBits*Half]),
    .phit_valid_i   (phit_valid_i[Half +: Half]),
    .phit_data_i    (phit_data_i[PhitBits*Half +: PhitBits*Half]),
    .flagged_o      (flagged_o[Half +: Half]),
    .fec_corrected_o(east_fec_corrected),
    .fec_flagged_o  (east_fec_flagged),
    .corrected_o    (east_corrected),
    .uncorrectable_o(east_uncorrectable)
  );

  lpu_chip_end #(
    .Superlanes(Superlanes),
    .Queues    (Queues)
  ) u_end (
    .clk_i,
    .rst_ni,
    .load_i      (host_load_i),
    .start_i,
    .insn_valid_i(insn_valid),
    .insn_i      (insn),
    .queue_done_i(done),
    .cycle_o,
    .end_o,
    .done_o
  );

  assign fec_corrected_o = west_fec_corrected + east_fec_corrected;
  assign fec_flagged_o   = west_fec_flagged + east_fec_flagged;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      corrected_o     <= '0;
      uncorrectable_o <= 1'b0;
    end else begin
      corrected_o <= corrected_o + 32'(vxm_corrected) + 32'(west_corrected) + 32'(east_corrected);
      uncorrectable_o <= uncorrectable_o || vxm_uncorrectable || west_uncorrectable
          || east_uncorrectable;
    end
  end

  `LPU_ASSERT(NobodyParked, !notify || parked != 0)
  `LPU_ASSERT(SliceExists, !host_mem_valid_i || 32'(host_slice_i) < Slices)
endmodule
