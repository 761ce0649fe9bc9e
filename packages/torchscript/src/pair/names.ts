// Names of parameters and of initializers: wrappers put prefixes before either.

/** What training scripts and compilers put before names. */
const WRAPPERS = /^(module\.|_orig_mod\.|model\.|_fsdp_wrapped_module\.|base_model\.)+/;

/**
 * Whether an initializer has the name of a parameter: the same, without wrappers, or with one before it
 * (a model exported from within another).
 */
export function hasNameOf(weight: string, parameter: string): boolean {
  if (weight === parameter) return true;
  const [a, b] = [weight.replace(WRAPPERS, ""), parameter.replace(WRAPPERS, "")];
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

/** What stands before the last dot: the layer of a parameter; "" for those of the model itself. */
export function layerOf(parameter: string): string {
  const at = parameter.lastIndexOf(".");
  return at < 0 ? "" : parameter.slice(0, at);
}

/** How many dotted parts two names share from the start. */
export function sharedParts(a: string, b: string): number {
  const [x, y] = [a.split("."), b.split(".")];
  const differs = x.findIndex((part, index) => part !== y[index]);
  return differs < 0 ? x.length : differs;
}
