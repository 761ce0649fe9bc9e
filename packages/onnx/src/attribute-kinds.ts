// AttributeProto.AttributeType: the kinds of attributes by code.

export const attributeKinds = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  "sparse-tensor": 11,
  "sparse-tensors": 12,
  "type-proto": 13,
  "type-protos": 14,
} as const;

export type AttributeKind = keyof typeof attributeKinds;

const byCode = new Map<number, AttributeKind>(
  Object.entries(attributeKinds).map(([kind, code]) => [code, kind as AttributeKind]),
);

export function attributeKindOf(code: number): AttributeKind | undefined {
  return byCode.get(code);
}

/** An attribute of a kind that is only carried through: its AttributeProto. */
export class OpaqueAttribute {
  readonly proto: Uint8Array;

  constructor(proto: Uint8Array) {
    this.proto = proto;
  }
}
