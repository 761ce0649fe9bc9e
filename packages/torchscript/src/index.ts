// The public surface of @tersor/torchscript, hand-kept.

export { readStateDict } from "./archive/state-dict.ts";
export { writeStateDict } from "./archive/write.ts";
export { readSafetensors } from "./safetensors/read.ts";
export { writeSafetensors } from "./safetensors/write.ts";
export type { TensorFile } from "./tensor-file.ts";
