// Errors of the command line and its API.

import { TersorError } from "@tersor/core";

export function checkFailed(output: string, reasons: readonly { readonly name: string; readonly reason: string }[], suspects: readonly { readonly node: string; readonly op: string }[]): TersorError<"TERSOR_CHECK_FAILED"> {
  const list = reasons.map(({ name, reason }) => `  ${name}: ${reason}`).join("\n");
  const names = suspects.slice(0, 5).map(({ node }) => `--exclude "${node}"`);
  const advice = names.length > 0 ? `The operators that add most of the error come first; leave them float with\n  ${names.join(" ")}` : "Leave operators float with --exclude, or give other calibration data.";
  return new TersorError(
    "TERSOR_CHECK_FAILED",
    `The quantized model does not hold against its source, so "${output}" was not written:\n${list}\n${advice}\nTo write it all the same: --check none.`,
    { output, failing: reasons, suspects },
  );
}

export function modelNotFound(path: string): TersorError<"TERSOR_MODEL_NOT_FOUND"> {
  return new TersorError("TERSOR_MODEL_NOT_FOUND", `There is no model at "${path}".`, { path });
}

export function outputExists(path: string): TersorError<"TERSOR_OUTPUT_EXISTS"> {
  return new TersorError("TERSOR_OUTPUT_EXISTS", `"${path}" is there already. Choose another name with -o, or pass --force to replace it.`, { path });
}

export function outputIsInput(path: string): TersorError<"TERSOR_OUTPUT_IS_INPUT"> {
  return new TersorError("TERSOR_OUTPUT_IS_INPUT", `The output "${path}" is the model itself, which is never written over. Choose another name with -o.`, { path });
}

export function outputNotWritable(path: string, cause: unknown): TersorError<"TERSOR_OUTPUT_NOT_WRITABLE"> {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TersorError("TERSOR_OUTPUT_NOT_WRITABLE", `"${path}" can't be written: ${why}`, { path }, cause);
}

export function formatDoesNotFit(mode: string, format: string, formats: readonly string[]): TersorError<"TERSOR_FORMAT_MODE"> {
  return new TersorError("TERSOR_FORMAT_MODE", `The format "${format}" does not go with the mode "${mode}". It takes: ${formats.join(", ")}.`, { mode, format, formats });
}
