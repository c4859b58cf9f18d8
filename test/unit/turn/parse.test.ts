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

    it('loses no fence of Python where the official parser finds nothing', () => {
      const { messages } = v.parse(replySchema, replies);
      const lost = messages.filter(
        ({ text, expect: { blocks } }) =>
          blocks.length === 0 && /^```(repl|python|py)\b/im.test(text) && codes(text).length === 0,
      );
      expect(lost.map(({ id }) => id)).toEqual([]);
    });
  },
);
