/** One run: ask the root model, run its cells, show it what they printed, until an answer, a limit, or a stop. */

import type { Problem } from '../errors';
import type { CellResult, ChatMessage, Repl, SubcallRequest } from '../ports';
import { notRun, REPLY_CUT } from '../turn/feedback';
import { parseReply } from '../turn/parse';
import { CellRunner } from './cells';
import { childStarter } from './children';
import { Conversation } from './conversation';
import { Endings, type TurnDone } from './endings';
import { reopen } from './follow-up';
import { OutputGate } from './guard';
import { errorsUse, LimitWarnings, turnsUse } from './limit-warnings';
import type { RunOutcome } from './request';
import { NOT_IN_RECORD } from './rerun';
import { RootCalls } from './root-calls';
import { recordNotice, type Ending, type RunScope } from './run-scope';
import { toolsAt } from './tool-list';

/** Runs to an end, whatever that is. Never rejects. */
export async function runToEnd(scope: RunScope): Promise<RunOutcome> {
  const { tree, runId } = scope;
  const startedAtMs = tree.rerun?.startedAtMs(runId) ?? tree.ports.clock.now();
  const run = new Run(scope);
  run.recordStart();
  const ending = await run.turns().catch((error: unknown) => run.endings.ofError(error));
  const durationMs = tree.ports.clock.now() - startedAtMs;
  tree.recorder.record({ type: 'run-finished', runId, ...ending, durationMs });
  return { runId, ...ending, durationMs };
}

class Run {
  readonly endings: Endings;
  readonly #scope: RunScope;
  readonly #conversation: Conversation;
  readonly #root: RootCalls;
  readonly #cells: CellRunner;
  readonly #gate: OutputGate;
  readonly #warnings = new LimitWarnings();
  #turnId = '';
  /** The last reply, while no message follows it. */
  #reply = '';

  constructor(scope: RunScope) {
    this.#scope = scope;
    this.#conversation = new Conversation(scope);
    this.#root = new RootCalls(scope, this.#conversation);
    this.#cells = new CellRunner(scope, childStarter(scope, runToEnd));
    this.#gate = new OutputGate(scope);
    this.endings = new Endings(scope, this.#conversation, this.#root, this.#cells);
  }

  recordStart(): void {
    const { tree, runId, parentCallId, depth, question, context, corpus, root, about } = this.#scope;
    const { sub, limits, recorder } = tree;
    const { typeName, chars, documents } = context;
    const corpusLabel = { corpusId: corpus?.id ?? null, corpusName: corpus?.name ?? null };
    recorder.record({
      type: 'run-started',
      runId,
      parentCallId,
      depth,
      question,
      context: { typeName, chars, documents, ...corpusLabel },
      root: { name: root.name, host: root.host },
      sub: { name: sub.name, host: sub.host },
      limits,
      messages: this.#conversation.messages,
      ...about,
    });
  }

  /** Python starts while the first reply is on its way; a browser that cannot run it says so before anything is sent. */
  async turns(): Promise<Ending> {
    const { tree, context, signal, follows } = this.#scope;
    const { repls, clock } = tree.ports;
    const { obstacle } = this.#gate;
    if (obstacle) follows?.repl?.close();
    if (obstacle) return { status: 'stopped', answer: '', problem: obstacle };
    const onSubcall = (request: SubcallRequest, cellSignal: AbortSignal) =>
      this.#cells.answer(request, cellSignal);
    const { depth } = this.#scope;
    const init = { context, onSubcall, treeId: tree.treeId, depth, tools: toolsAt(tree.tools, depth) };
    const reopened = follows && reopen(follows, init, repls, signal);
    const opening = reopened ? reopened.then(({ repl }) => repl) : repls.open(init, signal);
    try {
      if (reopened) this.#tellRestored((await reopened).restored);
      await Promise.race([opening, new Promise<void>((resolve) => clock.after(0, resolve))]);
      for (let index = 0; index < tree.limits.maxTurns; index++) {
        const ending = await this.#turn(index, opening);
        if (ending) return ending;
        const { rerun } = tree;
        if (rerun?.compacted(this.#scope.runId, this.#turnId) ?? this.#conversation.needsCompaction)
          await this.#root.compact(this.#turnId, await opening);
      }
      const { ending, reply } = await this.endings.outOfTurns(this.#turnId, opening);
      this.#reply = reply;
      return ending;
    } finally {
      // A failure to open has been told where it was waited for, or the run ended before it mattered.
      opening.then(
        (repl) => this.#leave(repl),
        () => undefined,
      );
    }
  }

  /** The first message says what is not there any more. */
  #tellRestored(restored: string | null): void {
    if (restored === null) return;
    this.#conversation.tellRestored(restored);
    recordNotice(this.#scope, null, 'variables-restored', restored);
  }

  /** Root runs leave their interpreter to the next question, if somebody takes it. */
  #leave(repl: Repl): void {
    const { tree, runId, depth } = this.#scope;
    const { keepRepl } = tree.ports;
    if (depth > 0 || !keepRepl) repl.close();
    else keepRepl(runId, repl, withReply(this.#conversation.messages, this.#reply));
  }

  /** One turn: reply, cells, feedback. Null when the run goes on. */
  async #turn(index: number, opening: Promise<Repl>): Promise<Ending | null> {
    const { tree, runId } = this.#scope;
    const { recorder, ports, rerun, ledger } = tree;
    const turnId = rerun?.turnId(runId, index) ?? ports.newId();
    const recorded = rerun?.reply(turnId) ?? null;
    if (rerun?.mode === 'replay' && !recorded) return this.endings.partial(recordEnds);
    const over = recorded ? null : ledger.exceeded();
    if (over) return this.endings.partial(over);
    this.#turnId = turnId;
    recorder.record({ type: 'turn-started', runId, turnId, index });
    const startedAtMs = ports.clock.now();
    if (recorded) this.#root.follow(recorded.model);
    const reply = recorded ?? (await this.#root.turn(turnId, opening));
    const { text, reasoning, usage, retries, finish, model } = reply;
    if (recorded) this.#scope.tally.add(usage);
    const durationMs = ports.clock.now() - startedAtMs;
    const repl = await opening;
    this.#reply = text;
    const parsed = parseReply(text);
    this.endings.saw(parsed);
    // Asked directly, a block without a tag is part of the answer.
    const fences = this.#scope.direct ? { ...parsed, untagged: [] } : parsed;
    const cells = await this.#cells.choose(fences, repl, rerun?.cellsOf(turnId));
    const cut = finish === 'length' ? ['cut off at the most a reply may have'] : [];
    const repairs = [...new Set([...parsed.repairs, ...cells.flatMap((cell) => cell.repairs), ...cut])];
    const sent = this.#conversation.takeSent(recorded ? rerun?.sent(runId, index) : null);
    const told = { text, reasoning, usage, durationMs, retries, repairs, ...(sent && { sent }) };
    const root = rerun?.run(runId)?.root ?? this.#scope.root;
    const byAnother = model && (model.name !== root.name || model.host !== root.host) ? { model } : {};
    const cutOff = finish === 'length' ? { finish } : {};
    recorder.record({ type: 'turn-replied', turnId, ...told, ...byAnother, ...cutOff });

    const ran = await this.#cells.run(cells, turnId, repl);
    const notes: string[] = cut.length > 0 ? [REPLY_CUT] : [];
    if (parsed.unrun.length > 0) notes.push(notRun(parsed.unrun));
    notes.push(...this.#cells.takeNotes());
    const turn: TurnDone = { ...ran, turnId, index, text, parsed, repl, notes };
    return this.#finish(turn);
  }

  /** What has been said and run is looked at: the run ends, or the model is told and goes on. */
  async #finish(turn: TurnDone): Promise<Ending | null> {
    const { turnId, index, text, results, notes } = turn;
    const { tree, runId } = this.#scope;
    const { recorder, rerun } = tree;
    const ending = await this.endings.ofTurn(turn);
    for (const warning of this.#limitWarnings(index)) {
      notes.push(warning);
      recordNotice(this.#scope, turnId, 'limit-warning', warning);
    }
    const closed = rerun?.goesBeyond(runId, turnId, tree.limits.maxTurns) ?? false;
    const shown = closed ? null : (rerun?.feedback(turnId) ?? null);
    const feedback = ending ? null : (shown ?? (await this.#feedback(results, notes, index)));
    recorder.record({ type: 'turn-finished', turnId, feedback });
    if (feedback !== null) {
      this.#conversation.append(text, feedback);
      this.#reply = '';
    }
    return ending;
  }

  /** What the root is told of a turn, as far as the guard lets it leave this device. */
  async #feedback(results: readonly CellResult[], notes: readonly string[], index: number): Promise<string> {
    const { capChars } = this.#gate;
    const { text, withheldChars } = this.#conversation.feedback(results, notes, index, capChars);
    this.#gate.recordCut(this.#turnId, withheldChars);
    const isMadeOfText = results.length > 0 || this.endings.wasSentBack(this.#turnId);
    return isMadeOfText ? this.#gate.pass(text, this.#turnId) : text;
  }

  #limitWarnings(index: number): string[] {
    const { ledger, limits } = this.#scope.tree;
    const { maxTurns, maxErrors } = limits;
    const own = [...turnsUse(index + 1, maxTurns), ...errorsUse(this.#cells.failing, maxErrors)];
    return this.#warnings.of([...ledger.usage(), ...own]);
  }
}

function withReply(messages: readonly ChatMessage[], reply: string): readonly ChatMessage[] {
  return reply === '' ? messages : [...messages, { role: 'assistant', content: reply }];
}

const recordEnds: Problem = {
  ...NOT_IN_RECORD,
  message: 'The record has no further reply: the replay ends here.',
};
