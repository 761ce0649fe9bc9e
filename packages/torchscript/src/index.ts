// The public surface of @tersor/torchscript, hand-kept.

export { torchAdapter, type TorchWriteOptions } from "./adapter.ts";
export { readStateDict } from "./archive/state-dict.ts";
export { writeStateDict } from "./archive/write.ts";
export { graphWith } from "./back/graph-with.ts";
export { writeBack, type WrittenBack } from "./back/write-back.ts";
export { pairParameters } from "./pair/pair.ts";
export type { PairedBy, PairedParameter, PairedWeight, Pairing } from "./pair/pairing.ts";
export { readTensors } from "./read-tensors.ts";
export { readTorch, type TorchModel } from "./read-torch.ts";
export { readSafetensors } from "./safetensors/read.ts";
export { writeSafetensors } from "./safetensors/write.ts";
export type { TensorFile } from "./tensor-file.ts";
