// Any weight file, known by how it begins.

import { notWeights } from "./errors.ts";
import { readStateDict } from "./archive/state-dict.ts";
import { ByteFile } from "./file/bytes.ts";
import { looksLikeSafetensors } from "./safetensors/header.ts";
import { readSafetensors } from "./safetensors/read.ts";
import type { TensorFile } from "./tensor-file.ts";
import { looksLikeZip, readDirectory } from "./zip/directory.ts";

/**
 * Reads the tensors of a weight file: safetensors, its index, or an archive of torch.save or torch.jit.save.
 * @throws as `readSafetensors` and `readStateDict`; TORCH_NOT_WEIGHTS for anything else
 */
export function readTensors(path: string): TensorFile {
  if (/\.safetensors(\.index\.json)?$/i.test(path)) return readSafetensors(path);
  const file = new ByteFile(path);
  if (!looksLikeZip(file) && looksLikeSafetensors(file)) return readSafetensors(path);
  if (path.endsWith(".json")) throw notWeights({ file: path, why: "it is JSON, but no index of safetensors" });
  return readStateDict(path);
}

const PROTO = 0x80;

/** Whether a file holds weights of PyTorch, by its name and first bytes. Other programs use ".bin" and zip archives too. */
export function isWeightFile(path: string): boolean {
  if (/\.(safetensors(\.index\.json)?|pt|pth)$/i.test(path)) return true;
  if (/\.json$/i.test(path)) return false;
  const file = new ByteFile(path);
  if (looksLikeZip(file)) return hasPickle(file);
  return /\.bin$/i.test(path) && file.sizeBytes > 2 && file.read(0, 1)[0] === PROTO;
}

function hasPickle(file: ByteFile): boolean {
  try {
    return [...readDirectory(file).keys()].some((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  } catch {
    return false;
  }
}
