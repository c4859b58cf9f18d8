/** A run as the official JSONL log; see `official-log.ts`. Holds no key and no header, for events hold none. */

import * as v from 'valibot';
import type { ChatMessage } from '../ports';
import { isCounted } from './measures';
import { localsChangeSchema } from './official-log';
import { followed, sentMessages } from './sent-messages';
import type { CallNode, CellNode, ModelUsage, RunNode, TurnNode } from './tree';

/** The whole file: a line of metadata, then one for each iteration, each ended by a line break. */
export function exportOfficialLog(run: RunNode): string {
  const others = run.imported?.extra?.['others'];
  const lines = [
    metadataLine(run),
    ...(Array.isArray(others) ? (others as unknown[]) : []),
    ...iterationsOf(run),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The first line. */
function metadataLine(run: RunNode): Record<string, unknown> {
  return { type: 'metadata', timestamp: timestamp(run.startedAtMs), ...runMetadata(run) };
}

/** The same without type and time, as a child run has it. */
export function runMetadata(run: RunNode): Record<string, unknown> {
  const { settings, root, sub, limits, imported } = run;
  const ref = settings?.refs.root;
  const provider = imported?.backend ?? ref?.provider ?? (root.host === null ? 'local' : 'openai');
  const subProvider = settings?.refs.sub?.provider ?? (sub.host === null ? 'local' : 'openai');
  const backend_kwargs = {
    model_name: root.name,
    ...(ref?.provider === 'openai' && { base_url: ref.baseUrl }),
  };
  const derived = {
    root_model: root.name,
    max_depth: limits.maxDepth,
    max_iterations: limits.maxTurns,
    backend: provider,
    backend_kwargs,
    environment_type: 'pyodide',
    environment_kwargs: {},
    other_backends: sub.name === root.name ? null : [subProvider],
  };
  const kept = imported?.extra?.['metadata'];
  return typeof kept === 'object' && kept !== null ? { ...derived, ...kept } : derived;
}

/** What is left out: a turn that was never answered. The last best answer is an iteration, as in the official log. */
export function iterationsOf(run: RunNode): Record<string, unknown>[] {
  const sent = sentMessages(run);
  const locals = new Locals();
  const lines: Record<string, unknown>[] = [];
  for (const [index, turn] of run.turns.entries()) {
    if (turn.text === null) continue;
    const isLast = run.turns.slice(index + 1).every(({ text }) => text === null);
    const prompt = sent[index] ?? [];
    const answer = isLast && run.status === 'answered' ? run.answer : null;
    lines.push({ ...iterationLine(turn, prompt, lines.length + 1, answer, locals), ...turn.extra });
    for (const aside of turn.asides)
      if (aside.purpose === 'best' && aside.problem === null)
        lines.push({
          type: 'iteration',
          iteration: lines.length + 1,
          timestamp: timestamp(aside.atMs),
          prompt: followed(prompt, turn.text, turn.feedback),
          response: aside.reply,
          code_blocks: [],
          final_answer: run.answer,
          iteration_time: aside.durationMs / 1000,
        });
  }
  return lines;
}

function iterationLine(
  turn: TurnNode,
  prompt: readonly ChatMessage[],
  iteration: number,
  answer: string | null,
  locals: Locals,
): Record<string, unknown> {
  const cellMs = turn.cells.reduce((sum, { result }) => sum + (result?.durationMs ?? 0), 0);
  const tookMs = (turn.durationMs ?? 0) + cellMs;
  return {
    type: 'iteration',
    iteration,
    timestamp: timestamp(turn.startedAtMs + tookMs),
    prompt,
    response: turn.text,
    code_blocks: turn.cells.map((cell) => codeBlock(cell, locals)),
    final_answer: answer,
    iteration_time: tookMs / 1000,
  };
}

/** Variables of a run's interpreter, cell by cell. */
class Locals {
  #values: Record<string, unknown> = {};

  after({ extra, result }: CellNode): Record<string, unknown> {
    const change = v.safeParse(localsChangeSchema, extra?.['locals']);
    if (!change.success) return result?.variables ?? {};
    this.#values = { ...this.#values, ...change.output.set };
    for (const name of change.output.unset) Reflect.deleteProperty(this.#values, name);
    return this.#values;
  }
}

function codeBlock(cell: CellNode, locals: Locals): Record<string, unknown> {
  const { code, result, calls, extra } = cell;
  const derived = {
    stdout: result?.stdout ?? '',
    stderr: result?.stderr ?? '',
    locals: locals.after(cell),
    execution_time: (result?.durationMs ?? 0) / 1000,
    rlm_calls: calls.map((call) => callEntry(call)),
    final_answer: result?.finalAnswer ?? null,
  };
  const kept = Object.fromEntries(Object.entries(extra ?? {}).filter(([name]) => name !== 'locals'));
  return { code, result: { ...derived, ...kept } };
}

function callEntry(call: CallNode): Record<string, unknown> {
  const { reply, prompt, problem, durationMs, child, extra } = call;
  const model = (call.answeredBy ?? call.model).name;
  const error = reply === null ? 'not answered before the run ended' : problem?.message;
  return {
    root_model: model,
    prompt,
    response: reply ?? '',
    usage_summary: usageSummary(callUsage(call)),
    execution_time: (durationMs ?? 0) / 1000,
    ...(child && { metadata: { run_metadata: runMetadata(child), iterations: iterationsOf(child) } }),
    ...(error !== undefined && { error }),
    ...extra,
  };
}

type ByModel = Map<string, ModelUsage>;

function callUsage(call: CallNode): ByModel {
  const sum: ByModel = new Map();
  addCall(sum, call);
  return sum;
}

function addCall(sum: ByModel, call: CallNode): void {
  if (!call.child) {
    if (call.usage && isCounted(call) && !call.cached)
      add(sum, (call.answeredBy ?? call.model).name, call.usage);
    return;
  }
  for (const turn of call.child.turns) {
    if (turn.usage) add(sum, (turn.answeredBy ?? call.child.root).name, turn.usage);
    for (const aside of turn.asides) if (isCounted(aside)) add(sum, aside.model.name, aside.usage);
    for (const cell of turn.cells) for (const below of cell.calls) addCall(sum, below);
  }
}

function add(sum: ByModel, model: string, usage: Omit<ModelUsage, 'calls'>): void {
  const entry = sum.get(model) ?? { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  entry.calls++;
  entry.inputTokens += usage.inputTokens;
  entry.outputTokens += usage.outputTokens;
  entry.costUsd = entry.costUsd === null || usage.costUsd === null ? null : entry.costUsd + usage.costUsd;
  sum.set(model, entry);
}

function usageSummary(usage: ByModel): Record<string, unknown> {
  const costs = [...usage.values()].flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  const summaries = [...usage].map(([model, { calls, inputTokens, outputTokens, costUsd }]) => [
    model,
    {
      total_calls: calls,
      total_input_tokens: inputTokens,
      total_output_tokens: outputTokens,
      ...(costUsd !== null && { total_cost: costUsd }),
    },
  ]);
  return {
    model_usage_summaries: Object.fromEntries(summaries) as unknown,
    ...(costs.length > 0 && { total_cost: costs.reduce((sum, cost) => sum + cost, 0) }),
  };
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
