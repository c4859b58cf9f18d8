/** What the engine's failures become, one row each; and the two readers of a streamed reply. */

import { describe, expect, it } from 'vitest';
import {
  EngineFailure,
  FAILURES,
  meansLost,
  toEngineError,
} from '../../../src/adapters/models/webllm/failures';
import { FenceWatch } from '../../../src/adapters/models/webllm/fence-watch';
import { withPrebuiltRecords } from '../../../src/adapters/models/webllm/model-records';
import { ThinkSplit } from '../../../src/adapters/models/webllm/think-split';

const facts = { label: 'Qwen2.5 3B', contextTokens: 4096, phase: 'load' } as const;

/** As the worker's handler sends them: `"Name: text"`, from the engine's source and the browser's own errors. */
const rows: readonly (readonly [said: string, code: string])[] = [
  ['WebGPUNotAvailableError: WebGPU is not supported in your current environment', 'gpu-unavailable'],
  ['WebGPUNotFoundError: Cannot find WebGPU in the environment', 'gpu-unavailable'],
  ['Error: Unable to find a compatible GPU. This issue might be because …', 'gpu-unavailable'],
  ['ShaderF16SupportError: This model requires WebGPU extension shader-f16', 'gpu-unavailable'],
  ['FeatureSupportError: This model requires feature subgroups', 'gpu-unavailable'],
  [
    'Error: Cannot initialize runtime because of requested maxComputeWorkgroupStorageSize exceeds',
    'gpu-unavailable',
  ],
  ['DeviceLostError: The WebGPU device was lost while loading the model.', 'gpu-memory'],
  ['OutOfMemoryError: Out of memory', 'gpu-memory'],
  ['GPUOutOfMemoryError: Out of memory', 'gpu-memory'],
  ['ContextWindowSizeExceededError: Prompt tokens exceed context window size: 5000', 'prompt-too-large'],
  ['ModelNotFoundError: Cannot find model record in appConfig for x.', 'model-unavailable'],
  ['MissingModelError: Missing `model_lib` for the model', 'model-unavailable'],
  ['GrammarMatcherInitError: Failed to initialize the grammar matcher', 'grammar'],
  ['InvalidResponseFormatError: JSON schema is only supported with', 'grammar'],
  ['InvalidResponseFormatGrammarError: When ResponseFormat.type is `grammar`', 'grammar'],
  ['IntegrityError: Integrity verification failed for https://x', 'bad-download'],
  ['ArtifactManifestError: tasks: expected an object', 'bad-download'],
  ['UnsupportedTokenizerFilesError: Cannot handle tokenizer files', 'bad-download'],
  ['SyntaxError: Unexpected end of JSON input', 'bad-download'],
  ['CompileError: WebAssembly.instantiate(): section (code 10) extends past end', 'bad-download'],
  ['LinkError: WebAssembly.instantiate(): Import #3 module="env" function="x" error', 'library-outdated'],
  ['Error: Cannot find global function vm.builtin.paged_attention', 'library-outdated'],
  ['Error: Cannot find TVMFFIAny in exports', 'library-outdated'],
  ['WindowSizeConfigurationError: Only one of context_window_size and', 'invalid-argument'],
  ['WindowSizeSpecificationError: Need to specify either sliding_window_size', 'invalid-argument'],
  ['AttentionSinkSizeError: Need to specify non-negative attention_sink_size', 'invalid-argument'],
  ['MinValueError: Make sure `max_tokens` > 0.', 'invalid-argument'],
  ['QuotaExceededError: Quota exceeded.', 'quota'],
  [
    "NetworkError: Failed to execute 'add' on 'Cache': Cache.add() encountered a network error",
    'download-failed',
  ],
  ["TypeError: Failed to execute 'add' on 'Cache': Request failed", 'download-failed'],
  ['TypeError: Failed to fetch', 'download-failed'],
  ['ModelNotLoadedError: Model not loaded before trying to complete', 'gpu-lost'],
  ['SpecifiedModelNotFoundError: Specified model x for y is not found in loaded models.', 'gpu-lost'],
  ['Error: Object has already been disposed', 'gpu-lost'],
  ['Error: something nobody has seen', 'internal'],
];

describe('a failure of the engine', () => {
  it.each(rows)('%s → %s', (said, code) => {
    const failure = EngineFailure.from(said);
    const problem = toEngineError(failure, facts);
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(/^[^\n]+[.…]?$/);
    expect(problem.hint?.length).toBeGreaterThan(20);
    expect(meansLost(failure)).toBe(code === 'gpu-lost');
  });

  it('has a row tried here for every name in the table', () => {
    const tried = rows.map(([said]) => EngineFailure.from(said).name);
    expect(Object.keys(FAILURES).filter((name) => !tried.includes(name))).toEqual([]);
  });
});

function cut(pieces: readonly string[]): string | null {
  const watch = new FenceWatch();
  for (const piece of pieces) {
    const keep = watch.push(piece);
    if (keep !== null) return pieces.join('').slice(0, keep);
  }
  return null;
}

describe('a reply without grammar', () => {
  it.each([
    ['```repl\nx\n```\n\nOutput: 1', '```repl\nx\n```'],
    ['So:\n```Python\ny = 1\n```\nand more', 'So:\n```Python\ny = 1\n```'],
    ['```\nan example\n```\nthen\n```repl\nx\n```\n!', '```\nan example\n```\nthen\n```repl\nx\n```'],
    ['```repl\nz = """\n```\n"""\nprint(z)\n```\nmade up', '```repl\nz = """\n```\n"""\nprint(z)\n```'],
    ['```repl\nx\n```', null],
    ['no code at all\n\nreally', null],
  ])('%j is cut to %j', (reply, kept) => {
    expect(cut([reply])).toBe(kept);
    expect(cut([...reply])).toBe(kept);
  });
});

describe('thoughts at the start of a reply', () => {
  it.each([
    ['<think>\n\n</think>\n\nYes.', '', 'Yes.'],
    ['<think>hm < ok</think>\n\nYes.', 'hm < ok', 'Yes.'],
    ['  plain <think>late</think>', '', '  plain <think>late</think>'],
    ['<thin', '', '<thin'],
    ['<think>never closed', 'never closed', ''],
  ])('%j', (reply, reasoning, text) => {
    for (const pieces of [[reply], [...reply]]) {
      const split = new ThinkSplit();
      const parts = [...pieces.flatMap((piece) => split.push(piece)), ...split.end()];
      const joined = (type: string) =>
        parts.flatMap((part) => (part.type === type ? [part.text] : [])).join('');
      expect([joined('reasoning'), joined('text')]).toEqual([reasoning, text]);
    }
  });
});

describe('the engine’s own records', () => {
  it('add what ours leave out, to the same model only', () => {
    const known = {
      model: 'https://a/m',
      model_id: 'm',
      model_lib: 'old',
      overrides: { attention_sink_size: 4 },
    };
    const prebuilt = { model_list: [known] };
    const send = (model: string) =>
      withPrebuiltRecords(
        {
          kind: 'setAppConfig',
          uuid: '',
          content: {
            model_list: [{ model, model_id: 'm', model_lib: 'new', required_features: ['shader-f16'] }],
          },
        },
        prebuilt,
      ).content;
    expect(send('https://a/m')).toEqual({
      model_list: [{ ...known, model_lib: 'new', required_features: ['shader-f16'] }],
    });
    expect(JSON.stringify(send('https://b/m'))).not.toContain('sink');
  });
});
