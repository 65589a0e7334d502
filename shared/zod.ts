// Zod, as far as the schemas use it: the part of Zod's classic interface that is in use, with its types, on Zod's own core. The
// classic interface itself makes every format and the writer of JSON Schema methods of each schema, so no bundler can leave
// them out of the Worker: 17 KB gzipped. `zod/mini` has no methods to chain. What is missing here throws as soon as a schema
// that uses it is made, which is when its module is loaded.
import type * as classic from "zod";
import * as core from "zod/v4/core";

export type { core, input, output, ZodObject, ZodType } from "zod";
export { globalRegistry, NEVER, safeParse } from "zod/v4/core";

/** What a schema is made from. Each kind reads its own part of it. */
interface Definition {
  readonly type: string;
  readonly [part: string]: unknown;
}
type Kind = new (definition: Definition) => Schema;
type Check = core.$ZodCheck<never>;

interface Schema extends core.$ZodType {
  readonly def: Definition & { readonly checks?: readonly Check[] };
  check(...checks: Check[]): Schema;
}

const METHODS = {
  check(this: Schema, ...checks: Check[]) {
    const all = { ...this.def, checks: [...(this.def.checks ?? []), ...checks] };
    return core.clone(this, all as never, { parent: true });
  },
  parse(this: Schema, value: unknown, context?: core.ParseContext<core.$ZodIssue>) {
    return core.parse(this, value, context);
  },
  safeParse(this: Schema, value: unknown, context?: core.ParseContext<core.$ZodIssue>) {
    return core.safeParse(this, value, context);
  },
  /** The Worker has no words (shared/doc/left-out.ts), and then needs no schema of its own for them. */
  meta(this: Schema, words: core.GlobalMeta | undefined) {
    if (words === undefined) return this;
    const described = core.clone(this);
    core.globalRegistry.add(described, words);
    return described;
  },
  describe(this: Schema, description: string | undefined) {
    return METHODS.meta.call(this, description === undefined ? undefined : { description });
  },
  refine(this: Schema, holds: (value: never) => unknown, message?: string) {
    return this.check(core._refine(kinds.custom as never, holds as never, message));
  },
  superRefine(this: Schema, look: (value: never, context: never) => void) {
    return this.check(core._superRefine(look as never));
  },
  transform(this: Schema, turn: Turn) {
    return new kinds.pipe({ type: "pipe", in: this, out: transform(turn) });
  },
  optional(this: Schema) {
    return new kinds.optional({ type: "optional", innerType: this });
  },
  nullable(this: Schema) {
    return new kinds.nullable({ type: "nullable", innerType: this });
  },
  default(this: Schema, value: unknown) {
    return new kinds.default(withValue("default", this, value));
  },
  prefault(this: Schema, value: unknown) {
    return new kinds.prefault(withValue("prefault", this, value));
  },
};

const LENGTHS = {
  min(this: Schema, least: number, message?: string) {
    return this.check(core._minLength(least, message));
  },
  max(this: Schema, most: number, message?: string) {
    return this.check(core._maxLength(most, message));
  },
};

const TEXT = {
  ...LENGTHS,
  regex(this: Schema, pattern: RegExp, told?: Parameters<typeof core._regex>[1]) {
    return this.check(core._regex(pattern, told));
  },
};

const NUMBER = {
  min(this: Schema, least: number, message?: string) {
    return this.check(core._gte(least, message));
  },
  max(this: Schema, most: number, message?: string) {
    return this.check(core._lte(most, message));
  },
  gt(this: Schema, below: number, message?: string) {
    return this.check(core._gt(below, message));
  },
  lt(this: Schema, above: number, message?: string) {
    return this.check(core._lt(above, message));
  },
};

const ANY_NUMBER = {
  ...NUMBER,
  int(this: Schema) {
    return this.check(int() as never);
  },
};

const OBJECT = {
  get shape() {
    return (this as unknown as Schema).def.shape;
  },
  extend(this: Schema, shape: Record<string, Schema>) {
    const merged = { ...this.def, shape: { ...(this.def.shape as object), ...shape } };
    return core.clone(this, merged as never);
  },
};

const Chained: core.$constructor<Schema, Definition> = core.$constructor(
  "Chained",
  (schema, def) => void Object.assign(schema, { def, type: def.type }),
  METHODS as never,
);

/** Zod's own kind, with methods. */
const kind = (own: { name: string; init(schema: never, def: never): void }, methods: object = {}): Kind =>
  core.$constructor<Schema, Definition>(
    `Chained${own.name}`,
    (schema, def) => {
      own.init(schema as never, def as never);
      Chained.init(schema, def);
    },
    methods as never,
  );

const kinds = {
  custom: kind(core.$ZodCustom),
  pipe: kind(core.$ZodPipe),
  transform: kind(core.$ZodTransform),
  optional: kind(core.$ZodOptional),
  nullable: kind(core.$ZodNullable),
  default: kind(core.$ZodDefault),
  prefault: kind(core.$ZodPrefault),
};

type Turn = (value: never, context: { addIssue(message: string): void }) => unknown;

/** A transform rejects a value by an issue that it adds. What it returns is then not used. */
const transform = (turn: Turn): Schema =>
  new kinds.transform({
    type: "transform",
    transform: (value: never, { issues }: core.ParsePayload) =>
      turn(value, {
        addIssue: (message) => void issues.push({ code: "custom", message, input: value } as never),
      }),
  });

/** A copy for each parsed value, because its owner may change it. */
const withValue = (type: string, innerType: Schema, value: unknown): Definition => ({
  type,
  innerType,
  get defaultValue() {
    return structuredClone(value);
  },
});

/** The function of that name in the classic interface. */
const made = <Name extends keyof typeof classic>(
  make: (kind: never, ...given: never[]) => unknown,
  of: Kind,
): (typeof classic)[Name] => ((...given: never[]) => make(of as never, ...given)) as never;

export const string = made<"string">(core._string, kind(core.$ZodString, TEXT));
export const url = made<"url">(core._url, kind(core.$ZodURL, TEXT));
export const ipv4 = made<"ipv4">(core._ipv4, kind(core.$ZodIPv4, TEXT));
export const ipv6 = made<"ipv6">(core._ipv6, kind(core.$ZodIPv6, TEXT));
export const cidrv4 = made<"cidrv4">(core._cidrv4, kind(core.$ZodCIDRv4, TEXT));
export const cidrv6 = made<"cidrv6">(core._cidrv6, kind(core.$ZodCIDRv6, TEXT));
export const number = made<"number">(core._number, kind(core.$ZodNumber, ANY_NUMBER));
export const int = made<"int">(core._int, kind(core.$ZodNumberFormat, NUMBER));
export const boolean = made<"boolean">(core._boolean, kind(core.$ZodBoolean));
export const literal = made<"literal">(core._literal, kind(core.$ZodLiteral));
export const array = made<"array">(core._array, kind(core.$ZodArray, LENGTHS));
export const tuple = made<"tuple">(core._tuple, kind(core.$ZodTuple));
export const record = made<"record">(core._record, kind(core.$ZodRecord));
export const union = made<"union">(core._union, kind(core.$ZodUnion));
export const unknown = made<"unknown">(core._unknown, kind(core.$ZodUnknown));
export const never = made<"never">(core._never, kind(core.$ZodNever));
const oneOf = made<"enum">(core._enum, kind(core.$ZodEnum));
const nothing = made<"undefined">(core._undefined, kind(core.$ZodUndefined));

export { nothing as undefined, oneOf as enum };

const keysOf = kind(core.$ZodObject, OBJECT);
const others = (catchall: () => unknown) => (of: Kind, shape: unknown) =>
  new of({ type: "object", shape, catchall: catchall() });
export const object = made<"object">((of: Kind, shape) => new of({ type: "object", shape }), keysOf);
export const strictObject = made<"strictObject">(others(never), keysOf);
export const looseObject = made<"looseObject">(others(unknown), keysOf);
