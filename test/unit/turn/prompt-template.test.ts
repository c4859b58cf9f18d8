import { describe, expect, it } from 'vitest';
import { checkPrompts, promptWarnings } from '../../../src/core/turn/prompt-check';
import { PLACEHOLDERS, placeholderValues } from '../../../src/core/turn/prompt-placeholders';
import { fillTemplate, placeholdersIn } from '../../../src/core/turn/prompt-template';
import { BUILT_IN_PROMPTS } from '../../../src/core/turn/prompt-texts';
import { systemPrompt } from '../../../src/core/turn/prompts';
import { deriveSizes, type Tier } from '../../../src/core/turn/sizes';
import { safeTextTokens } from '../../../src/core/turn/tokens';
import type { Tool } from '../../../src/core/run/tools';

const TIERS: readonly Tier[] = ['full', 'short', 'tiny'];
const WINDOWS: Readonly<Record<Tier, number>> = { full: 128_000, short: 16_000, tiny: 4_096 };

function facts(tier: Tier, more: { depthLeft?: number; batchWidth?: number; tools?: readonly Tool[] } = {}) {
  const window = { contextTokens: WINDOWS[tier] };
  return { sizes: deriveSizes(window, window), depthLeft: 1, batchWidth: 16, maxTurns: 30, ...more };
}

const tool = (name: string, description = 'Does it.'): Tool => ({
  name,
  python: `def ${name}(x): return x`,
  description,
  offeredTo: 'both',
});

describe('a template', () => {
  it('replaces known names alone: every other brace, dollar and percent sign stays', () => {
    const code =
      'f"{x} {{y}} {d[\'k\']!r:>{w}}" {"a": {"b": 1}} ${HOME} %(name)s %s {{ }} {{{name}}} {{unknown}} {name} $& $1';
    expect(fillTemplate(code, { name: '$& {{name}}', other: 'x' })).toBe(
      code.replace('{{{name}}}', () => '{$& {{name}}}'),
    );
    expect(fillTemplate('{{ constructor }} {{__proto__}}', {})).toBe('{{ constructor }} {{__proto__}}');
  });

  it('leaves out a line of placeholders that stand for nothing', () => {
    expect(fillTemplate('a\n{{none}}\nb\n  {{none}} {{none}}\nc {{none}}', { none: '' })).toBe('a\nb\nc ');
    expect(fillTemplate('a\n{{some}}\nb', { some: 'x\ny' })).toBe('a\nx\ny\nb');
  });
});

describe('the built-in prompts', () => {
  it.each(TIERS)('use placeholders that exist, each filled, and no warning of their own: %s', (tier) => {
    const template = BUILT_IN_PROMPTS[tier];
    const known = PLACEHOLDERS.map(({ name }) => name);
    expect(placeholdersIn(template).filter((name) => !known.includes(name))).toEqual([]);
    expect(promptWarnings(template)).toEqual([]);
    const sent = systemPrompt(facts(tier));
    expect(placeholdersIn(sent)).toEqual([]);
    expect(sent).not.toMatch(/\n{3}|undefined|NaN/);
  });

  it('are the text of the tier itself, so that the one edited is the one sent', () => {
    for (const tier of TIERS) {
      const own = { prompts: { [tier]: BUILT_IN_PROMPTS[tier] } };
      expect(systemPrompt({ ...facts(tier), ...own })).toBe(systemPrompt(facts(tier)));
    }
  });

  it('keep the tiny one within 450 tokens, counted on the safe side, whatever the numbers', () => {
    for (const batchWidth of [1, 16, 256])
      for (const sub of [4_096, 128_000, 1_000_000]) {
        const sizes = deriveSizes({ contextTokens: 4_096 }, { contextTokens: sub });
        const prompt = systemPrompt({ ...facts('tiny'), sizes, batchWidth });
        expect(safeTextTokens(prompt)).toBeLessThanOrEqual(450);
      }
  });

  it('promise parts that fit a sub-call with their question, in any window', () => {
    for (const contextTokens of [1_024, 4_096, 32_000, 1_000_000]) {
      const sizes = deriveSizes({ contextTokens: 128_000 }, { contextTokens });
      const values = placeholderValues({ ...facts('full'), sizes });
      expect(Number(values['chunk_tokens']) * 4).toBeLessThanOrEqual(0.86 * sizes.subPromptChars);
      expect(Number(values['chunk_tokens']) * 4).toBeLessThanOrEqual(100_000);
    }
  });

  it('say what each level below has left', () => {
    const at = (depthLeft: number) => placeholderValues(facts('full', { depthLeft }))['recursion'];
    expect(at(0)).toContain('no deeper level is left');
    expect(at(1)).toContain('in a child, `rlm_query` is a plain `llm_query`');
    expect(at(2)).toContain(
      '2 levels deep from here: your children have one level below them, theirs have none',
    );
    expect(at(5)).toContain(
      '5 levels deep from here: your children have 4 levels below them, theirs one less',
    );
  });
});

describe('the user’s own tools in a prompt', () => {
  it('stand in their place, or at the end where the text has none', () => {
    const tools = [tool('double', 'Doubles a number.')];
    expect(systemPrompt(facts('short', { tools }))).toContain(
      '\n- `double(x)`: Doubles a number.\n- `SHOW_VARS()`',
    );
    const own = systemPrompt({ ...facts('short', { tools }), prompts: { short: 'Answer.' } });
    expect(own).toBe('Answer.\n\nAlso in the REPL:\n- `double(x)`: Doubles a number.');
  });

  it.each(TIERS)('take no more than their share, and those left out are named or counted: %s', (tier) => {
    const many = Array.from({ length: 60 }, (_, n) => tool(`tool_number_${n}`, 'Long words. '.repeat(40)));
    const extra = systemPrompt(facts(tier, { tools: many })).length - systemPrompt(facts(tier)).length;
    expect(extra).toBeLessThanOrEqual({ full: 6_200, short: 2_200, tiny: 600 }[tier]);
    expect(systemPrompt(facts(tier, { tools: many }))).toMatch(/And \d+ more of the user's own tools/);
  });
});

describe('a prompt of one’s own', () => {
  it('is warned of what it lacks, and of names that are no placeholders', () => {
    expect(promptWarnings('Hello {{name}} and f"{{x}}"').map((warning) => warning.split(':')[0])).toEqual([
      'It no longer shows how to write code',
      'It no longer says how to answer',
      'It no longer names context, the variable that holds the documents.',
      '{{name}}, {{x}} are not placeholders and stay as written.',
    ]);
    expect(promptWarnings('Look at context. ~~~repl\nFINAL("x")\n~~~')).toEqual([]);
  });

  it.each([
    [{ full: ' ' }, /The prompt "full" cannot be used\. It is empty/],
    [{ tiny: 5 }, /The prompt "tiny" must be a text/],
    [{ medium: 'x' }, /no prompt "medium"; there are full, short and tiny/],
    ['x', /must be an object/],
    [{ short: 'x'.repeat(200_001) }, /shorten it to 200,000/],
  ])('is refused in words: %#', (given, said) => {
    expect(() => checkPrompts(given)).toThrow(said);
  });
});
