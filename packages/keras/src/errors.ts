// Everything that @tersor/keras throws, one constructor per code, in alphabetical order.

import { TersorError } from "@tersor/core";

/** A layer that can't be converted, and why. */
export interface UnsupportedLayer {
  readonly layer: string;
  readonly className: string;
  readonly why: string;
}

/** A layer whose output leads back to its input, or which is fed by one that is not there. */
export function callsUnresolved(facts: { model: string; layers: readonly string[] }): TersorError {
  const shown = facts.layers.slice(0, 5).join(", ");
  const more = facts.layers.length > 5 ? ` and ${facts.layers.length - 5} more` : "";
  return new TersorError(
    "KERAS_CALLS",
    `The model "${facts.model}" has layers that never get their inputs, because they feed one another or one that is not there: ${shown}${more}. Save the model again.`,
    facts,
  );
}

export function configField(facts: { where: string; field: string; expected: string }): TersorError {
  return new TersorError(
    "KERAS_CONFIG_FIELD",
    `The configuration of ${facts.where} should have ${facts.expected} as "${facts.field}", and has not. Save the model again with Keras.`,
    facts,
  );
}

export function configJson(facts: { file: string; why: string }): TersorError {
  return new TersorError(
    "KERAS_CONFIG_JSON",
    `The configuration in "${facts.file}" is not the JSON that Keras writes: ${facts.why}. Save the model again with Keras.`,
    facts,
  );
}

/** A file that is none of the formats of this door. */
export function formatUnknown(facts: { file: string; why: string }): TersorError {
  return new TersorError(
    "KERAS_FORMAT",
    `"${facts.file}" is no Keras model: ${facts.why}. Give a .h5 or .keras file, or the model.json of a TensorFlow.js layers model.`,
    facts,
  );
}

export function h5Broken(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "KERAS_H5_BROKEN",
    `The HDF5 file "${facts.file}" can't be read: ${facts.why}. Copy it again from where it came.`,
    facts,
    cause,
  );
}

/** Links to other files are not followed. */
export function h5Link(facts: { file: string; path: string }): TersorError {
  return new TersorError(
    "KERAS_H5_LINK",
    `"${facts.path}" in "${facts.file}" is a link to somewhere else, which is not followed. Save the model again with its weights inside.`,
    facts,
  );
}

export function outputFormat(facts: { file: string; format: string; source: string; can: string }): TersorError {
  return new TersorError(
    "KERAS_OUTPUT_FORMAT",
    `A ${facts.format} file can't be written from "${facts.source}": new weights go back into the format they came from, or into a TensorFlow.js folder. Choose ${facts.can}.`,
    facts,
  );
}

/** The graph to write did not come from a Keras file. */
export function sourceMissing(facts: { file: string; source?: string }): TersorError {
  return new TersorError(
    "KERAS_SOURCE_MISSING",
    `Keras files are written as copies of a Keras model with other weights, and ${facts.source === undefined ? "the graph was read from no file" : `"${facts.source}" is none`}. Choose another format, or name the model with { source }.`,
    facts,
  );
}

/** A TensorFlow.js folder that is not whole, or says what can't be. */
export function tfjsBroken(facts: { file: string; why: string }): TersorError {
  return new TersorError(
    "KERAS_TFJS_BROKEN",
    `The TensorFlow.js model "${facts.file}" can't be read: ${facts.why}. Download or convert it again.`,
    facts,
  );
}

/** Weights of two layers would have one name, by which TensorFlow.js could not tell them apart. */
export function tfjsNames(facts: { file: string; weight: string }): TersorError {
  return new TersorError(
    "KERAS_TFJS_NAMES",
    `Two layers of "${facts.file}" would have the weight "${facts.weight}" in TensorFlow.js, which finds weights by these names. Give the layers inside nested models names of their own.`,
    facts,
  );
}

export function tooLarge(facts: { file: string; what: string; limit: string }): TersorError {
  return new TersorError(
    "KERAS_TOO_LARGE",
    `"${facts.file}" holds ${facts.what}, more than ${facts.limit}. No model that Keras saves does that.`,
    facts,
  );
}

/** The file has no weight of this name, or another number of weights than the layer has. */
export function weightMissing(facts: { layer: string; weight: string; where: string; has: string }): TersorError {
  return new TersorError(
    "KERAS_WEIGHT_MISSING",
    `The layer "${facts.layer}" needs the weight "${facts.weight}", but ${facts.where} has ${facts.has}. The weights belong to another configuration, or the layer was saved before it was built.`,
    facts,
  );
}

export function weightShape(facts: {
  layer: string;
  weight: string;
  expected: readonly (number | undefined)[];
  received: readonly number[];
}): TersorError {
  const expected = facts.expected.map((dim) => dim ?? "any").join(", ");
  return new TersorError(
    "KERAS_WEIGHT_SHAPE",
    `The weight "${facts.weight}" of the layer "${facts.layer}" should have the shape [${expected}] and has [${facts.received.join(", ")}]. The weights belong to another configuration.`,
    facts,
  );
}

export function weightType(facts: { file: string; weight: string; why: string }): TersorError {
  return new TersorError(
    "KERAS_WEIGHT_TYPE",
    `The weight "${facts.weight}" in "${facts.file}" can't be read: ${facts.why}. Save the model with float weights.`,
    facts,
  );
}

/** Weights without the layers they belong to. */
export function weightsOnly(facts: { file: string }): TersorError {
  return new TersorError(
    "KERAS_WEIGHTS_ONLY",
    `"${facts.file}" holds weights but no configuration of layers (it was made by save_weights). Save the whole model with model.save, or pass model.to_json() as { config }.`,
    facts,
  );
}

/** Weights that changed but have no way back into the file. */
export function weightsStuck(facts: { file: string; weights: readonly string[] }): TersorError {
  const shown = facts.weights.slice(0, 5).join(", ");
  return new TersorError(
    "KERAS_WEIGHTS_STUCK",
    `These weights have another shape or type than the tensors of "${facts.file}" they came from: ${shown}. Write the graph as ONNX instead.`,
    facts,
  );
}

export function unsupportedLayers(layers: readonly UnsupportedLayer[]): TersorError {
  const shown = layers.slice(0, 20).map(({ layer, className, why }) => `"${layer}" (${className}): ${why}`);
  const more = layers.length > 20 ? `; and ${layers.length - 20} more` : "";
  return new TersorError(
    "KERAS_UNSUPPORTED",
    `${layers.length === 1 ? "A layer" : `${layers.length} layers`} can't be converted: ${shown.join("; ")}${more}. Give a rule for it with { layers }, or export the model through a SavedModel.`,
    { layers },
  );
}

/** A zip archive that is not whole, or names what it may not. */
export function zipBroken(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "KERAS_ZIP_BROKEN",
    `The archive "${facts.file}" can't be read: ${facts.why}. Copy it again from where it came.`,
    facts,
    cause,
  );
}
