// Architectures of the tables that the bank lacks, but for their head or one layer: the body as it was exported, the
// rest as the model's own exporter writes it.

import {
  attribute,
  float32,
  int64,
  nodeOf,
  originOf,
  removeDeadCode,
  seededRandom,
  sourceOf,
  type Graph,
  type Node,
  type Tensor,
  type Value,
  type Weight,
} from "@tersor/core";

/** A skeleton made from that of another model. */
export interface Variant {
  readonly name: string;
  readonly from: string;
  make(graph: Graph): Graph;
}

const bertLast = "/m/bert/encoder/layer.1/output/LayerNorm/LayerNormalization_output_0";
const distilLast = "/m/distilbert/transformer/layer.1/output_layer_norm/LayerNormalization_output_0";
const mobileLast = "/m/mobilebert/encoder/layer.1/output/bottleneck/LayerNorm/Add_output_0";
const bartLast = "/m/model/decoder/layers.1/final_layer_norm/LayerNormalization_output_0";
const xlnetLast = "/m/transformer/Transpose_3_output_0";
const bertEmbedded = "/m/bert/embeddings/LayerNorm/Add_1_output_0";

export const variants: readonly Variant[] = [
  { name: "bert_squad", from: "bert_tokcls", make: (graph) => spanHead(graph, bertLast) },
  { name: "distilbert_squad", from: "distilbert_sst2", make: (graph) => spanHead(graph, distilLast) },
  { name: "mobilebert_squad", from: "mobilebert_mrpc", make: (graph) => spanHead(graph, mobileLast) },
  { name: "codebert_defect", from: "codebert", make: (graph) => classHead(graph, "last_hidden_state", 0) },
  { name: "bart_cls", from: "bart_mrpc", make: (graph) => shifted(classHead(graph, bartLast, -1)) },
  { name: "ssdlite_batch", from: "ssdlite_tv", make: batched },
  {
    name: "xlnet_lm",
    from: "xlnet_mrpc",
    make: (graph) => tokenHead(graph, xlnetLast, "m.transformer.word_embedding.weight"),
  },
  { name: "electra_mrpc", from: "bert_seqcls_op14ln", make: (graph) => projected(graph, bertEmbedded) },
];

/** Question answering: a start and an end score per token. */
function spanHead(graph: Graph, hidden: string): Graph {
  const width = widthOf(graph, hidden);
  const nodes = [
    nodeOf("MatMul", "/m/qa_outputs/MatMul", [hidden, "m.qa_outputs.weight"], ["/m/qa_outputs/MatMul_output_0"]),
    nodeOf(
      "Add",
      "/m/qa_outputs/Add",
      ["m.qa_outputs.bias", "/m/qa_outputs/MatMul_output_0"],
      ["/m/qa_outputs/Add_output_0"],
    ),
    nodeOf("Split", "/m/Split", ["/m/qa_outputs/Add_output_0", "m.split"], ["/m/Split_output_0", "/m/Split_output_1"], {
      axis: attribute.int(-1),
    }),
    nodeOf("Squeeze", "/m/Squeeze", ["/m/Split_output_0", "m.last"], ["start_logits"]),
    nodeOf("Squeeze", "/m/Squeeze_1", ["/m/Split_output_1", "m.last"], ["end_logits"]),
  ];
  const weights = {
    "m.qa_outputs.weight": normal([width, 2], 1),
    "m.qa_outputs.bias": float32([2], [0, 0]),
    "m.split": int64([2], [1, 1]),
    "m.last": int64([1], [-1]),
  };
  return withHead(graph, nodes, weights, [
    floats("start_logits", ["batch", "seq"]),
    floats("end_logits", ["batch", "seq"]),
  ]);
}

/** Classification by one token: dense, tanh, projection to two classes. */
function classHead(graph: Graph, hidden: string, token: number): Graph {
  const width = widthOf(graph, hidden);
  const dense = ["m.classifier.dense.weight", "m.classifier.dense.bias"];
  const out = ["m.classifier.out_proj.weight", "m.classifier.out_proj.bias"];
  const transB = { transB: attribute.int(1) };
  const nodes = [
    nodeOf("Gather", "/m/classifier/Gather", [hidden, "m.token"], ["/m/classifier/Gather_output_0"], {
      axis: attribute.int(1),
    }),
    nodeOf("Gemm", "/m/classifier/dense/Gemm", ["/m/classifier/Gather_output_0", ...dense], ["/m/dense"], transB),
    nodeOf("Tanh", "/m/classifier/Tanh", ["/m/dense"], ["/m/tanh"]),
    nodeOf("Gemm", "/m/classifier/out_proj/Gemm", ["/m/tanh", ...out], ["logits"], transB),
  ];
  const weights = {
    "m.token": int64([], [token]),
    "m.classifier.dense.weight": normal([width, width], 2),
    "m.classifier.dense.bias": normal([width], 3),
    "m.classifier.out_proj.weight": normal([2, width], 4),
    "m.classifier.out_proj.bias": float32([2], [0, 0]),
  };
  return withHead(graph, nodes, weights, [floats("logits", ["batch", 2])]);
}

/** A score for every token of the vocabulary, by the table of embeddings turned, as exporters write tied weights. */
function tokenHead(graph: Graph, hidden: string, table: string): Graph {
  const [rows = 0, width = 0] = graph.weights.get(table)?.source.shape ?? [];
  const nodes = [
    nodeOf("MatMul", "/m/lm_loss/MatMul", [hidden, "m.lm_loss.weight"], ["/m/lm_loss/MatMul_output_0"]),
    nodeOf("Add", "/m/lm_loss/Add", ["/m/lm_loss/MatMul_output_0", "m.lm_loss.bias"], ["logits"]),
  ];
  const weights = { "m.lm_loss.weight": normal([width, rows], 7), "m.lm_loss.bias": normal([rows], 8) };
  return withHead(graph, nodes, weights, [floats("logits", ["batch", "seq", rows])]);
}

/** BART classifies with its own input as the decoder's, the last token moved to the front. */
function shifted(graph: Graph): Graph {
  const slice = (name: string, from: string, to: string) =>
    nodeOf("Slice", `/m/${name}`, ["input_ids", from, to, "m.axis"], [`/m/${name}_output_0`]);
  const nodes = [
    slice("last", "m.minus_one", "m.end"),
    slice("others", "m.start", "m.minus_one"),
    nodeOf("Concat", "/m/shift", ["/m/last_output_0", "/m/others_output_0"], ["decoder_input_ids"], {
      axis: attribute.int(1),
    }),
  ];
  const weights = {
    "m.minus_one": int64([1], [-1]),
    "m.end": int64([1], [2 ** 31 - 1]),
    "m.start": int64([1], [0]),
    "m.axis": int64([1], [1]),
  };
  const inputs = graph.inputs.filter(({ name }) => name !== "decoder_input_ids");
  return { ...graph, inputs, nodes: [...nodes, ...graph.nodes], weights: joined(graph, weights) };
}

/** A detector of one image, which takes it with a batch axis. */
function batched(graph: Graph): Graph {
  const [image] = graph.inputs;
  if (image?.type.kind !== "tensor") throw new Error("The detector takes no image.");
  const names = new Map([[image.name, "/m/image"]]);
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => names.get(name) ?? name) }));
  const squeeze = nodeOf("Squeeze", "/m/Squeeze_batch", [image.name, "m.batch"], ["/m/image"]);
  const input: Value = { ...image, type: { ...image.type, shape: [1, ...(image.type.shape ?? [])] } };
  const inputs = [input, ...graph.inputs.slice(1)];
  return { ...graph, inputs, nodes: [squeeze, ...nodes], weights: joined(graph, { "m.batch": int64([1], [0]) }) };
}

/** ELECTRA's small models: embeddings are projected to the width of the encoder. */
function projected(graph: Graph, embedded: string): Graph {
  const width = widthOf(graph, embedded);
  const at = graph.nodes.findIndex(({ outputs }) => outputs.includes(embedded)) + 1;
  const product = "/m/electra/embeddings_project/MatMul_output_0";
  const result = "/m/electra/embeddings_project/Add_output_0";
  const nodes = [
    nodeOf("MatMul", "/m/electra/embeddings_project/MatMul", [embedded, "m.embeddings_project.weight"], [product]),
    nodeOf("Add", "/m/electra/embeddings_project/Add", ["m.embeddings_project.bias", product], [result]),
  ];
  const names = new Map([[embedded, result]]);
  const after = graph.nodes.slice(at).map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => names.get(name) ?? name),
  }));
  const weights = {
    "m.embeddings_project.weight": normal([width, width], 5),
    "m.embeddings_project.bias": normal([width], 6),
  };
  return { ...graph, nodes: [...graph.nodes.slice(0, at), ...nodes, ...after], weights: joined(graph, weights) };
}

function withHead(
  graph: Graph,
  nodes: readonly Node[],
  weights: Readonly<Record<string, Tensor>>,
  outputs: readonly Value[],
): Graph {
  const replaced = new Set(outputs.map(({ name }) => name));
  const body = graph.nodes.filter((node) => !node.outputs.some((name) => replaced.has(name)));
  return removeDeadCode.run({ ...graph, nodes: [...body, ...nodes], weights: joined(graph, weights), outputs });
}

function joined(graph: Graph, tensors: Readonly<Record<string, Tensor>>): ReadonlyMap<string, Weight> {
  const added = Object.entries(tensors).map(([name, tensor]): [string, Weight] => [
    name,
    { source: sourceOf(tensor), origin: originOf(name) },
  ]);
  return new Map([...graph.weights, ...added]);
}

/** The size of a normalised tensor is that of the gains it was normalised with. */
function widthOf({ nodes, weights }: Graph, tensor: string): number {
  const producer = nodes.find(({ outputs }) => outputs.includes(tensor));
  const gain = producer?.inputs
    .flatMap((name) => weights.get(name) ?? [])
    .find(({ source }) => source.shape.length === 1);
  if (gain === undefined) throw new Error(`"${tensor}" is not what a norm gives.`);
  return gain.source.shape[0]!;
}

/** Glorot-like: variance 1 over the first axis. */
function normal(shape: readonly number[], seed: number): Tensor {
  const random = seededRandom(seed);
  const count = shape.reduce((product, dim) => product * dim, 1);
  const std = shape.length > 1 ? 1 / Math.sqrt(Math.max(...shape)) : 0.05;
  const number = () => std * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return float32(shape, Float32Array.from({ length: count }, number));
}

function floats(name: string, shape: readonly (number | string)[]): Value {
  return { name, type: { kind: "tensor", dtype: "float32", shape } };
}
