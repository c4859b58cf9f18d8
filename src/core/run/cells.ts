/** The cells of a run: which of a reply's fences are run, running them, and what they leave behind. */

import type { Problem } from '../errors';
import type { CellResult, Repl, SubcallRequest } from '../ports';
import type { ParsedCell, ParsedReply } from '../turn/parse';
import { EngineBlocks } from './engine-blocks';
import { limitProblem } from './ledger';
import { replayDifference } from './replay-differences';
import { recordNotice, type RunScope } from './run-scope';
import type { StartChild } from './subcall-scope';
import { answerSubcalls } from './subcalls';

/** Sentences about sub-calls in one message: code may make the same mistake in a thousand ways. */
const MOST_NOTES = 5;

/** What the cells of one reply came to. */
export interface CellsOutcome {
  readonly results: readonly CellResult[];
  /** The answer a cell gave; the cells behind it were not run. */
  readonly answer: string | null;
  /** The limit on failing cells, when it was reached. */
  readonly problem: Problem | null;
}

export class CellRunner {
  readonly #scope: RunScope;
  readonly #startChild: StartChild;
  readonly #blocks = new EngineBlocks();
  /** Requests that are being answered. */
  readonly #open = new Set<Promise<string[]>>();
  #cellId = '';
  #failing = 0;
  #explored = false;
  #draft = '';
  #notes = new Set<string>();

  constructor(scope: RunScope, startChild: StartChild) {
    this.#scope = scope;
    this.#startChild = startChild;
  }

  /** True once any cell has been run. */
  get explored(): boolean {
    return this.#explored;
  }

  /** Cells in a row that have failed. */
  get failing(): number {
    return this.#failing;
  }

  /** `answer["content"]` as the last cell left it. */
  get draft(): string {
    return this.#draft;
  }

  /**
   * Tagged cells as they are; untagged fences only where they are Python.
   * @param recorded what was run when this reply came first
   */
  async choose(parsed: ParsedReply, repl: Repl, recorded?: readonly string[] | null): Promise<ParsedCell[]> {
    if (recorded) return recorded.map((code) => ({ code, dedented: null, repairs: [] }));
    const chosen: ParsedCell[] = [];
    for (const cell of parsed.cells) chosen.push(await repairIndentation(cell, repl));
    for (const cell of parsed.untagged) {
      if (cell.code !== '' && (await repl.parses(cell.code))) chosen.push(cell);
    }
    return chosen;
  }

  /** Runs cells in order until one gives an answer, the run is aborted, or too many fail. */
  async run(cells: readonly ParsedCell[], turnId: string, repl: Repl): Promise<CellsOutcome> {
    const { maxErrors } = this.#scope.tree.limits;
    const results: CellResult[] = [];
    for (const [index, { code }] of cells.entries()) {
      const result = await this.#runCell(code, index, turnId, repl);
      results.push(result);
      if (result.finalAnswer !== null) return { results, answer: result.finalAnswer, problem: null };
      if (this.#scope.signal.aborted) break;
      this.#failing = result.error ? this.#failing + 1 : 0;
      if (maxErrors !== null && this.#failing >= maxErrors) {
        const problem = limitProblem('maxErrors', failedInARow(this.#failing));
        return { results, answer: null, problem };
      }
    }
    return { results, answer: null, problem: null };
  }

  /** What the model is to be told about the sub-calls of the cells since it was last asked. */
  takeNotes(): string[] {
    const notes = [...this.#notes];
    this.#notes.clear();
    return notes;
  }

  /** The REPL's way back: answers the sub-calls of the cell that is running. */
  answer(request: SubcallRequest, cellSignal: AbortSignal): Promise<string[]> {
    const { tree, depth, runId, tally, signal } = this.#scope;
    const startChild = this.#startChild;
    const tell = (text: string) => this.#tell(text);
    const scope = { tree, depth, runId, tally, startChild, blocks: this.#blocks, cellId: this.#cellId, tell };
    const answers = answerSubcalls(scope, request, AbortSignal.any([signal, cellSignal]));
    this.#open.add(answers);
    const closed = () => this.#open.delete(answers);
    answers.then(closed, closed);
    return answers;
  }

  #tell(text: string): boolean {
    if (this.#notes.has(text) || this.#notes.size >= MOST_NOTES) return false;
    this.#notes.add(text);
    return true;
  }

  async #runCell(code: string, index: number, turnId: string, repl: Repl): Promise<CellResult> {
    const { tree, signal } = this.#scope;
    const cellId = tree.rerun?.cellId(turnId, index) ?? tree.ports.newId();
    this.#cellId = cellId;
    tree.recorder.record({ type: 'cell-started', turnId, cellId, index, code });
    const result = await repl.run(code, {
      computeTimeoutMs: tree.limits.cellTimeoutS * 1000,
      signal,
      onOutput: (text) => tree.ports.onDelta?.({ type: 'output-delta', cellId, text }),
    });
    // Calls of a cell that was cut short are being aborted: what each has taken is told before the cell's end is.
    if (result.interrupted !== null || signal.aborted) await Promise.allSettled(this.#open);
    tree.recorder.record({ type: 'cell-finished', cellId, result });
    const differs = replayDifference(tree.rerun, cellId, result);
    if (differs) recordNotice(this.#scope, turnId, 'replay-differs', differs);
    this.#explored = true;
    this.#draft = result.draft || this.#draft;
    if (result.lost) {
      recordNotice(
        this.#scope,
        turnId,
        'interpreter-replaced',
        'The interpreter was replaced; its variables are gone.',
      );
    }
    if (result.refusal) recordNotice(this.#scope, turnId, 'answer-refused', result.refusal);
    return result;
  }
}

/** Stripping the fence's text can break code that was indented as a whole; if so, all of it loses its indentation. */
async function repairIndentation(cell: ParsedCell, repl: Repl): Promise<ParsedCell> {
  const { code, dedented } = cell;
  if (dedented === null || (await repl.parses(code)) || !(await repl.parses(dedented))) return cell;
  return { code: dedented, dedented: null, repairs: [...cell.repairs, 'code indented as a whole'] };
}

function failedInARow(cells: number): string {
  return cells === 1 ? 'a cell failed' : `${cells} cells in a row failed`;
}
