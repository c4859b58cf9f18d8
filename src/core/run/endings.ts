/** What ends a run: an answer that stands, a limit, a stop, a failure, replies of no use; and with which text. */

import { isAbort, SondeError, toProblem, type Problem } from '../errors';
import type { CellResult, Repl } from '../ports';
import type { NoticeCode } from '../record/events';
import { answerHeld, EXPLORE_FIRST, FORMAT_REMINDER, unknownVariable } from '../turn/feedback';
import { parseReply, withoutThinking, type ParsedReply, type TextualFinal } from '../turn/parse';
import type { CellRunner } from './cells';
import type { Conversation } from './conversation';
import { judge, outputsOf, rejection, reopenAnswer } from './gate';
import { OutputGate } from './guard';
import type { RootCalls } from './root-calls';
import { recordNotice, type Ending, type RunScope } from './run-scope';

/** Replies in a row without cell or answer that end a run, or have it move up to a stronger model. */
const MAX_FORMATLESS = 3;
/** Of one cell's output, what the verifier is shown at most. */
const JUDGED_OUTPUT_CHARS = 10_000;

/** A turn whose cells have been run. */
export interface TurnDone {
  readonly turnId: string;
  readonly index: number;
  readonly text: string;
  readonly parsed: ParsedReply;
  readonly results: readonly CellResult[];
  /** The answer a cell gave. */
  readonly answer: string | null;
  /** The limit the cells have reached. */
  readonly problem: Problem | null;
  readonly repl: Repl;
  /** Sentences for the next message; more are added here. */
  readonly notes: string[];
}

export class Endings {
  readonly #scope: RunScope;
  readonly #conversation: Conversation;
  readonly #root: RootCalls;
  readonly #cells: CellRunner;
  #exploreRefused = false;
  #formatless = 0;
  /** The best text so far, for an ending without an answer. */
  #prose = '';
  /** What the verifier sent back; the answer after it stands. */
  #rejected: string | null = null;
  #rejectedAt: string | null = null;
  /** What the cells printed, while somebody may judge by it. */
  readonly #outputs: string[] = [];

  constructor(scope: RunScope, conversation: Conversation, root: RootCalls, cells: CellRunner) {
    this.#scope = scope;
    this.#conversation = conversation;
    this.#root = root;
    this.#cells = cells;
  }

  /** A reply has come, its cells have not been run yet. */
  saw({ prose }: ParsedReply): void {
    this.#prose = prose || this.#prose;
  }

  /** Whether the message after that turn tells what the verifier had to say, which it may have seen more for. */
  wasSentBack(turnId: string): boolean {
    return this.#rejectedAt === turnId;
  }

  /** Null when the run goes on. A ready answer beats everything; then a stop; then limits; then what the reply says. */
  async ofTurn(turn: TurnDone): Promise<Ending | null> {
    const { tree, depth } = this.#scope;
    if (tree.verifier && depth === 0) this.#outputs.push(...outputsOf(turn.results, JUDGED_OUTPUT_CHARS));
    const found = await this.#found(turn);
    const judged = found?.status === 'answered' && !(await this.#stands(turn, found.answer)) ? null : found;
    // What the model was shown when this happened first stands, whatever the cells did this time.
    return (tree.rerun?.feedback(turn.turnId) ?? null) === null ? judged : null;
  }

  /** The ending a failure makes: a limit and a stop are partial results, the rest is a failed run. */
  ofError(error: unknown): Ending {
    if (this.#scope.signal.aborted && isAbort(error)) return this.aborted();
    const problem = toProblem(error);
    const kept = (error instanceof SondeError && error.code === 'limit') || this.#rejected !== null;
    if (kept) return this.partial(problem);
    return { status: 'failed', answer: this.#bestSoFar(), problem };
  }

  aborted(): Ending {
    const problem = this.#scope.abortProblem();
    if (problem) return this.partial(problem);
    const stopped = { code: 'interrupted', message: 'Stopped before an answer was given.' } as const;
    return { status: 'stopped', answer: this.#bestSoFar(), problem: this.#scope.tree.haltProblem ?? stopped };
  }

  partial(problem: Problem): Ending {
    return { status: 'partial', answer: this.#bestSoFar(), problem };
  }

  /** No turn is left; the last message has already asked for the best answer. Without one, the best so far is given. */
  async outOfTurns(turnId: string, opening: Promise<Repl>): Promise<{ ending: Ending; reply: string }> {
    const { maxTurns } = this.#scope.tree.limits;
    const turns = maxTurns === 1 ? 'The only turn was' : `All ${maxTurns} turns were`;
    const message = `${turns} used before an answer was given.`;
    const hint = 'Raise the number of turns and ask again.';
    const problem: Problem = { code: 'out-of-turns', message, hint };
    recordNotice(this.#scope, turnId, 'out-of-turns', `${message} The model was asked for its best.`);
    const reply = await this.#root.best(turnId, opening).catch((error: unknown) => {
      if (isAbort(error)) throw error;
      return ''; // what became of the request is on record
    });
    const { final, prose } = parseReply(reply);
    const best = final?.kind === 'value' ? final.text : prose;
    return { ending: { status: 'partial', answer: best || this.#bestSoFar(), problem }, reply };
  }

  async #found(turn: TurnDone): Promise<Ending | null> {
    const { answer, problem, parsed, results } = turn;
    const ranCells = results.length > 0;
    if (answer !== null) return answered(answer);
    if (this.#scope.signal.aborted) return this.aborted();
    if (problem) return this.partial(problem);
    if (ranCells || parsed.final) this.#formatless = 0;
    if (ranCells) {
      if (parsed.final) this.#tell(turn, 'answer-held', answerHeld(parsed.final));
      return null;
    }
    if (parsed.final) return this.#considerFinal(parsed.final, turn);
    const plain = this.#scope.direct ? withoutThinking(turn.text).trim() : '';
    if (plain !== '') return answered(plain);
    if (++this.#formatless >= MAX_FORMATLESS) {
      if (!this.#root.moveUp(turn.turnId, formatProblem)) return this.partial(formatProblem);
      this.#formatless = 0;
    }
    this.#tell(turn, 'format-reminder', FORMAT_REMINDER);
    return null;
  }

  /** An answer given as text: refused once before any look at the context, and when there is nothing in it. */
  async #considerFinal(final: TextualFinal, turn: TurnDone): Promise<Ending | null> {
    const { context, direct } = this.#scope;
    const explored = this.#cells.explored || this.#conversation.explored || direct;
    if (!explored && !this.#exploreRefused && context.chars > 0) {
      this.#exploreRefused = true;
      this.#tell(turn, 'explore-first', EXPLORE_FIRST);
      return null;
    }
    const answer = final.kind === 'value' ? final.text : await turn.repl.variable(final.name);
    if (answer !== null && answer !== '') return answered(answer);
    const unknown = final.kind === 'variable' && answer === null;
    const text = unknown ? unknownVariable(final.name) : 'FINAL was not taken: the answer was empty.';
    this.#tell(turn, 'answer-refused', text);
    return null;
  }

  /** False when the verifier sends the answer back, and there is a turn left to give another. */
  async #stands(turn: TurnDone, answer: string): Promise<boolean> {
    if (this.#rejected !== null) return true;
    const { tree, signal } = this.#scope;
    const { turnId, repl } = turn;
    const verdict = await judge(this.#scope, { turnId, answer, repl, outputs: this.#outputs });
    if (!verdict || verdict.accepted) return true;
    const last = turn.index + 1 >= tree.limits.maxTurns;
    if (last || tree.ledger.exceeded() !== null || signal.aborted) return true;
    this.#rejected = answer;
    this.#rejectedAt = turnId;
    await reopenAnswer(repl, signal);
    const { verifier } = tree;
    const why = verdict.reasons.trim();
    const gate = new OutputGate(this.#scope);
    const { capChars = Infinity } = gate;
    gate.recordCut(turnId, why.length - capChars);
    turn.notes.push(rejection(why, capChars));
    const text = `${verifier?.name ?? 'The verifier'} sent the answer back. ${why}`.trim();
    recordNotice(this.#scope, turnId, 'gate-rejected', text);
    return false;
  }

  #bestSoFar(): string {
    return this.#cells.draft || (this.#rejected ?? this.#prose);
  }

  /** Puts a sentence before the model in the next message, and in the record. */
  #tell({ turnId, notes }: TurnDone, code: NoticeCode, text: string): void {
    notes.push(text);
    recordNotice(this.#scope, turnId, code, text);
  }
}

function answered(answer: string): Ending {
  return { status: 'answered', answer, problem: null };
}

const formatProblem: Problem = {
  code: 'format',
  message: `${MAX_FORMATLESS} replies in a row had neither code nor an answer.`,
  hint: 'A larger model, or one trained to follow formats, does better as root model.',
};
