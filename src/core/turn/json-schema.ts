/**
 * Checks values against schemas that model-written code has made up: only keywords that cannot be turned against the
 * page are looked at, and only for so long.
 */

import type { JsonSchema } from '../ports';

/** Answers what is wrong with a value, in a sentence or two; null when nothing is. */
export type SchemaCheck = (value: unknown) => string | null;

type Json = Record<string, unknown>;
type OnLook = (cost: number) => void;

/**
 * What a check may cost: one for each time a part of the schema is looked at, more for long lists in it. A schema that
 * refers to itself can ask for any number.
 */
const MAX_COST = 500_000;
const CHARS_PER_COST = 32;
const MAX_COMPLAINTS = 4;

// `pattern`, `patternProperties` and `format` are left out: a regular expression of the code's own can run for ever.
const PLAIN = new Set([
  'type', 'enum', 'const', 'required', 'dependentRequired', 'minimum', 'maximum', 'exclusiveMinimum',
  'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains',
  'minProperties', 'maxProperties', '$ref',
]); // prettier-ignore
const ONE = new Set([
  'items', 'additionalItems', 'unevaluatedItems', 'contains', 'additionalProperties', 'unevaluatedProperties',
  'propertyNames', 'not', 'if', 'then', 'else',
]); // prettier-ignore
const LIST = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']);
const TABLE = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);

class TooCostly extends Error {}

/**
 * The validator is loaded when a schema is first used.
 * @throws Error when the schema itself makes no sense
 */
export async function compileSchema(schema: JsonSchema): Promise<SchemaCheck> {
  const { Validator } = await import('@cfworker/json-schema');
  let spent = 0;
  const counted = harmless(schema, (cost) => {
    spent += cost;
    if (spent > MAX_COST) throw new TooCostly();
  });
  const validator = new Validator(counted, '2020-12', false);
  return (value) => {
    spent = 0;
    try {
      const { valid, errors } = validator.validate(value);
      if (valid) return null;
      // What says that a part failed is less use than what failed in it.
      const telling = errors.filter(({ error }) => !/subschema|not match schema|boolean schema/i.test(error));
      const lines = (telling.length > 0 ? telling : errors).map(
        ({ instanceLocation, error }) => `${instanceLocation.replace(/^#/, '') || 'The value'}: ${error}`,
      );
      return [...new Set(lines)].slice(0, MAX_COMPLAINTS).join(' ');
    } catch (error) {
      const endless = error instanceof TooCostly || error instanceof RangeError;
      throw new Error(endless ? 'The schema takes too long to check.' : 'The schema cannot be read.', {
        cause: error,
      });
    }
  };
}

/** A copy with the known keywords only, each object of which counts when it is looked at. */
function harmless(schema: unknown, onLook: OnLook): Json {
  if (!isObject(schema)) throw new Error('A schema is an object.');
  const copy: Json = {};
  let cost = 1;
  // The validator reads this keyword of each schema it applies; it means nothing in the draft used here.
  Object.defineProperty(copy, '$recursiveRef', {
    enumerable: false,
    get: () => {
      onLook(cost);
    },
  });
  for (const [key, value] of Object.entries(schema)) {
    const kept = keep(key, value, onLook);
    if (kept !== undefined) copy[key] = kept;
    if (PLAIN.has(key)) cost += JSON.stringify(value).length / CHARS_PER_COST;
  }
  return copy;
}

function keep(key: string, value: unknown, onLook: OnLook): unknown {
  const below = (one: unknown) => (typeof one === 'boolean' ? one : harmless(one, onLook));
  if (key === '$ref') return typeof value === 'string' && value.startsWith('#') ? value : undefined;
  if (PLAIN.has(key)) return value;
  if (LIST.has(key) && Array.isArray(value)) return value.map(below);
  if (ONE.has(key)) return below(value);
  // `fromEntries`, not assignment: a property may be called `__proto__`.
  if (TABLE.has(key) && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, below(one)]));
  return undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
