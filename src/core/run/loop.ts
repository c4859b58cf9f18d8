/** One run: ask the root model, run its cells, show it what they printed, until an answer, a limit, or a stop. */

import { isAbort, SondeError, toProblem, type Problem } from '../errors';
import type { CellResult, ChatMessage, Repl, SubcallRequest } from '../ports';
import type { NoticeCode } from '../record/events';
import {
  answerHeld,
  EXPLORE_FIRST,
  FORMAT_REMINDER,
  notRun,
  REPLY_CUT,
  unknownVariable,
} from '../turn/feedback';
import { parseReply, type ParsedReply, type TextualFinal } from '../turn/parse';
import { CellRunner } from './cells';
import { childStarter } from './children';
import { Conversation } from './conversation';
import { reopen } from './follow-up';
import { OutputGate } from './guard';
import type { RunOutcome } from './request';
import { NOT_IN_RECORD } from './rerun';
import { RootCalls } from './root-calls';
import { recordNotice, type Ending, type RunScope } from './run-scope';
import { toolsAt } from './tool-list';

/** Replies in a row without cell or answer that end a run. */
const MAX_FORMATLESS = 3;

/** Runs to an end, whatever that is. Never rejects. */
export async function runToEnd(scope: RunScope): Promise<RunOutcome> {
  const { tree, runId } = scope;
  const startedAtMs = tree.rerun?.startedAtMs(runId) ?? tree.ports.clock.now();
  const run = new Run(scope);
  run.recordStart();
  const ending = await run.turns().catch((error: unknown) => run.endingOf(error));
  const durationMs = tree.ports.clock.now() - startedAtMs;
  tree.recorder.record({ type: 'run-finished', runId, ...ending, durationMs });
  return { runId, ...ending, durationMs };
}

class Run {
  readonly #scope: RunScope;
  readonly #conversation: Conversation;
  readonly #root: RootCalls;
  readonly #cells: CellRunner;
  readonly #gate: OutputGate;
  #turnId = '';
  #exploreRefused = false;
  #formatless = 0;
  /** The best text so far, for an ending without an answer. */
  #prose = '';
  /** The last reply, while no message follows it. */
  #reply = '';

  constructor(scope: RunScope) {
    this.#scope = scope;
    this.#conversation = new Conversation(scope);
    this.#root = new RootCalls(scope, this.#conversation);
    this.#cells = new CellRunner(scope, childStarter(scope, runToEnd));
    this.#gate = new OutputGate(scope);
  }

  recordStart(): void {
    const { tree, runId, parentCallId, depth, question, context, corpus, root, follows } = this.#scope;
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
      ...(follows && { follows: follows.runId }),
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
      return await this.#askForBest(opening);
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

  /** The ending a failure makes: a limit and a stop are partial results, the rest is a failed run. */
  endingOf(error: unknown): Ending {
    if (this.#scope.signal.aborted && isAbort(error)) return this.#aborted();
    const problem = toProblem(error);
    if (error instanceof SondeError && error.code === 'limit') return this.#partial(problem);
    return { status: 'failed', answer: this.#bestSoFar(), problem };
  }

  /** One turn: reply, cells, feedback. Null when the run goes on. */
  async #turn(index: number, opening: Promise<Repl>): Promise<Ending | null> {
    const { tree, runId } = this.#scope;
    const { recorder, ports, rerun, ledger } = tree;
    const turnId = rerun?.turnId(runId, index) ?? ports.newId();
    const recorded = rerun?.reply(turnId) ?? null;
    if (rerun?.mode === 'replay' && !recorded) return this.#partial(recordEnds);
    const over = recorded ? null : ledger.exceeded();
    if (over) return this.#partial(over);
    this.#turnId = turnId;
    recorder.record({ type: 'turn-started', runId, turnId, index });
    const startedAtMs = ports.clock.now();
    const { text, reasoning, usage, retries, finish } = recorded ?? (await this.#root.turn(turnId, opening));
    const durationMs = ports.clock.now() - startedAtMs;
    const repl = await opening;
    this.#reply = text;
    const parsed = parseReply(text);
    this.#prose = parsed.prose || this.#prose;
    const cells = await this.#cells.choose(parsed, repl, rerun?.cellsOf(turnId));
    const cut = finish === 'length' ? ['cut off at the most a reply may have'] : [];
    const repairs = [...new Set([...parsed.repairs, ...cells.flatMap((cell) => cell.repairs), ...cut])];
    const sent = this.#conversation.takeSent(recorded ? rerun?.sent(runId, index) : null);
    const told = { text, reasoning, usage, durationMs, retries, repairs, ...(sent && { sent }) };
    recorder.record({ type: 'turn-replied', turnId, ...told });

    const { results, answer, problem } = await this.#cells.run(cells, turnId, repl);
    const notes: string[] = cut.length > 0 ? [REPLY_CUT] : [];
    if (parsed.unrun.length > 0) notes.push(notRun(parsed.unrun));
    notes.push(...this.#cells.takeNotes());
    const found = await this.#endingOfTurn(answer, problem, parsed, results.length > 0, repl, notes);
    for (const warning of tree.ledger.warnings()) this.#tell(notes, 'limit-warning', warning);
    // What the model was shown when this happened first stands, whatever the cells did this time.
    const shown = rerun?.feedback(turnId) ?? null;
    const ending = shown === null ? found : null;
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
    return results.length > 0 ? this.#gate.pass(text, this.#turnId) : text;
  }

  /** A ready answer beats everything; then a stop; then limits; then what the text of the reply says. */
  async #endingOfTurn(
    answer: string | null,
    problem: Problem | null,
    parsed: ParsedReply,
    ranCells: boolean,
    repl: Repl,
    notes: string[],
  ): Promise<Ending | null> {
    if (answer !== null) return { status: 'answered', answer, problem: null };
    if (this.#scope.signal.aborted) return this.#aborted();
    if (problem) return this.#partial(problem);
    if (ranCells || parsed.final) this.#formatless = 0;
    if (ranCells) {
      if (parsed.final) this.#tell(notes, 'answer-held', answerHeld(parsed.final));
      return null;
    }
    if (parsed.final) return this.#considerFinal(parsed.final, repl, notes);
    if (++this.#formatless >= MAX_FORMATLESS) return this.#partial(formatProblem);
    this.#tell(notes, 'format-reminder', FORMAT_REMINDER);
    return null;
  }

  /** An answer given as text: refused once before any look at the context, and when there is nothing in it. */
  async #considerFinal(final: TextualFinal, repl: Repl, notes: string[]): Promise<Ending | null> {
    const explored = this.#cells.explored || this.#conversation.explored;
    if (!explored && !this.#exploreRefused && this.#scope.context.chars > 0) {
      this.#exploreRefused = true;
      this.#tell(notes, 'explore-first', EXPLORE_FIRST);
      return null;
    }
    const answer = final.kind === 'value' ? final.text : await repl.variable(final.name);
    if (answer !== null && answer !== '') return { status: 'answered', answer, problem: null };
    const unknown = final.kind === 'variable' && answer === null;
    const text = unknown ? unknownVariable(final.name) : 'FINAL was not taken: the answer was empty.';
    this.#tell(notes, 'answer-refused', text);
    return null;
  }

  /** No turn is left; the last message has already asked for the best answer. */
  async #askForBest(opening: Promise<Repl>): Promise<Ending> {
    const { maxTurns } = this.#scope.tree.limits;
    const message = `All ${maxTurns} turns were used before an answer was given.`;
    const problem = {
      code: 'out-of-turns',
      message,
      hint: 'Raise the number of turns and ask again.',
    } as const;
    recordNotice(this.#scope, this.#turnId, 'out-of-turns', `${message} The model was asked for its best.`);
    const { text } = await this.#root.best(this.#turnId, opening);
    this.#reply = text;
    const { final, prose } = parseReply(text);
    const best = final?.kind === 'value' ? final.text : prose;
    return { status: 'partial', answer: best || this.#bestSoFar(), problem };
  }

  #aborted(): Ending {
    const problem = this.#scope.abortProblem();
    if (problem) return this.#partial(problem);
    const stopped = { code: 'interrupted', message: 'Stopped before an answer was given.' } as const;
    return {
      status: 'stopped',
      answer: this.#bestSoFar(),
      problem: this.#scope.tree.haltProblem ?? stopped,
    };
  }

  #partial(problem: Problem): Ending {
    return { status: 'partial', answer: this.#bestSoFar(), problem };
  }

  #bestSoFar(): string {
    return this.#cells.draft || this.#prose;
  }

  /** Puts a sentence before the model in the next message, and in the record. */
  #tell(notes: string[], code: NoticeCode, text: string): void {
    notes.push(text);
    recordNotice(this.#scope, this.#turnId, code, text);
  }
}

function withReply(messages: readonly ChatMessage[], reply: string): readonly ChatMessage[] {
  return reply === '' ? messages : [...messages, { role: 'assistant', content: reply }];
}

const recordEnds: Problem = {
  ...NOT_IN_RECORD,
  message: 'The record has no further reply: the replay ends here.',
};

const formatProblem: Problem = {
  code: 'format',
  message: `${MAX_FORMATLESS} replies in a row had neither code nor an answer.`,
  hint: 'A larger model, or one trained to follow formats, does better as root model.',
};
