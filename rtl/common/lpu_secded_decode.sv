// SPDX-License-Identifier: Apache-2.0

/// Judges a 16-byte word with its check bits: one wrong bit is put right, two are found.
/// Counterpart of `secded_decode` in tlm/mem/secded.h. A process that judges only valid words
/// calls the function instead: lpu_secded.svh.
module lpu_secded_decode (
  input  logic [127:0] data_i,
  input  logic [8:0]   check_i,
  output logic [127:0] data_o,
  // One of the 137 bits was wrong; `data_o` is right.
  output logic         corrected_o,
  // More were wrong; `data_o` is `data_i`.
  output logic         uncorrectable_o
);
`include "lpu_secded.svh"

  logic [129:0] judged;

  assign judged = lpu_secded_judge(data_i, check_i);
  assign {uncorrectable_o, corrected_o, data_o} = judged;
endmodule
