/** What a run was asked with beyond its models and limits, in words. */

import type { RecordedRef } from '../../core/models/model-ref';
import type { RunSettings, WayAsked, WayTaken } from '../../core/record/events';
import type { RunNode } from '../../core/record/tree';
import { formatPlural } from '../kit/format';
import type { Fact } from './fact-words';

const WAYS: Readonly<Record<WayAsked, string>> = {
  auto: 'decided by size',
  recurse: 'always recurse',
  direct: 'always directly',
};

/** `Asked directly. The documents take about 2k tokens, …` */
export function wayWords({ taken, reason }: WayTaken): string {
  return `${taken === 'direct' ? 'Asked directly' : 'Explored by code, with sub-calls'}. ${reason}`;
}

function refWords(ref: RecordedRef): string {
  if (ref.provider === 'reader') return 'built-in reader';
  if (ref.provider === 'webllm') return `${ref.model}, on this device`;
  const more = ref.replicas?.length ?? 0;
  const at = URL.canParse(ref.baseUrl) ? new URL(ref.baseUrl).host : ref.baseUrl;
  return `${ref.model} at ${at}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

function ladderWords(ladder: readonly RecordedRef[]): string | null {
  return ladder.length === 0 ? null : ladder.map(refWords).join(', then ');
}

/** The settings of a run as facts; none for child runs and runs of older versions. */
export function settingFacts({ settings, follows, replays, imported, limits }: RunNode): readonly Fact[] {
  return [
    ['Goes on with', follows === null ? null : 'the question before, and its variables'],
    ['Replay', replays === null ? null : 'every reply is from the record of another run; nothing was sent'],
    ['Imported', imported && `from ${imported.source}, made with ${imported.backend}`],
    ...(settings ? ofSettings(settings) : []),
    [
      'Limits',
      `depth ${String(limits.maxDepth)}, ${formatPlural(limits.maxTurns, 'turn')}, ${String(limits.maxConcurrency)} sub-calls at a time`,
    ],
  ];
}

function ofSettings({ refs, guard, way, cache, gate, tools, prompts }: RunSettings): readonly Fact[] {
  const ownPrompts = Object.keys(prompts).length;
  return [
    ['Verifier', gate ? (refs.verifier ? refWords(refs.verifier) : 'yes') : null],
    ['Root moves up to', ladderWords(refs.rootLadder)],
    ['Sub-calls move up to', ladderWords(refs.subLadder)],
    ['Verdicts move up to', ladderWords(refs.verifierLadder)],
    ['Way', WAYS[way]],
    ['Recorded replies', cache ? 'taken for the same sub-calls' : 'not taken: every sub-call was sent'],
    [
      'Output sent',
      guard.mode === 'off'
        ? null
        : guard.mode === 'ask'
          ? 'read by you first'
          : `at most ${formatPlural(guard.chars, 'character')} a turn`,
    ],
    ['Your tools', tools.length === 0 ? null : tools.map(({ name }) => name).join(', ')],
    ['Your prompts', ownPrompts === 0 ? null : Object.keys(prompts).join(', ')],
  ];
}
