// The one error class of the house. Every package adds constructor functions of its own; codes are literals.

/** Facts of an error, as data: what a program may want to read. */
export type ErrorData = Readonly<Record<string, unknown>>;

/**
 * The base of everything Tersor throws. `code` names the kind of error and never changes its meaning,
 * `message` says what is wrong, where, and what to do, `data` holds the same facts for programs.
 */
export class TersorError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly data: ErrorData;

  constructor(code: Code, message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "TersorError";
    this.code = code;
    this.data = data;
  }
}

/** Whether `error` was thrown by Tersor, optionally with one code. */
export function isTersorError(error: unknown, code?: string): error is TersorError {
  return error instanceof TersorError && (code === undefined || error.code === code);
}

// Constructors of core's errors about whole graphs.

/** A graph that breaks a rule which every graph must keep. */
export function graphInvalid(
  problems: readonly { readonly message: string }[],
  pass?: string,
): TersorError<"CORE_GRAPH_INVALID"> {
  const [first] = problems;
  const where = pass === undefined ? "The graph is not valid" : `The pass "${pass}" left a graph that is not valid`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more problems)` : "";
  const advice =
    pass === undefined ? "Export the model again, or repair the file." : "This is a bug of the pass: leave it out.";
  const message = `${where}: ${first?.message ?? "unknown"}${more}. ${advice}`;
  return new TersorError("CORE_GRAPH_INVALID", message, { problems, ...(pass !== undefined && { pass }) });
}

/** Shapes of inputs that the graph can't have, or that contradict each other. */
export function inputShapeMismatch(
  input: string,
  declared: readonly (number | string)[],
  given: readonly number[],
  why: string,
): TersorError<"CORE_INPUT_SHAPE_MISMATCH"> {
  const message = `The input "${input}" has the shape [${declared.join(", ")}], but [${given.join(", ")}] was given: ${why}. Give a shape that fits.`;
  return new TersorError("CORE_INPUT_SHAPE_MISMATCH", message, { input, declared, given });
}

/** Two definitions of one operator. */
export function operatorDuplicate(domain: string, type: string): TersorError<"CORE_OPERATOR_DUPLICATE"> {
  const where = domain === "" ? "the ONNX domain" : `the domain "${domain}"`;
  const message = `The operator "${type}" of ${where} is defined twice. Remove one of the definitions or give it a domain of its own.`;
  return new TersorError("CORE_OPERATOR_DUPLICATE", message, { domain, type });
}

/** An operator set that this version does not read. */
export function opsetUnsupported(version: number, from: number, to: number): TersorError<"CORE_OPSET_UNSUPPORTED"> {
  const message = `The model uses version ${version} of ONNX's operator set; versions ${from} to ${to} are supported. Export it with another opset.`;
  return new TersorError("CORE_OPSET_UNSUPPORTED", message, { version, from, to });
}

/** A node that means something a later operator set can't say, or that is not known. */
export function opsetRaise(node: string, op: string, version: number, why: string): TersorError<"CORE_OPSET_RAISE"> {
  const message = `The node "${node}" (${op}) can't be brought to version ${version} of ONNX's operator set: ${why}. Export the model with a later opset, or ask for an output that needs none.`;
  return new TersorError("CORE_OPSET_RAISE", message, { node, op, version, why });
}
