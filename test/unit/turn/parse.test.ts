import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { findFinal, parseReply } from '../../../src/core/turn/parse';
import { protocolCases } from '../../fixtures/protocol-cases';
import { dataJson } from '../../fixtures/shared-data';

const codes = (reply: string) => parseReply(reply).cells.map((cell) => cell.code);
const repairs = (reply: string) => parseReply(reply).repairs;

describe('cells of a reply', () => {
  it('takes repl fences in order and keeps the prose apart', () => {
    const reply = parseReply('First\n```repl\na = 1\n```\nSecond\n```repl\nb = 2\n```\nEnd.');
    expect(reply.cells.map((cell) => cell.code)).toEqual(['a = 1', 'b = 2']);
    expect(reply.prose).toBe('First\nSecond\nEnd.');
    expect(reply.repairs).toEqual([]);
  });

  it('does not end a cell at a fence inside a Python string', () => {
    const code = 's = """\n```python\nprint(1)\n```\n"""\nprint(s)';
    expect(codes(`\`\`\`repl\n${code}\n\`\`\`\nafter`)).toEqual([code]);
  });

  it('does not let a string left open swallow the rest of the reply', () => {
    expect(codes('```repl\ns = """oops\n```\ntext\n```repl\nb = 2\n```')).toEqual(['s = """oops', 'b = 2']);
  });

  it.each([
    ['an upper-case tag', '```REPL\nx = 1\n```', []],
    ['a python tag', '```python\nx = 1\n```', ['fence tagged python']],
    ['a py tag', '```py\nx = 1\n```', ['fence tagged py']],
    ['tildes', '~~~repl\nx = 1\n~~~', ['tilde fence']],
    ['a list item', '1. Step\n   ```repl\n   x = 1\n   ```\n2. Next', ['indented fence']],
    ['code on the fence line', '```repl x = 1\n```', ['code on the fence line']],
    ['a fence on one line', '```repl x = 1```', ['code on the fence line']],
    ['no line break before the end', '```repl\nx = 1```\nmore', ['no line break before the closing fence']],
    ['a fence left open', 'text\n```repl\nx = 1', ['fence left open at the end']],
    ['a fence behind text', 'Look: ```repl\nx = 1\n```', ['text before the fence']],
    ['a fence behind a list mark', '- ```repl\n  x = 1\n  ```\n- next', ['text before the fence']],
    ['a quoted fence', '> ```repl\n> x = 1\n> ```\n\nafter', ['text before the fence']],
    ['two tags', '```repl python\nx = 1\n```', ['more than a tag on the fence line']],
    ['a tag in braces', '```{repl}\nx = 1\n```', ['more than a tag on the fence line']],
  ])('accepts %s and says so', (_, reply, expected) => {
    expect(codes(reply)).toEqual(['x = 1']);
    expect(repairs(reply)).toEqual(expected);
  });

  it('reads a fence left open before the next one as two cells', () => {
    expect(codes('```repl\na = 1\n```repl\nb = 2\n```')).toEqual(['a = 1', 'b = 2']);
  });

  it('runs python fences only where there is no repl fence, and says what it passed over', () => {
    const reply = '```python\nexample()\n```\n```repl\nx = 1\n```';
    expect(codes(reply)).toEqual(['x = 1']);
    expect(repairs(reply)).toEqual(['a python fence beside repl fences was not run']);
  });

  it('offers untagged fences only where nothing is tagged, and no other language', () => {
    expect(parseReply('```\nx = 1\n```').untagged.map((cell) => cell.code)).toEqual(['x = 1']);
    expect(parseReply('```\nx\n```\n```repl\ny\n```').untagged).toEqual([]);
    expect(parseReply('```json\n{}\n```')).toMatchObject({ cells: [], untagged: [] });
  });

  it('says so when code stands outside the fences beside code that is run', () => {
    const reply = parseReply('```repl\nx = 1\n```\nAnd then:\nwords = context.split()\nprint(len(words))');
    expect(reply.unrun).toEqual(['code outside the fences was not run']);
    expect(parseReply('```repl\nx = 1\n```\nprint(x) shows it, for one in all: yes').unrun).toEqual([]);
  });

  it('takes no fence from a sentence that only names one', () => {
    const reply = 'You said to use ```repl\n```repl\nx = 1\n```';
    expect(codes(reply)).toEqual(['x = 1']);
    expect(repairs(reply)).toEqual([]);
    expect(codes('Write ```repl blocks``` and no others.')).toEqual([]);
  });

  it('offers code indented as a whole in its dedented form', () => {
    const [cell] = parseReply('```repl\n    x = 1\n    y = 2\n```').cells;
    expect(cell).toMatchObject({ code: 'x = 1\n    y = 2', dedented: 'x = 1\ny = 2' });
  });

  it.each([
    ['closed', '<think>a\n```repl\nno = 1\n```\n</think>\n```repl\nyes = 1\n```'],
    ['opened by the chat template', 'a\n```repl\nno = 1\n```\n</think>\n```repl\nyes = 1\n```'],
    ['given twice', '<think>a</think>\n```repl\nyes = 1\n```\n<think>\n```repl\nno = 1\n```\n</think>'],
  ])('runs nothing from thinking that is %s', (_, reply) => {
    expect(codes(reply)).toEqual(['yes = 1']);
  });

  it('runs nothing from thinking that never ends', () => {
    expect(codes('<think>Let me plan\n```repl\nx = 1\n```')).toEqual([]);
  });

  it('leaves a think tag inside code alone', () => {
    const code = 'import re\ntext = re.sub("<think>.*</think>", "", text)\nprint(text)';
    expect(codes(`\`\`\`repl\n${code}\n\`\`\``)).toEqual([code]);
  });
});

describe('answers given as text', () => {
  it.each([
    ['FINAL(42)', { kind: 'value', text: '42' }],
    ['   FINAL(42)', { kind: 'value', text: '42' }],
    ['So FINAL(42)', null],
    ['FINAL(a\nb\nc)', { kind: 'value', text: 'a\nb\nc' }],
    ['FINAL(func(arg1, (b)))', { kind: 'value', text: 'func(arg1, (b))' }],
    ['FINAL(first)\nFINAL(second)', { kind: 'value', text: 'first' }],
    ['FINAL(42)\nThat was it (I think)', { kind: 'value', text: '42' }],
    ['FINAL(1) one\n2) two)', { kind: 'value', text: '1) one\n2) two' }],
    ['FINAL_VAR("x")', { kind: 'variable', name: 'x' }],
    ['FINAL(y)\nFINAL_VAR(x)', { kind: 'variable', name: 'x' }],
    ['FINAL_VAR()', null],
    ['FINAL(42', null],
    ['final(42)', null],
  ])('%j is %j', (prose, expected) => {
    expect(findFinal(prose)).toEqual(expected);
  });

  it('is not looked for inside fences or thinking', () => {
    expect(parseReply('```text\nFINAL(1)\n```').final).toBeNull();
    expect(parseReply('<think>\nFINAL(1)\n</think>\nhm').final).toBeNull();
  });
});

const cases = protocolCases('parse_blocks');
describe.skipIf(cases === null)(
  `official parse_blocks cases${cases ? '' : ' (skipped: data not here)'}`,
  () => {
    /** Where the official result is a defect: what a reader would take as the cells. */
    const sane: Record<string, string[]> = {
      'parse_blocks/unclosed': ['x = 1\nprint(x)'],
      'parse_blocks/empty_block_no_blank': ['', 'z=1'],
      'parse_blocks/nested_fence_in_string': ['s = """\n```python\nprint(1)\n```\n"""\nprint(s)'],
      'parse_blocks/think_unclosed': [],
      'parse_blocks/markdown_list_nested': ['print(1)'],
    };
    it.each(cases ?? [])('$id', ({ id, input, expect: expected, official_quirk }) => {
      const { cells } = parseReply(v.parse(v.string(), input['text']));
      if (official_quirk !== undefined) {
        expect(cells.map((cell) => cell.code)).toEqual(sane[id]);
        return;
      }
      // Fences only this parser accepts carry a repair; without them the result is the official one.
      const official = cells.filter((cell) => !cell.repairs.includes('tilde fence'));
      expect(official.map((cell) => cell.code)).toEqual(expected['blocks']);
    });
  },
);

/**
 * What a reader who knows nothing of the parser takes for code, a trimmed line each: what stands between marks on lines
 * of their own with no tag of another language, and lines outside that can only be Python. A mark in a string ends
 * code here; what follows then is judged line by line.
 */
function plainReading(reply: string): string[] {
  const text = reply.replace(/<think>[\s\S]*?(?:<\/think>|$)/g, '');
  const python =
    /^(?:import \w+|from \w+ import .*|def \w+\(.*:|print\(.*\)|\w+ = \w+\(.*\)|for \w+ in .*:)$/;
  const code: string[] = [];
  let inside: 'code' | 'other' | null = null;
  for (const line of text.split('\n').map((one) => one.trim())) {
    const mark = /^(?:`{3,}|~{3,})(.*)$/.exec(line);
    if (mark) inside = inside ? null : /^\s*(?:repl|py.*)?$/i.test(mark[1] ?? '') ? 'code' : 'other';
    else if (line !== '' && (inside === 'code' || (inside === null && python.test(line)))) code.push(line);
  }
  return code;
}

const replySchema = v.object({
  messages: v.array(
    v.looseObject({
      id: v.string(),
      text: v.string(),
      expect: v.looseObject({ blocks: v.array(v.string()) }),
    }),
  ),
});
const replies = dataJson('model-replies.json');
describe.skipIf(replies === null)(
  `recorded replies of real models${replies ? '' : ' (skipped: data not here)'}`,
  () => {
    it('gives exactly the official blocks where there are any', () => {
      const { messages } = v.parse(replySchema, replies);
      const different = messages.filter(
        ({ text, expect: { blocks } }) =>
          blocks.length > 0 && JSON.stringify(codes(text)) !== JSON.stringify(blocks),
      );
      expect(different.map(({ id }) => id)).toEqual([]);
    });

    it('loses nothing a reader would call code: every line of it is in a cell, or the record says why not', () => {
      const { messages } = v.parse(replySchema, replies);
      let lines = 0;
      const lost = messages.flatMap(({ id, text }) => {
        const { cells, untagged, unrun } = parseReply(text);
        const kept = new Set(
          [...cells, ...untagged].flatMap(({ code }) => code.split('\n').map((line) => line.trim())),
        );
        const code = plainReading(text);
        lines += code.length;
        return unrun.length > 0 ? [] : code.filter((line) => !kept.has(line)).map((line) => `${id}: ${line}`);
      });
      expect(lost).toEqual([]);
      expect(lines).toBeGreaterThan(5_000);
    });

    it('takes no code for an answer and no answer for code', () => {
      const { messages } = v.parse(replySchema, replies);
      const kinds = messages.map(({ text }) => {
        const { cells, untagged, final } = parseReply(text);
        return cells.length > 0 ? 'cells' : final ? 'answer' : untagged.length > 0 ? 'untagged' : 'prose';
      });
      const count = (kind: string) => kinds.filter((one) => one === kind).length;
      expect({ cells: count('cells'), answer: count('answer'), prose: count('prose') }).toEqual({
        cells: 432,
        answer: 27,
        prose: 2,
      });
    });
  },
);
