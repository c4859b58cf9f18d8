/** The gate with real Python: quotations found in the documents, and an answer that is ready taken back. */

import { afterAll, expect, it } from 'vitest';
import { listContext } from '../../../src/core/corpus/given-context';
import { complete } from '../../../src/core/run/completion';
import { DEFAULT_LIMITS } from '../../../src/core/run/limits';
import { cellReply, systemClock } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import { factory } from '../repl/harness';

const repls = factory();
afterAll(() => repls.close());

it('shows the verifier where quotations stand, and lets the run go on to a second answer', async () => {
  const texts = [
    'Nothing of note.',
    `${'The sea. '.repeat(90)}The ship “never\nturned back” at all. ${'Foam. '.repeat(90)}`,
  ];
  const answer =
    'As it says:\\n\\n> THE SHIP "never turned back" at all\\n\\nand\\n\\n> the ship was made of solid gold';
  const root = scriptedModel({
    replies: [
      cellReply(
        `print = None  # what cells do to names must not matter\nseen = 7\nanswer["content"] = """${answer}"""\nanswer["ready"] = True`,
      ),
      cellReply('seen += 1'),
      cellReply('answer["content"] = f"second, {seen}, {context[1][810:818]}"\nanswer["ready"] = True'),
    ],
  });
  const verifier = scriptedModel({ name: 'judge', replies: ['{"accepted": false, "reasons": "Gold?"}'] });
  const ports = { repls, clock: systemClock, newId: () => crypto.randomUUID(), onEvent: () => undefined };
  const asked = { question: 'Did it turn?', context: listContext(texts), corpus: null };
  const request = { ...asked, root, sub: root, verifier, limits: DEFAULT_LIMITS };
  const outcome = await complete(request, ports, new AbortController().signal);
  const prompt = verifier.calls[0]?.messages[0]?.content ?? '';
  expect(prompt).toMatch(/never turned back" at all"\nfound in .+ at 810, where it reads:\n/);
  expect(prompt).toContain('The ship “never\nturned back” at all. Foam.');
  expect(prompt).toContain('"the ship was made of solid gold"\nnot found in the documents');
  expect(outcome).toMatchObject({ status: 'answered', answer: 'second, 8, The ship' });
});
