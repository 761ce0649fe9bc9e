// Flags about equalizing before quantizing and correcting after it.

import { InvalidArgumentError, type Command } from "commander";
import type { CorrectionKind, EqualizeMethod, EqualizeStep } from "@tersor/quantize";

/** What the flags say. */
export interface EqualizeFlags {
  readonly equalize?: readonly EqualizeMethod[];
  readonly alpha?: number | "auto";
  readonly correct?: readonly CorrectionKind[];
}

/** Adds the flags to a command. */
export function withEqualize(command: Command): Command {
  return command
    .option(
      "--equalize <methods>",
      "even out channels before quantizing: smooth-quant, cross-layer, or both in order, with a comma between",
      equalizeMethods,
    )
    .option("--alpha <share>", "what smooth-quant moves into the weights: 0 to 1 (default: 0.5), or auto", alphaShare)
    .option("--correct <kinds>", "take mean errors off again: bias, weight, or both", correctionKinds);
}

/** The flags as options of the call. */
export function equalizeOptions({ equalize, alpha, correct }: EqualizeFlags): {
  readonly equalize?: readonly EqualizeStep[];
  readonly correct?: readonly CorrectionKind[];
} {
  const methods = equalize ?? (alpha === undefined ? undefined : (["smooth-quant"] as const));
  const steps = methods?.map((method): EqualizeStep =>
    method === "smooth-quant" && alpha !== undefined ? { method, alpha } : method,
  );
  return { ...(steps && { equalize: steps }), ...(correct && { correct }) };
}

function equalizeMethods(text: string): readonly EqualizeMethod[] {
  return listOf(text, ["smooth-quant", "cross-layer"]);
}

function correctionKinds(text: string): readonly CorrectionKind[] {
  return listOf(text, ["bias", "weight"]);
}

function listOf<Name extends string>(text: string, known: readonly Name[]): readonly Name[] {
  return text.split(",").map((part) => {
    const name = known.find((one) => one === part.trim());
    if (name === undefined) throw new InvalidArgumentError(`It must be ${known.join(" or ")}, or both with a comma.`);
    return name;
  });
}

function alphaShare(text: string): number | "auto" {
  if (text === "auto") return text;
  const share = Number(text);
  if (text.trim() === "" || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError('It must be a number from 0 to 1, or "auto".');
  return share;
}
