/** A run of an official log as events of our own. What has no place in an event is kept beside it, and given back on export. */

import * as v from 'valibot';
import type { ChatMessage, TokenUsage } from '../ports';
import { DEFAULT_LIMITS } from '../run/limits';
import { estimateTextTokens } from '../turn/tokens';
import { CellImport, errorEntry } from './official-log-cells';
import { contextLabel, contextValueOf, questionOf } from './official-log-context';
import { withExtras } from './official-log-extra';
import { trajectorySchema, type LogCall, type LogIteration, type LogRun } from './official-log';
import { check } from './official-log-lines';
import { EVENT_VERSION, type ModelLabel, type RunEvent, type RunEventBody } from './events';
import { changeOf, followed } from './sent-messages';

export interface ImportedRun {
  readonly runId: string;
  readonly events: readonly RunEvent[];
  /** What `context` was, as far as the log holds it; undefined when it does not. */
  readonly context: unknown;
}

export interface ImportPorts {
  readonly newId: () => string;
  /** For logs without times. */
  readonly nowMs: number;
  /** e.g. the name of the file. */
  readonly source: string;
}

/** @throws SondeError `malformed` for a child run that is none */
export function importRun(log: LogRun, ports: ImportPorts): ImportedRun {
  const writer = new Writer(ports);
  const runId = writer.run(log, null, 0);
  return { runId, events: withExtras(writer.events, log), context: contextValueOf(log) };
}

class Writer {
  readonly events: RunEvent[] = [];
  readonly #ports: ImportPorts;
  #atMs = 0;

  constructor(ports: ImportPorts) {
    this.#ports = ports;
  }

  /** @param parent the call that started it; null for the root */
  run(
    log: LogRun,
    parent: { callId: string; prompt: string; model: ModelLabel } | null,
    depth: number,
  ): string {
    const runId = this.#ports.newId();
    const { metadata, iterations } = log;
    const root = { name: metadata.root_model ?? parent?.model.name ?? 'unknown', host: hostOf(log) };
    const startedAtMs = startOf(log, parent ? this.#atMs : this.#ports.nowMs);
    this.#atMs = parent ? this.#atMs : startedAtMs;
    const prompts = promptsOf(iterations);
    const started = {
      type: 'run-started',
      runId,
      parentCallId: parent?.callId ?? null,
      depth,
      question: questionOf(log),
      context: contextLabel(log, parent?.prompt),
      root,
      sub: root,
      limits: { ...DEFAULT_LIMITS, ...limitsOf(log) },
      messages: prompts[0] ?? [],
    } as const;
    const imported = { source: this.#ports.source, backend: metadata.backend ?? 'unknown' };
    this.#record({ ...started, imported });
    const firstAtMs = this.#atMs;
    const cells = new CellImport();
    for (const [index, iteration] of iterations.entries())
      this.#turn(runId, root, depth, index, iteration, prompts, cells);
    const durationMs = this.#atMs - firstAtMs;
    this.#record({ type: 'run-finished', runId, ...endingOf(log), durationMs });
    return runId;
  }

  #turn(
    runId: string,
    root: ModelLabel,
    depth: number,
    index: number,
    iteration: LogIteration,
    prompts: readonly (readonly ChatMessage[])[],
    cells: CellImport,
  ): void {
    const turnId = this.#ports.newId();
    const { response, code_blocks: blocks } = iteration;
    const cellMs = (blocks ?? []).reduce((sum, { result }) => sum + ms(result?.execution_time), 0);
    const wholeMs = ms(iteration.iteration_time);
    const endMs = timeOf(iteration.timestamp);
    if (depth === 0 && endMs !== null) this.#atMs = Math.max(this.#atMs, endMs - Math.max(wholeMs, cellMs));
    this.#record({ type: 'turn-started', runId, turnId, index });
    const durationMs = Math.max(0, wholeMs - cellMs);
    const sent = prompts[index] ?? [];
    const before = prompts[index - 1] ?? sent;
    const previous = blocksBefore(prompts, index);
    const change = index === 0 ? null : changeOf(before, previous, sent);
    const startMs = this.#atMs;
    this.#atMs += durationMs;
    const usage = estimated(sent, response);
    const told = { text: response, reasoning: '', usage, durationMs, retries: 0, repairs: [] };
    this.#record({ type: 'turn-replied', turnId, ...told, ...(change && { sent: change }) });
    for (const [at, block] of (blocks ?? []).entries()) {
      const cellId = this.#ports.newId();
      this.#record({ type: 'cell-started', turnId, cellId, index: at, code: block.code });
      for (const [slot, call] of (block.result?.rlm_calls ?? []).entries())
        this.#call(cellId, slot, call, root, depth);
      this.#atMs = Math.max(this.#atMs, startMs + durationMs);
      const imported = cells.take(block);
      this.#atMs += imported.result.durationMs;
      this.#record({ type: 'cell-finished', cellId, ...imported });
    }
    this.#record({ type: 'turn-finished', turnId, feedback: feedbackOf(prompts, index, response) });
  }

  #call(cellId: string, index: number, call: LogCall, root: ModelLabel, depth: number): void {
    const callId = this.#ports.newId();
    const trajectory = call.metadata ? check(trajectorySchema, call.metadata, index + 1) : null;
    const model = { name: call.root_model ?? root.name, host: root.host };
    const prompt = typeof call.prompt === 'string' ? call.prompt : JSON.stringify(call.prompt ?? '');
    const kind = trajectory ? 'rlm' : 'llm';
    const at = { cellId, callId, batchId: callId, index: 0 };
    this.#record({ type: 'call-started', ...at, kind, model, prompt });
    const startedAtMs = this.#atMs;
    if (trajectory) {
      const { run_metadata: metadata, iterations } = trajectory;
      this.run({ metadata, iterations, others: [], cut: null }, { callId, prompt, model }, depth + 1);
    }
    const durationMs = ms(call.execution_time);
    this.#atMs = Math.max(startedAtMs, this.#atMs);
    const { reply, problem } = errorEntry(call);
    const usage = callUsage(call);
    const ended = { reply, usage, durationMs, queuedMs: 0, retries: 0, problem };
    this.#record({ type: 'call-finished', callId, ...ended });
  }

  #record(body: RunEventBody): void {
    const stamp = { v: EVENT_VERSION, seq: this.events.length, atMs: Math.round(this.#atMs) } as const;
    this.events.push({ ...body, ...stamp });
  }
}

/**
 * The messages really sent for each iteration. In the lists of child runs the logger keeps growing what it has logged:
 * they hold their own replies and all that came after.
 */
function promptsOf(iterations: readonly LogIteration[]): ChatMessage[][] {
  let before = 0;
  return iterations.map(({ prompt, response }) => {
    const all = messagesOf(prompt);
    const own = all.findIndex(
      ({ role, content }, at) => at > before && role === 'assistant' && content === response,
    );
    const sent = own === -1 ? all : all.slice(0, own);
    before = sent.length;
    return sent;
  });
}

function messagesOf(prompt: LogIteration['prompt']): ChatMessage[] {
  if (typeof prompt === 'string') return [{ role: 'user', content: prompt }];
  return prompt.map(({ role, content }) => ({
    role: role === 'assistant' || role === 'user' ? role : role === 'system' ? 'system' : 'user',
    content: typeof content === 'string' ? content : JSON.stringify(content ?? ''),
  }));
}

/** What the messages of an iteration would be by the reply and the one message after it. */
function blocksBefore(prompts: readonly (readonly ChatMessage[])[], index: number): readonly ChatMessage[] {
  const before = prompts[index - 1] ?? [];
  const reply = prompts[index]?.[before.length];
  const text = reply?.role === 'assistant' ? reply.content : null;
  return followed(
    before,
    text,
    text === null ? null : (prompts[index]?.[before.length + 1]?.content ?? null),
  );
}

/** The user message after a reply, from what was sent next. */
function feedbackOf(
  prompts: readonly (readonly ChatMessage[])[],
  index: number,
  response: string,
): string | null {
  const sent = prompts[index] ?? [];
  const next = prompts[index + 1];
  const [reply, after] = [next?.[sent.length], next?.[sent.length + 1]];
  return reply?.content === response && after?.role === 'user' ? after.content : null;
}

function callUsage(call: LogCall): TokenUsage {
  const models = Object.values(call.usage_summary?.model_usage_summaries ?? {});
  const sum = (pick: (one: (typeof models)[number]) => number | null | undefined) =>
    models.reduce((total, one) => total + (pick(one) ?? 0), 0);
  const priced = models.some(({ total_cost: cost }) => typeof cost === 'number');
  if (models.length === 0 && typeof call.prompt_tokens !== 'number') {
    return { inputTokens: 0, outputTokens: 0, costUsd: null, estimated: true };
  }
  return {
    inputTokens: call.prompt_tokens ?? sum((one) => one.total_input_tokens),
    outputTokens: call.completion_tokens ?? sum((one) => one.total_output_tokens),
    costUsd: priced ? sum((one) => one.total_cost) : null,
    estimated: false,
  };
}

/** The official log does not count the tokens of root turns. */
function estimated(sent: readonly ChatMessage[], response: string): TokenUsage {
  const inputTokens = sent.reduce((sum, { content }) => sum + estimateTextTokens(content), 0);
  return { inputTokens, outputTokens: estimateTextTokens(response), costUsd: null, estimated: true };
}

function endingOf({ iterations, metadata, cut }: LogRun) {
  const last = iterations.at(-1);
  const answer = answerText(last?.final_answer);
  const most = metadata.max_iterations ?? Infinity;
  if (answer === null) {
    const message = cut ?? 'The log ends before there is an answer.';
    return { status: 'partial', answer: '', problem: { code: 'interrupted', message } } as const;
  }
  if (iterations.length > most) {
    const message = `All ${most} turns were used before an answer was given.`;
    return { status: 'partial', answer, problem: { code: 'out-of-turns', message } } as const;
  }
  return { status: 'answered', answer, problem: null } as const;
}

function answerText(given: unknown): string | null {
  if (given === null || given === undefined) return null;
  if (Array.isArray(given)) return answerText(given[1]);
  return typeof given === 'string' ? given : JSON.stringify(given);
}

function limitsOf({ metadata }: LogRun) {
  const whole = v.fallback(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null);
  const [maxDepth, maxTurns] = [v.parse(whole, metadata.max_depth), v.parse(whole, metadata.max_iterations)];
  return { ...(maxDepth && { maxDepth }), ...(maxTurns && { maxTurns }) };
}

/** Where its requests went, as far as the log says: the host of an address, else the name of the service. */
function hostOf({ metadata }: LogRun): string {
  const base = metadata.backend_kwargs?.['base_url'];
  if (typeof base === 'string' && URL.canParse(base)) return new URL(base).host;
  return metadata.backend ?? 'unknown';
}

function startOf(log: LogRun, otherwiseMs: number): number {
  const first = log.iterations[0];
  const endMs = timeOf(first?.timestamp);
  const startMs = endMs === null ? null : endMs - ms(first?.iteration_time);
  return timeOf(log.others.at(-1)?.['timestamp']) ?? startMs ?? timeOf(log.metadata.timestamp) ?? otherwiseMs;
}

function timeOf(stamp: unknown): number | null {
  const at = typeof stamp === 'string' ? Date.parse(stamp) : NaN;
  return Number.isNaN(at) ? null : at;
}

function ms(seconds: number | null | undefined): number {
  return Math.max(0, (seconds ?? 0) * 1000);
}
