/** `schema=` in real Python: what it may be, what is sent, and what comes back. */

import { afterAll, describe, expect, it } from 'vitest';
import type { SubcallRequest } from '../../../src/core/ports';
import { cell, factory, openRepl } from './harness';

const repls = factory();
afterAll(() => repls.close());

/** A REPL whose sub-calls are answered by the rule, and the requests it made. */
async function replWith(answer: (prompt: string) => string) {
  const requests: SubcallRequest[] = [];
  const repl = await openRepl(repls, '', (request) => {
    requests.push(request);
    return Promise.resolve(request.prompts.map(answer));
  });
  return { repl, requests };
}

describe('a sub-call with a schema', () => {
  it('sends the schema and gives the parsed reply; a failed item stays its text', async () => {
    const { repl, requests } = await replWith((prompt) =>
      prompt === 'bad' ? 'Error: no luck' : '{"name": "Ahab", "age": 58, "id": 12345678901234567890}',
    );
    const code = `
schema = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}
one = llm_query("who", schema=schema)
many = llm_batch(["a", "bad"], schema=schema)
print(one["name"], one["age"] + 1, one["id"] % 100, [type(x).__name__ for x in many])
print(llm_query("plain"))`;
    const { stdout, error } = await cell(repl, code);
    expect(error).toBeNull();
    expect(stdout).toBe(
      'Ahab 59 90 [\'dict\', \'str\']\n{"name": "Ahab", "age": 58, "id": 12345678901234567890}\n',
    );
    const properties = { name: { type: 'string' }, age: { type: 'integer' } };
    expect(requests[0]?.schema).toEqual({ type: 'object', properties });
    expect(requests.map((request) => 'schema' in request)).toEqual([true, true, false]);
    repl.close();
  });

  it('may be a type, a dataclass, a TypedDict or a table of types; what is no object travels in one', async () => {
    const { repl, requests } = await replWith((prompt) => prompt);
    const code = `
from dataclasses import dataclass, field
from typing import Literal, NotRequired, Optional, TypedDict
@dataclass
class Person:
    name: str
    born: Optional[int] = None
class Place(TypedDict):
    name: str
    kind: NotRequired[Literal["sea", "land"]]
print(llm_query('{"value": ["x", "y"]}', schema=list[str]))
print(llm_query('{"value": true}', schema=bool) is True)
print(llm_query('{"name": "Pip"}', schema=Person))
print(llm_query('{"name": "Nantucket"}', schema=Place))
print(llm_query('{"year": 1851}', schema={"year": int}))`;
    const { stdout, error } = await cell(repl, code);
    expect(error).toBeNull();
    expect(stdout).toBe("['x', 'y']\nTrue\n{'name': 'Pip'}\n{'name': 'Nantucket'}\n{'year': 1851}\n");
    const object = (properties: object, required: string[]) => ({
      type: 'object',
      properties,
      required,
      additionalProperties: false,
    });
    const text = { type: 'string' };
    const born = { anyOf: [{ type: 'integer' }, { type: 'null' }] };
    expect(requests.map(({ schema }) => schema)).toEqual([
      object({ value: { type: 'array', items: text } }, ['value']),
      object({ value: { type: 'boolean' } }, ['value']),
      object({ name: text, born }, ['name']),
      object({ name: text, kind: { enum: ['sea', 'land'] } }, ['name']),
      object({ year: { type: 'integer' } }, ['year']),
    ]);
    repl.close();
  });

  it('that is none is refused in Python, with what to pass instead; so is one far too large', async () => {
    const { repl, requests } = await replWith(() => '{}');
    const refused = await cell(repl, 'llm_query("a", schema=5)');
    expect(refused.error).toMatchObject({ type: 'TypeError' });
    expect(refused.error?.message).toContain('pass a JSON Schema dict');
    const large = await cell(repl, 'llm_query("a", schema={"type": "object", "description": "x" * 100_000})');
    expect(large.error).toMatchObject({ type: 'ValueError' });
    const itself = await cell(
      repl,
      'from dataclasses import dataclass\n@dataclass\nclass N:\n    next: "N"\nllm_query("a", schema=N)',
    );
    expect(itself.error?.message).toContain('N contains itself');
    const deep = await cell(
      repl,
      's = {"type": "object"}\nfor _ in range(300): s = {"type": "object", "properties": {"a": s}}\nprint(llm_query("a", schema=s))',
    );
    expect(deep.stdout).toBe('Error: the schema is nested too deeply\n');
    expect(requests).toEqual([]);
    repl.close();
  });
});
