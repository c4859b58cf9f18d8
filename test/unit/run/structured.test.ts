/** Sub-calls with a schema, whatever the model can do, and whatever the schema was made to do. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import type { JsonSchema } from '../../../src/core/ports';
import { compileSchema } from '../../../src/core/turn/json-schema';
import { findJson } from '../../../src/core/turn/json-reply';
import { cellReply, runScripted } from '../../fixtures/run-kit';
import { scriptedModel, type ScriptedModel, type ScriptedReply } from '../../fixtures/scripted-model';

const schema: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
  required: ['name', 'age'],
};
const good = '{"name": "Ahab", "age": 58, "leg": 12345678901234567890}';

async function ask(sub: ScriptedModel, using: JsonSchema = schema, prompts: readonly string[] = ['Who?']) {
  let replies: string[] = [];
  const result = await runScripted({
    root: scriptedModel({ name: 'root', replies: [cellReply('x')] }),
    sub,
    cells: async ({ call, signal }) => {
      replies = await call({ kind: 'llm', prompts, model: null, schema: using }, signal);
      return { finalAnswer: 'done' };
    },
  });
  return { ...result, replies, calls: result.run.turns[0]?.cells[0]?.calls ?? [] };
}

const plain = (...replies: ScriptedReply[]) => scriptedModel({ name: 'sub', replies });

describe('a reply in JSON', () => {
  it('is asked for by its form where the model can be held to it, the prompt as given', async () => {
    const sub = scriptedModel({ shapes: ['json'], replies: [good] });
    const { replies, calls } = await ask(sub);
    expect(replies).toEqual([good]); // as it was written: numbers keep their digits
    expect(sub.calls[0]).toMatchObject({ options: { shape: { kind: 'json', schema } } });
    expect(sub.calls[0]?.messages).toEqual([{ role: 'user', content: 'Who?' }]);
    expect(calls[0]).toMatchObject({ prompt: 'Who?', schema, repair: null, problem: null });
  });

  it('is asked for in words too where an engine only rules words out, and only so elsewhere', async () => {
    for (const options of [{ engine: 'gpu', shapes: ['json'] as const }, {}]) {
      const sub = scriptedModel({ ...options, replies: [good] });
      expect((await ask(sub)).replies).toEqual([good]);
      expect(sub.calls[0]?.messages[0]?.content).toMatch(/^Who\?\n\nReply with JSON only[\s\S]*"minimum":0/);
    }
  });

  it.each([
    ['a fence', `Here it is:\n\`\`\`json\n${good}\n\`\`\`\nAnything else?`],
    ['words around it', `The answer is ${good}, I believe {so}.`],
    ['thoughts', `<think>{"name": 1} or {2}?</think>${good}`],
  ])('is found in %s', async (_, reply) => {
    expect((await ask(plain(reply))).replies).toEqual([good]);
  });

  it('that does not match is asked for once more with what is wrong, on record, both paid for', async () => {
    const bad = '{"name": "Ahab", "age": "old"}';
    const usage = { inputTokens: 100, outputTokens: 10 };
    const sub = plain({ text: bad, usage }, { text: good, usage });
    const { replies, calls, totals, run } = await ask(sub);
    expect(replies).toEqual([good]);
    const [first, second] = sub.calls;
    expect(second?.messages.slice(0, 2)).toEqual([
      ...(first?.messages ?? []),
      { role: 'assistant', content: bad },
    ]);
    expect(second?.messages[2]?.content).toContain(
      '/age: Instance type "string" is invalid. Expected "integer".',
    );
    expect(calls[0]?.repair).toEqual({ reply: bad, complaint: expect.stringContaining('/age') as string });
    expect(calls[0]?.usage).toMatchObject({ inputTokens: 200, outputTokens: 20 });
    expect(totals.subcalls).toBe(1);
    expect(run.status).toBe('answered');
  });

  it('that is wrong twice is an error in its slot; the others stand', async () => {
    const sub = scriptedModel({
      name: 'sub',
      rule: ({ messages }) => (messages[0]?.content.startsWith('good') ? good : 'I would rather not.'),
    });
    const { replies, calls } = await ask(sub, schema, ['good', 'bad', 'good too']);
    expect(replies).toEqual([
      good,
      'Error: sub did not give JSON that matches the schema, asked twice. It is not JSON.',
      good,
    ]);
    expect(calls[1]).toMatchObject({
      problem: { code: 'bad-response' },
      repair: { complaint: 'It is not JSON.' },
    });
  });

  it('counts once against the limit of sub-calls, repaired or not', async () => {
    const sub = plain('no', good);
    let replies: string[] = [];
    const { outcome } = await runScripted({
      root: scriptedModel({ replies: [cellReply('x')] }),
      sub,
      limits: { maxSubcalls: 1 },
      cells: async ({ call, signal }) => {
        replies = await call({ kind: 'llm', prompts: ['Who?'], model: null, schema }, signal);
        return { finalAnswer: 'done' };
      },
    });
    expect(replies).toEqual([good]);
    expect(outcome.status).toBe('answered');
  });

  it('is asked for in words when the engine cannot compile the schema', async () => {
    const failures = { 0: new SondeError({ code: 'grammar', message: 'it does not compile' }) };
    const sub = scriptedModel({ engine: 'gpu', shapes: ['json'], failures, rule: () => good });
    expect((await ask(sub)).replies).toEqual([good]);
    expect(sub.calls.map(({ options }) => options.shape?.kind)).toEqual(['json', undefined]);
  });
});

describe('a schema made by model-written code', () => {
  const check = async (using: JsonSchema, value: unknown) => (await compileSchema(using))(value);

  it('is checked for what it says', async () => {
    const person: JsonSchema = {
      $ref: '#/$defs/person',
      $defs: {
        person: {
          type: 'object',
          properties: {
            name: { enum: ['Ahab', 'Pip'] },
            friends: { type: 'array', items: { $ref: '#/$defs/person' } },
          },
          required: ['name'],
          additionalProperties: false,
        },
      },
    };
    expect(await check(person, { name: 'Ahab', friends: [{ name: 'Pip', friends: [] }] })).toBeNull();
    expect(await check(person, { name: 'Ahab', friends: [{ name: 'Flask' }] })).toBe(
      '/friends/0/name: Instance does not match any of ["Ahab","Pip"].',
    );
    expect(await check(person, { name: 'Ahab', ship: 1 })).toMatch(/"ship"/);
  });

  it('cannot hold the page up with a regular expression', async () => {
    const evil: JsonSchema = {
      type: 'object',
      properties: { text: { type: 'string', pattern: '^(a+)+$' }, const: { pattern: '^(a+)+$' } },
      patternProperties: { '^(a+)+$': false },
    };
    const value = { text: `${'a'.repeat(60)}!`, const: `${'a'.repeat(60)}!`, [`${'a'.repeat(60)}!`]: 1 };
    expect(await check(evil, value)).toBeNull();
  });

  it.each<[string, JsonSchema]>([
    [
      'doubles itself',
      {
        $ref: '#/$defs/a0',
        $defs: Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => {
            const next = { $ref: `#/$defs/a${i + 1}` };
            return [`a${i}`, i === 39 ? {} : { allOf: [next, next] }];
          }),
        ),
      },
    ],
    ['never ends', { allOf: [{ $ref: '#' }, { $ref: '#' }] }],
    [
      'compares everything with everything',
      { type: 'array', items: { enum: Array.from({ length: 10_000 }, (_, i) => ({ i })) } },
    ],
  ])('that %s is given up on, soon', async (_, evil) => {
    const started = performance.now();
    const value = evil['type'] === 'array' ? Array.from({ length: 5_000 }, () => ({ i: -1 })) : {};
    await expect(check(evil, value)).rejects.toThrow('takes too long to check');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('that makes no sense is told of in the reply, and nothing is sent', async () => {
    const sub = plain();
    const { replies } = await ask(sub, { type: 'object', properties: { a: 5 } });
    expect(replies).toEqual(['Error: The schema cannot be used. A schema is an object.']);
    expect(sub.calls).toEqual([]);
  });

  it('may name a property as the prototype is named', async () => {
    const odd = JSON.parse('{"properties": {"__proto__": {"type": "string"}}}') as JsonSchema;
    expect(await check(odd, JSON.parse('{"__proto__": 5}'))).toContain('Expected "string"');
    expect(({} as Record<string, unknown>)['type']).toBeUndefined();
  });
});

describe('looking for JSON', () => {
  it('gives up on texts made of beginnings', () => {
    const started = performance.now();
    expect(findJson('{['.repeat(200_000))).toBeNull();
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
