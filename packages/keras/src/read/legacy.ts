// The .h5 files of model.save: the configuration as an attribute, the weights in a group per layer of the outermost
// model, each with the names of its weights. Files of save_weights hold the second part only.

import { parseJson, type Json } from "../config/json.ts";
import type { StoredModel } from "../convert/convert.ts";
import { configJson, weightsOnly } from "../errors.ts";
import { openH5, type H5File } from "../store/h5.ts";
import { groupedScope, type NamedVariable } from "../store/named.ts";
import { numberedScope } from "../store/numbered.ts";
import type { VariableScope } from "../store/scope.ts";

/**
 * Opens an .h5 file. `config` is what model.to_json() gives, for files that hold weights only.
 * @throws KERAS_WEIGHTS_ONLY, KERAS_CONFIG_JSON, and the errors of HDF5 files
 */
export async function openLegacy(path: string, config?: string): Promise<StoredModel> {
  const h5 = await openH5(path);
  const text = config ?? textOf(h5.attribute("", "model_config"));
  if (text === undefined) throw weightsOnly({ file: path });
  const written = parseJson(text, path);
  if (typeof written !== "object" || written === null || Array.isArray(written))
    throw configJson({ file: path, why: "it is no object" });
  return { file: path, config: written, scope: scopeOf(h5), version: versionOf(h5, written), variables: h5.datasets };
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.join("");
}

function versionOf(h5: H5File, config: Json): string {
  const inside =
    typeof config === "object" && config !== null && "keras_version" in config ? config["keras_version"] : undefined;
  const stated = h5.attribute("", "keras_version") ?? h5.attribute("model_weights", "keras_version") ?? inside;
  return typeof stated === "string" ? stated : "2";
}

function scopeOf(h5: H5File): VariableScope {
  const numbered = ["layers", "_layer_checkpoint_dependencies"].some((name) => h5.groups.has(name));
  const root = h5.groups.has("model_weights") ? "model_weights" : "";
  if (numbered && root === "") return storeScope(h5);
  return groupedScope(`"${root === "" ? h5.path : root}"`, (layer) =>
    namedIn(h5, root === "" ? layer : `${root}/${layer}`),
  );
}

/** The scope of a file whose variables are numbered. */
export function storeScope(h5: H5File): VariableScope {
  const store = { variable: (at: string) => h5.datasets.get(at), hasGroup: (at: string) => h5.groups.has(at) };
  return numberedScope(store, "");
}

/** The variables of a group, in the order its attribute lists them. */
function namedIn(h5: H5File, group: string): readonly NamedVariable[] {
  return namesIn(h5, group).flatMap((name) => {
    const variable = h5.datasets.get(`${group}/${name}`);
    return variable === undefined ? [] : [{ ...variable, name }];
  });
}

/** A list that is too long for one attribute is cut into "weight_names0", "weight_names1" and so on. */
function namesIn(h5: H5File, group: string): readonly string[] {
  const whole = h5.attribute(group, "weight_names");
  if (whole !== undefined) return typeof whole === "string" ? [whole] : whole;
  const names: string[] = [];
  for (let i = 0; ; i++) {
    const part = h5.attribute(group, `weight_names${i}`);
    if (part === undefined) return names;
    names.push(...(typeof part === "string" ? [part] : part));
  }
}
