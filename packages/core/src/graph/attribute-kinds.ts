// The kind of each attribute of ONNX's own operators. A name has one kind in all of them, with the exceptions below
// (all schemas of operator sets 7 to 23, listed with onnx.defs.get_all_schemas_with_history of onnx 1.23).

import type { Attribute, Node } from "./graph.ts";

type Kind = Attribute["kind"];

const names: Partial<Record<Kind, string>> = {
  string:
    "activation approximate auto_pad case_change_action coordinate_transformation_mode delimiter direction equation keep_aspect_ratio_policy " +
    "locale mode nearest_mode padding_mode pattern pixel_format reduction round_mode value_string",
  strings: "activations pool_strings stopwords value_strings",
  float:
    "alpha beta bias cubic_coeff_a epsilon extrapolation_value gamma high lambd low max mean min momentum ratio scale softcap " +
    "spatial_scale value_float",
  floats: "activation_alpha activation_beta scales value_floats weights",
  int:
    "align_corners allowzero antialias axis batch_axis batch_dims block_size blocksize ceil_mode center_point_box chunk_size count_include_pad " +
    "detect_negative detect_positive dtype exclude_outside exclusive fmod group hidden_size ignore_index input_forget interleaved inverse " +
    "is_causal k keepdims kv_num_heads largest layout linear_before_reset noop_with_empty_axes num_groups num_heads num_outputs num_scan_inputs " +
    "offset_group onesided output_datatype output_dtype output_height output_width periodic precision q_num_heads rotary_embedding_dim " +
    "sample_size sampling_ratio saturate select_last_index softmax_precision sorted spatial stash_type storage_order time_axis to training_mode " +
    "transA transB upper value_int",
  ints:
    "axes dilations ends kernel_shape ngram_counts ngram_indexes output_padding output_shape pads perm pool_int64s scan_input_axes " +
    "scan_input_directions scan_output_axes scan_output_directions split starts strides value_ints",
  graph: "body else_branch then_branch",
};

const kinds = new Map<string, Kind>(
  Object.entries(names).flatMap(([kind, list]) => list.split(" ").map((name) => [name, kind as Kind] as const)),
);

/** The kind that this attribute must have, or undefined when ONNX does not say or the operator is not ONNX's own. */
export function expectedKind(node: Node, name: string): Kind | undefined {
  if (node.domain !== "") return undefined;
  if (name === "value" && node.op !== "Pad") return "tensor";
  return kinds.get(name);
}
