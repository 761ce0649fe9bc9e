// What a first user of each package writes: valid as JavaScript and as TypeScript, printing "ok" when the values are right.

/** A small program for each package, by the name of its folder. */
export const uses: Readonly<Record<string, string>> = {
  core: `
    import { float32, isTersorError, numbersOf, tensorFromNumbers, TersorError } from "@tersor/core";
    const tensor = tensorFromNumbers("int8", [2, 2], [1, 2, 3, 200]);
    const error = new TersorError("CORE_EXAMPLE", "example", {});
    const numbers = Array.from(numbersOf(tensor));
    console.log(isTersorError(error) && numbers.length === 4 && float32([1], [1]).dtype === "float32" ? "ok" : numbers);
  `,
  quantize: loads("@tersor/quantize"),
  data: loads("@tersor/data"),
  evaluate: loads("@tersor/evaluate"),
  keras: loads("@tersor/keras"),
  onnx: loads("@tersor/onnx"),
  tensorflow: loads("@tersor/tensorflow"),
  testing: loads("@tersor/testing"),
  torchscript: loads("@tersor/torchscript"),
  tune: loads("@tersor/tune"),
  cli: loads("tersor"),
};

function loads(name: string): string {
  return `
    import * as api from "${name}";
    const names = Object.keys(api);
    console.log(names.length > 0 ? "ok" : "nothing is exported");
  `;
}
