// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// A position with units on the line of stream registers, both directions. What the next such
/// positions showed `WestHops` and `EastHops` cycles ago is here now, with what units here drive
/// put over it. Units at this position see the result, and so do the next positions in their
/// time. Counterpart of tlm/common/stream_file.h.
///
/// Nothing becomes valid but by a drive; data of a stream that is not valid mean nothing.
module lpu_stream_hop #(
  parameter int unsigned Superlanes = 20,
  /// Drive ports of all units at this position, at least 1.
  parameter int unsigned Drives     = 1,
  /// Positions from the next one with units to the west and to the east, at least 1.
  parameter int unsigned WestHops   = 1,
  parameter int unsigned EastHops   = 1
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  // Eastward streams, 0 … 31, of the position in the west; nothing valid where there is none.
  input  logic [32*Superlanes-1:0]         west_valid_i,
  input  logic [32*Superlanes*128-1:0]     west_data_i,
  input  logic [32*Superlanes*9-1:0]       west_check_i,
  // Westward streams, 32 … 63, of the one in the east.
  input  logic [32*Superlanes-1:0]         east_valid_i,
  input  logic [32*Superlanes*128-1:0]     east_data_i,
  input  logic [32*Superlanes*9-1:0]       east_check_i,
  // The drive ports of the units, one after the other.
  input  logic [Drives*Superlanes-1:0]     drive_valid_i,
  input  logic [Drives*Superlanes*6-1:0]   drive_stream_i,
  input  logic [Drives*Superlanes*128-1:0] drive_data_i,
  input  logic [Drives*Superlanes*9-1:0]   drive_check_i,
  // The registers of this position, as the units want them.
  output logic [64*Superlanes-1:0]         stream_valid_o,
  output logic [64*Superlanes*128-1:0]     stream_data_o,
  output logic [64*Superlanes*9-1:0]       stream_check_o
);

  logic [64*Superlanes-1:0]     valid;
  logic [64*Superlanes*128-1:0] data;
  logic [64*Superlanes*9-1:0]   check;
  logic [64*Superlanes-1:0]     driven;
  logic                         two_drivers;
  int unsigned                  d, r, s;

  lpu_stream_delay #(
    .Superlanes(Superlanes),
    .Hops      (WestHops)
  ) u_eastward (
    .clk_i,
    .rst_ni,
    .valid_i(west_valid_i),
    .data_i (west_data_i),
    .check_i(west_check_i),
    .valid_o(valid[32*Superlanes-1:0]),
    .data_o (data[32*Superlanes*128-1:0]),
    .check_o(check[32*Superlanes*9-1:0])
  );

  lpu_stream_delay #(
    .Superlanes(Superlanes),
    .Hops      (EastHops)
  ) u_westward (
    .clk_i,
    .rst_ni,
    .valid_i(east_valid_i),
    .data_i (east_data_i),
    .check_i(east_check_i),
    .valid_o(valid[64*Superlanes-1:32*Superlanes]),
    .data_o (data[64*Superlanes*128-1:32*Superlanes*128]),
    .check_o(check[64*Superlanes*9-1:32*Superlanes*9])
  );

  // Constant indices, so that synthesis sees a comparator and a multiplexer a register; only what
  // is driven looks for its stream in simulation.
  always_comb begin
    d              = 0;
    r              = 0;
    s              = 0;
    driven         = '0;
    two_drivers    = 1'b0;
    stream_data_o  = data;
    stream_check_o = check;
    if (drive_valid_i != 0) begin
      for (d = 0; d < Drives; d = d + 1) begin
        for (r = 0; r < Superlanes; r = r + 1) begin
          if (drive_valid_i[d*Superlanes + r]) begin
            for (s = 0; s < 64; s = s + 1) begin
              if (drive_stream_i[6*(d*Superlanes + r) +: 6] == 6'(s)) begin
                two_drivers = two_drivers || driven[s*Superlanes + r];
                driven[s*Superlanes + r] = 1'b1;
                stream_data_o[128*(s*Superlanes + r) +: 128] =
                    drive_data_i[128*(d*Superlanes + r) +: 128];
                stream_check_o[9*(s*Superlanes + r) +: 9] =
                    drive_check_i[9*(d*Superlanes + r) +: 9];
              end
            end
          end
        end
      end
    end
    stream_valid_o = valid | driven;
  end

  `LPU_ASSERT(TwoDrivers, !two_drivers)
endmodule
