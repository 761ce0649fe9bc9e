// The public surface of @tersor/keras, hand-kept.

export { kerasAdapter, kerasAdapterWith } from "./adapter.ts";
export { Fields, type Json, type JsonObject } from "./config/json.ts";
export { type Argument, type Call } from "./config/argument.ts";
export { type LayerSpec } from "./config/model.ts";
export {
  defineLayer,
  type ExpectedShape,
  type ExpectedVariables,
  type KerasTensor,
  type LayerContext,
  type LayerOutput,
  type LayerRule,
} from "./layers/layer.ts";
export { readKeras, type ReadKerasOptions } from "./read/read.ts";
export { type StoredVariable } from "./store/scope.ts";
export { writeKeras, type WriteKerasOptions } from "./write/write.ts";
