// A model of pieces, put together in the memory of the host: weights that lie in files go there without a detour.

import { closeSync, openSync, readSync } from "node:fs";
import { fileChanged } from "../errors.ts";
import type { ModelPiece } from "./protocol.ts";

/**
 * The pieces one after another.
 * @throws ONNX_FILE_CHANGED when a file has become shorter.
 */
export function assemble(sizeBytes: number, pieces: readonly ModelPiece[]): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(sizeBytes);
  const handles = new Map<string, number>();
  let offset = 0;
  try {
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) {
        whole.set(piece, offset);
        offset += piece.length;
        continue;
      }
      const { file, start, end } = piece;
      const handle = handles.get(file) ?? openSync(file, "r");
      handles.set(file, handle);
      fill(whole.subarray(offset, offset + end - start), handle, start, file);
      offset += end - start;
    }
    return whole;
  } finally {
    for (const handle of handles.values()) closeSync(handle);
  }
}

function fill(target: Uint8Array, handle: number, start: number, file: string): void {
  for (let done = 0; done < target.length;) {
    const count = readSync(handle, target, done, target.length - done, start + done);
    if (count === 0) throw fileChanged({ file });
    done += count;
  }
}
