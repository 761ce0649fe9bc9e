// The public surface of `tersor`, hand-kept: the calls behind the commands, and what a day with them needs.

export { quantize, type QuantizeOptions, type QuantizeReport } from "./api/quantize.ts";
