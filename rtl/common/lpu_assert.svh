// SPDX-License-Identifier: Apache-2.0
// The assertions of this project, in one form. Each label is the sentence that was broken.
// Synthesis and netlist tools that define YOSYS see none of them.
`ifndef LPU_ASSERT_SVH
`define LPU_ASSERT_SVH

`ifdef YOSYS
`define LPU_ASSERT(Label, Condition)
`define LPU_ASSERT_INIT(Label, Condition)
`else

// Holds at every rising clock edge outside reset.
`define LPU_ASSERT(Label, Condition)                                       \
  Label: assert property (@(posedge clk_i) disable iff (!rst_ni) Condition) \
    else $error("%m");

// Holds for the parameters; judged once, when the model starts.
`define LPU_ASSERT_INIT(Label, Condition) \
  initial begin                           \
    Label: assert (Condition)             \
      else $fatal(1, "%m");               \
  end

`endif
`endif
