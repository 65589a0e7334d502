// The keywords of JSON Schema that say more than the shape of a value.

export interface Constraint {
  type?: "object" | "array" | "string" | "number";
  pattern?: string;
  maxLength?: number;
  enum?: readonly string[];
  const?: unknown;
  exclusiveMinimum?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  required?: readonly string[];
  properties?: Readonly<Record<string, Constraint | false>>;
  propertyNames?: Constraint;
  items?: Constraint;
  contains?: Constraint;
  anyOf?: readonly Constraint[];
  oneOf?: readonly Constraint[];
  not?: Constraint;
  if?: Constraint;
  then?: Constraint;
}
