// Blocks of a network, as exporters leave them in the names of nodes: "/encoder/layer.3/attention/self/query/MatMul" is
// part of "/encoder/layer.3", "/layer1/layer1.0/conv1/Conv" of "/layer1/layer1.0".

/** The part of a path up to its last numbered container; the module and the operator at the end of it are none. */
export function blockOf(name: string): string | undefined {
  const parts = name.split("/");
  const containers = parts.slice(0, -2);
  const last = containers.findLastIndex((part) => /\d$/.test(part) && !isModule(part));
  return last < 0 ? undefined : containers.slice(0, last + 1).join("/");
}

/** Modules that are numbered because a block has several of them. */
function isModule(part: string): boolean {
  return /^(conv|fc|linear|norm|bn|ln|dense|proj)[._]?\d+(\.\d+)*$/i.test(part);
}
