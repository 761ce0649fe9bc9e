// Reads the text of a dimension: our own canonical form, and the sums, products, floor divisions and Min/Max
// that exporters write into dim_param. What is no expression is a name, quoted where it must be.

import {
  constant,
  divide,
  floorDivide,
  add,
  multiply,
  negate,
  ofAtom,
  subtract,
  type Polynomial,
} from "./polynomial.ts";

/** A quotient while it is read; only floor may keep one that does not come out even. */
interface Quotient {
  readonly over: Polynomial;
  readonly by: Polynomial;
}

interface Reader {
  readonly tokens: readonly string[];
  position: number;
  depth: number;
  readonly extreme: Extreme;
}

/** Makes min and max of polynomials; handed in, as deciding them needs bounds. */
export type Extreme = (kind: "min" | "max", parts: readonly Polynomial[]) => Polynomial;

const MAX_LENGTH = 4000;
const MAX_DEPTH = 40;
const TOKEN = /\s*(\??"(?:[^"\\]|\\.)*"|\??[A-Za-z_][\w.$:]*|\?[\w.$:]+|\d+|\/\/|\*\*|[-+*/%(),])/y;
const PLAIN = /^\??[A-Za-z_][\w.$:]*$/;
const RESERVED = /^(floor|ceil|ceiling|min|max|mod|floordiv)$/i;

/** The canonical text of a name; a leading "?" says that it may be zero. */
export function nameText(name: string): string {
  if (PLAIN.test(name) && !RESERVED.test(name)) return name;
  return name.startsWith("?") ? `?${JSON.stringify(name.slice(1))}` : JSON.stringify(name);
}

/** The polynomial of one name. */
export function named(name: string): Polynomial {
  return ofAtom({ kind: "name", name, text: nameText(name) });
}

/** The polynomial that the text says, or undefined where it is no expression. */
export function parse(text: string, extreme: Extreme): Polynomial | undefined {
  const tokens = text.length > MAX_LENGTH ? undefined : tokenize(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const reader: Reader = { tokens, position: 0, depth: 0, extreme };
  const sum = readSum(reader);
  if (sum === undefined || reader.position < tokens.length) return undefined;
  return divide(sum.over, sum.by);
}

function tokenize(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    tokens.push(match[1]!);
  }
  return tokens;
}

function take(reader: Reader, ...wanted: readonly string[]): string | undefined {
  const token = reader.tokens[reader.position];
  if (token === undefined || !wanted.includes(token)) return undefined;
  reader.position++;
  return token;
}

function readSum(reader: Reader): Quotient | undefined {
  if (++reader.depth > MAX_DEPTH) return undefined;
  let sum = readProduct(reader);
  for (let sign = take(reader, "+", "-"); sum && sign; sign = take(reader, "+", "-")) {
    const next = readProduct(reader);
    sum = next && addQuotients(sum, sign === "-" ? { ...next, over: negate(next.over) } : next);
  }
  reader.depth--;
  return sum;
}

function readProduct(reader: Reader): Quotient | undefined {
  let product = readSigned(reader);
  for (let sign = take(reader, "*", "/", "//", "%"); product && sign; sign = take(reader, "*", "/", "//", "%")) {
    const next = readSigned(reader);
    product = next && combine(sign, product, next);
  }
  return product;
}

function combine(sign: string, a: Quotient, b: Quotient): Quotient | undefined {
  if (sign === "*") return { over: multiply(a.over, b.over), by: multiply(a.by, b.by) };
  if (b.over.terms.length === 0) return undefined;
  const divided = { over: multiply(a.over, b.by), by: multiply(a.by, b.over) };
  if (sign === "/") return divided;
  const whole = floorDivide(divided.over, divided.by);
  return sign === "//" ? integral(whole) : integral(subtract(a.over, multiply(whole, b.over)));
}

function readSigned(reader: Reader): Quotient | undefined {
  if (take(reader, "-") === undefined) return readPower(reader);
  const operand = readPower(reader);
  return operand && { ...operand, over: negate(operand.over) };
}

function readPower(reader: Reader): Quotient | undefined {
  const base = readOperand(reader);
  if (base === undefined || take(reader, "**") === undefined) return base;
  const exponent = Number(reader.tokens[reader.position++]);
  if (!(exponent >= 1 && exponent <= 8)) return undefined;
  return Array<Quotient>(exponent - 1)
    .fill(base)
    .reduce<Quotient>((x, y) => combine("*", x, y)!, base);
}

function readOperand(reader: Reader): Quotient | undefined {
  const token = reader.tokens[reader.position++];
  if (token === undefined) return undefined;
  if (/^\d/.test(token)) return integral(constant(Number(token)));
  if (token === "(") {
    const inner = readSum(reader);
    return take(reader, ")") ? inner : undefined;
  }
  if (RESERVED.test(token)) return readCall(reader, token.toLowerCase());
  return /^[?"A-Za-z_]/.test(token) ? readName(token) : undefined;
}

function readName(token: string): Quotient | undefined {
  const unknown = token.startsWith("?");
  const text = unknown ? token.slice(1) : token;
  if (!text.startsWith('"')) return integral(named(token));
  try {
    const name: unknown = JSON.parse(text);
    return typeof name === "string" ? integral(named((unknown ? "?" : "") + name)) : undefined;
  } catch {
    return undefined; // an escape that JSON does not know
  }
}

function readCall(reader: Reader, name: string): Quotient | undefined {
  if (take(reader, "(") === undefined) return undefined;
  const parts: Quotient[] = [];
  do {
    const part = readSum(reader);
    if (part === undefined) return undefined;
    parts.push(part);
  } while (take(reader, ",") !== undefined);
  return take(reader, ")") === undefined ? undefined : call(reader, name, parts);
}

function call(reader: Reader, name: string, parts: readonly Quotient[]): Quotient | undefined {
  const [a, b] = parts;
  if (name === "min" || name === "max") return callExtreme(reader, name, parts);
  if (name === "floordiv" || name === "mod") {
    return parts.length === 2 ? combine(name === "mod" ? "%" : "//", a!, b!) : undefined;
  }
  if (parts.length !== 1) return undefined;
  if (name === "floor") return integral(floorDivide(a!.over, a!.by));
  return integral(negate(floorDivide(negate(a!.over), a!.by)));
}

function callExtreme(reader: Reader, kind: "min" | "max", parts: readonly Quotient[]): Quotient | undefined {
  const values = parts.map(({ over, by }) => divide(over, by));
  return values.every((value) => value !== undefined) ? integral(reader.extreme(kind, values)) : undefined;
}

function addQuotients(a: Quotient, b: Quotient): Quotient {
  if (a.by.text === b.by.text) return { over: add(a.over, b.over), by: a.by };
  return { over: add(multiply(a.over, b.by), multiply(b.over, a.by)), by: multiply(a.by, b.by) };
}

function integral(over: Polynomial): Quotient {
  return { over, by: constant(1) };
}
