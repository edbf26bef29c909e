// SPDX-License-Identifier: Apache-2.0

/// A position of the stream registers, two hops from its western and one from its eastern
/// neighbour, two drive ports, one superlane. The last eastward and the first westward
/// stream show in every cycle what a drive of that cycle says, else what the neighbour showed so
/// many cycles ago, unchanged; and they are valid in no other case. By induction, so for all time
/// after reset, whose state is all zeros. The other streams differ in constants.
module stream_hop (
  input logic              clk_i,
  input logic [31:0]       west_valid, east_valid,
  input logic [32*128-1:0] west_data, east_data,
  input logic [32*9-1:0]   west_check, east_check,
  input logic [1:0]        drive_valid,
  input logic [11:0]       drive_stream,
  input logic [2*128-1:0]  drive_data,
  input logic [2*9-1:0]    drive_check
);

  logic [63:0]       valid;
  logic [64*128-1:0] data;
  logic [64*9-1:0]   check;

  lpu_stream_hop #(
    .Superlanes(1),
    .Drives    (2),
    .WestHops  (2),
    .EastHops  (1)
  ) u_hop (
    .clk_i,
    .rst_ni        (1'b1),
    .west_valid_i  (west_valid),
    .west_data_i   (west_data),
    .west_check_i  (west_check),
    .east_valid_i  (east_valid),
    .east_data_i   (east_data),
    .east_check_i  (east_check),
    .drive_valid_i (drive_valid),
    .drive_stream_i(drive_stream),
    .drive_data_i  (drive_data),
    .drive_check_i (drive_check),
    .stream_valid_o(valid),
    .stream_data_o (data),
    .stream_check_o(check)
  );

  for (genvar n = 0; n < 2; n++) begin : g_stream
    localparam int unsigned Stream = n == 0 ? 31 : 32;
    localparam int unsigned Hops   = Stream < 32 ? 2 : 1;

    // What the neighbour showed, in registers that shift.
    logic [Hops-1:0]     valid_q;
    logic [Hops*137-1:0] words_q;
    logic                from_valid, hit0, hit1, expected_valid;
    logic [136:0]        from_word, expected_word;

    if (Stream < 32) begin : g_from_west
      assign from_valid = west_valid[Stream];
      assign from_word  = {west_check[9*Stream +: 9], west_data[128*Stream +: 128]};
    end else begin : g_from_east
      assign from_valid = east_valid[Stream-32];
      assign from_word  = {east_check[9*(Stream-32) +: 9], east_data[128*(Stream-32) +: 128]};
    end
    always_ff @(posedge clk_i) begin
      valid_q <= {valid_q, from_valid};
      words_q <= {words_q, from_word};
    end

    assign hit0           = drive_valid[0] && drive_stream[5:0] == Stream;
    assign hit1           = drive_valid[1] && drive_stream[11:6] == Stream;
    assign expected_valid = hit0 || hit1 || valid_q[Hops-1];
    assign expected_word  = hit0 ? {drive_check[8:0], drive_data[127:0]}
        : hit1 ? {drive_check[17:9], drive_data[255:128]} : words_q[Hops*137-1 -: 137];

    always_comb begin
      // What the schedule promises: one driver.
      assume (!(hit0 && hit1));
      assert (valid[Stream] == expected_valid);
      assert (!expected_valid
          || {check[9*Stream +: 9], data[128*Stream +: 128]} == expected_word);
    end
  end
endmodule
