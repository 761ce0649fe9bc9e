// External data: weights in files beside the model (https://onnx.ai/onnx/repo-docs/ExternalData.html).
// A model file is not trusted: a location is a relative path that stays inside the model's folder, links followed.

import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, resolve, sep, win32 } from "node:path";
import {
  externalDataLocation,
  externalDataMissing,
  externalDataOutside,
  externalDataShort,
  tensorSize,
} from "../errors.ts";
import { fileSource, type ByteSource, type Span } from "../wire/bytes.ts";

/** The key-value pairs of TensorProto.external_data, and what the tensor is. */
export interface ExternalTensor {
  readonly name: string;
  readonly where: () => string;
  readonly entries: ReadonlyMap<string, string>;
  readonly sizeBytes: number;
}

/** Finds and checks the data files of one model. Every file is opened once to check its size. */
export class ExternalFiles {
  /** Number of tensors that were found in files. */
  count = 0;
  readonly #folder: string | undefined;
  readonly #open: (path: string) => ByteSource;
  readonly #sources = new Map<string, ByteSource>();

  constructor(folder: string | undefined, open: (path: string) => ByteSource = fileSource) {
    this.#folder = folder;
    this.#open = open;
  }

  /** The bytes of a tensor. */
  span(tensor: ExternalTensor): Span {
    const location = tensor.entries.get("location") ?? "";
    const source = this.#source(tensor.name, location);
    const start = wholeNumber(tensor, location, "offset") ?? 0;
    const length = wholeNumber(tensor, location, "length") ?? tensor.sizeBytes;
    if (length !== tensor.sizeBytes) {
      const has = `"length" ${length}`;
      throw tensorSize({ tensor: tensor.name, where: tensor.where(), needs: `${tensor.sizeBytes} bytes`, has });
    }
    const end = start + length;
    if (end > source.sizeBytes) {
      throw externalDataShort({ weight: tensor.name, location, needsBytes: end, hasBytes: source.sizeBytes });
    }
    this.count++;
    return { source, start, end };
  }

  #source(weight: string, location: string): ByteSource {
    const known = this.#sources.get(location);
    if (known) return known;
    const source = this.#open(pathWithin(this.#folder, weight, location));
    this.#sources.set(location, source);
    return source;
  }
}

function pathWithin(folder: string | undefined, weight: string, location: string): string {
  const broken = (why: string) => externalDataLocation({ weight, location, why });
  if (location === "" || location.includes("\0")) throw broken("that is not the name of a file");
  if (folder === undefined) throw broken("the model was given as bytes, so there is no folder; pass { dataFolder }");
  const outside = () => externalDataOutside({ weight, location, folder });
  if (isAbsolute(location) || win32.isAbsolute(location) || /^[a-z]:/i.test(location)) throw outside();
  const path = resolve(folder, location);
  if (!isInside(resolve(folder), path)) throw outside();
  if (!existsSync(path)) throw externalDataMissing({ weight, location, folder });
  if (!isInside(realpathSync(folder), realpathSync(path))) throw outside();
  return path;
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function wholeNumber(tensor: ExternalTensor, location: string, key: string): number | undefined {
  const text = tensor.entries.get(key);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw externalDataLocation({
    weight: tensor.name,
    location,
    why: `its "${key}" is "${text}", not a number of bytes`,
  });
}
