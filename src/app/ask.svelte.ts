/** A question before it is a run: its text, corpus, models and limits, what it may take, and starting it. */

import { SondeError, isAbort, toProblem, type Problem } from '../core/errors';
import type { CorpusInfo } from '../core/corpus/library';
import type { ChatModel } from '../core/ports';
import type { WayAsked } from '../core/record/events';
import type { ModelRef } from '../core/models/model-ref';
import type { Estimate } from '../core/run/estimate';
import type { Limits } from '../core/run/limits';
import { estimateAsked } from './ask-estimate';
import { askedModels, hindranceOf, requestModels, type AskedModels } from './ask-models';
import type { AskingState } from './asking.svelte';
import type { Conversations } from './conversations';
import type { DeviceState } from './device.svelte';
import { followUp, type AskedOf, type Followed } from './follow-up-context';
import type { GuardState } from './guard.svelte';
import type { LibraryState } from './library.svelte';
import { LimitTyping } from './limit-typing.svelte';
import type { ModelsState } from './models.svelte';
import { ownOf, type OwnStates } from './own-options';
import type { RunsState } from './runs.svelte';
import { planWay, type WayPlan } from './way-plan';

export interface AskPorts extends OwnStates {
  readonly library: Pick<LibraryState, 'corpora' | 'corpus' | 'importing' | 'library' | 'settled'>;
  readonly models: ModelsState;
  /** Who judges answers, ladders, the way, the cache; absent: nobody, none, recurse, taken. */
  readonly asking?: AskingState;
  readonly runs: Pick<RunsState, 'start'>;
  readonly conversations: Pick<Conversations, 'follow' | 'giveBack'>;
  /** Builds the model a reference names. @throws SondeError when it cannot be */
  readonly openModel: (ref: ModelRef) => ChatModel;
  /** Why this browser can run no question; null when it can. */
  readonly unsupported: Problem | null;
  /** What is known of the models on this device; without it none can be chosen. */
  readonly device?: Pick<DeviceState, 'hindrance' | 'paceOf'>;
  /** What may go out of a turn's output to a root model on another host; absent: everything. */
  readonly guard?: GuardState;
  /** Starts an interpreter in the background, so that the run does not wait for it. */
  readonly warmPython: () => void;
}

type LimitName = keyof Limits;
type Opened = { readonly models: AskedModels } | { readonly problem: Problem };

export class AskState {
  readonly #ports: AskPorts;
  readonly #limits: LimitTyping;
  #question = $state.raw('');
  #corpusId = $state.raw<string | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #starting = $state.raw<AbortController | null>(null);

  /** For the next question only; null: as kept. */
  #cache = $state.raw<boolean | null>(null);

  readonly #opened = $derived.by((): Opened => this.#open());
  readonly #plan = $derived.by((): WayPlan | null => {
    const { corpus, way } = this;
    const guard = this.#ports.guard?.guard ?? { mode: 'off' };
    return corpus && 'models' in this.#opened ? planWay(way, corpus, this.#opened.models, guard) : null;
  });
  readonly #estimate = $derived.by((): Estimate | null => {
    const corpus = this.corpus;
    if (!corpus || !('models' in this.#opened)) return null;
    const way = this.#plan && 'way' in this.#plan ? this.#plan.way.taken : 'recurse';
    const asked = { questionChars: this.#question.length, way, limits: this.#ports.models.limits };
    return estimateAsked(asked, corpus, this.#opened.models, this.#ports.device);
  });

  constructor(ports: AskPorts) {
    this.#ports = ports;
    this.#limits = new LimitTyping(ports.models);
  }

  get question(): string {
    return this.#question;
  }
  set question(text: string) {
    // Python gets ready while the question is being typed.
    if (this.#question === '' && text !== '') this.#ports.warmPython();
    this.#question = text;
  }

  /** The corpus asked; null when none is chosen, or the one chosen was removed. */
  get corpus(): CorpusInfo | null {
    return this.#corpusId === null ? null : this.#ports.library.corpus(this.#corpusId);
  }
  chooseCorpus(id: string | null): void {
    if (id === this.#corpusId) return;
    this.#corpusId = id;
    this.#problem = null;
  }

  get limits(): Limits {
    return this.#ports.models.limits;
  }
  /** See `LimitTyping`. */
  limitText(name: LimitName): string {
    return this.#limits.text(name);
  }
  limitProblem(name: LimitName): string | null {
    return this.#limits.problem(name);
  }
  typeLimit(name: LimitName, typed: string): void {
    this.#limits.type(name, typed);
  }

  /** Null until there is a corpus and both models can be had. */
  get estimate(): Estimate | null {
    return this.#estimate;
  }

  /** What may go out of the output of cells; null where nothing is asked. */
  get guard(): GuardState | null {
    return this.#ports.guard ?? null;
  }
  /** Where the output of cells would go; null when the root model is on this device, or cannot be had. */
  get rootHost(): string | null {
    return 'models' in this.#opened ? this.#opened.models.root.model.host : null;
  }

  /** Who judges answers, ladders, and what else is kept of how questions are asked; null where nothing is. */
  get asking(): AskingState | null {
    return this.#ports.asking ?? null;
  }
  get way(): WayAsked {
    return this.#ports.asking?.way ?? 'recurse';
  }
  set way(way: WayAsked) {
    if (this.#ports.asking) this.#ports.asking.way = way;
  }

  /** Which way it will be asked and why, or why it cannot be; null until there is a corpus and the models can be had. */
  get wayPlan(): WayPlan | null {
    return this.#plan;
  }

  /** Whether recorded replies to the same sub-calls are taken for the next question. */
  get cache(): boolean {
    return this.#cache ?? this.#ports.asking?.cache ?? true;
  }
  set cache(cache: boolean) {
    this.#cache = cache;
  }

  get starting(): boolean {
    return this.#starting !== null;
  }
  /** Why the last question could not be asked. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Said before anything is asked: this browser cannot run it. */
  get unsupported(): Problem | null {
    return this.#ports.unsupported;
  }

  /** What is missing before it can be asked, in words; null when nothing is. */
  get missing(): Problem | null {
    const { corpus } = this;
    if (this.unsupported) return this.unsupported;
    if (!corpus)
      return invalid('No documents are chosen.', 'Choose a corpus, or drop documents anywhere on this page.');
    if (corpus.chars === 0)
      return { code: 'empty', message: `There is no text in ${corpus.name}.`, hint: 'Add documents to it.' };
    return this.#missingBesides;
  }
  /** What is missing besides documents, which a follow-up has from its conversation. */
  get #missingBesides(): Problem | null {
    if (this.unsupported) return this.unsupported;
    if ('problem' in this.#opened) return this.#opened.problem;
    const { device } = this.#ports;
    const hindrance = device && hindranceOf(this.#opened.models, (ref) => device.hindrance(ref));
    if (hindrance) return hindrance;
    if (this.#plan && 'problem' in this.#plan) return this.#plan.problem;
    if (this.#limits.isWrong) return invalid('A limit cannot be read.', 'Correct it under Limits.');
    if (this.#question.trim() === '') return invalid('There is no question yet.', 'Type one above.');
    return null;
  }

  /**
   * Starts a run. A question asked while its documents are still being read waits for them.
   * @param followed the run it goes on with; a first question when null
   * @returns its id once it has begun; null when it did not, and `problem` says why
   */
  async ask(followed: Followed | null = null): Promise<string | null> {
    if (this.#starting) return null;
    const controller = new AbortController();
    this.#starting = controller;
    try {
      if (followed) return await this.#followUp(followed, controller.signal);
      if (!this.corpus && this.#ports.library.importing) await this.#awaitImport(controller.signal);
      this.#problem = this.missing;
      const { corpus } = this;
      if (this.#problem || !corpus) return null;
      const context = await this.#ports.library.library.context(corpus.id);
      const { id, name } = corpus;
      return await this.#start({ context, corpus: { id, name } }, controller.signal);
    } catch (thrown) {
      if (!isAbort(thrown)) this.#problem = toProblem(thrown);
      return null;
    } finally {
      this.#starting = null;
    }
  }

  async #followUp(followed: Followed, signal: AbortSignal): Promise<string | null> {
    this.#problem = this.#missingBesides;
    if (this.#problem) return null;
    return followUp(followed, this.#ports, (asked) => this.#start(asked, signal));
  }

  async #start(asked: AskedOf, signal: AbortSignal): Promise<string | null> {
    if (!('models' in this.#opened)) return null;
    const { models } = this.#opened;
    const question = this.#question.trim();
    signal.throwIfAborted();
    const guard = this.#ports.guard && { guard: this.#ports.guard.guard };
    const { limits, way, cache } = this;
    const request = {
      question,
      ...asked,
      limits,
      way,
      cache,
      ...requestModels(models),
      ...guard,
      ...ownOf(this.#ports),
    };
    const view = await this.#ports.runs.start(request, { signal });
    if (this.#question.trim() === question) this.#question = '';
    this.#cache = null;
    return view.id;
  }

  /** The newest corpus is the one being waited for, unless another was chosen meanwhile. */
  async #awaitImport(signal: AbortSignal): Promise<void> {
    const given = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error); // an AbortError, by the platform's contract
      });
    });
    await Promise.race([this.#ports.library.settled(), given]);
    if (!this.corpus) this.chooseCorpus(this.#ports.library.corpora[0]?.id ?? null);
  }

  /** Gives up a question whose run has not begun yet. */
  cancel(): void {
    this.#starting?.abort();
  }

  #open(): Opened {
    try {
      return { models: askedModels(this.#ports) };
    } catch (thrown) {
      return { problem: toProblem(thrown) };
    }
  }
}

function invalid(message: string, hint: string): Problem {
  return toProblem(new SondeError({ code: 'invalid-argument', message, hint }));
}
