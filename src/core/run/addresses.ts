/**
 * The addresses one model is served at, as one tree of runs uses them: each call goes to the one with the fewest in
 * flight, under that address's own throttle. What refuses connections is left alone for a while.
 */

import type { ProblemCode } from '../errors';
import type { ChatEvent, ChatModel, Clock } from '../ports';
import { Throttle, type SentCall, type ThrottleChange } from './throttle';
import { WaitingLine } from './waiting-line';

/** How long an address that could not be reached is left alone, doubling with each time in a row. */
const ASIDE_MS = 10_000;
const LONGEST_ASIDE_MS = 160_000;
/** A call that has gone from address to address this often stays where it is. */
const MOST_MOVES = 8;
/**
 * Where a browser carries six requests at once, so many are handed to it for each of the six: one under way, one ready.
 * The others wait here, where no deadline for a silent server runs.
 */
const HANDED_OVER = 2;

type Retry = Extract<ChatEvent, { type: 'retry' }>;

class Address {
  readonly model: ChatModel;
  readonly throttle = new Throttle();
  asideUntilMs = -Infinity;
  #failures = 0;

  constructor(model: ChatModel) {
    this.model = model;
  }

  hasRoom(nowMs: number): boolean {
    const carried = this.model.parallelCalls?.() ?? Infinity;
    return this.throttle.inFlight < carried * HANDED_OVER && this.throttle.hasRoom(nowMs);
  }

  setAside(nowMs: number): void {
    if (nowMs < this.asideUntilMs) return; // the rest of the same failure
    this.asideUntilMs = nowMs + Math.min(LONGEST_ASIDE_MS, ASIDE_MS * 2 ** this.#failures++);
  }

  answered(): void {
    this.#failures = 0;
    this.asideUntilMs = -Infinity;
  }
}

/** A call's place at an address. */
interface Place {
  readonly address: Address;
  readonly sent: SentCall;
}

export class Addresses {
  readonly #addresses: readonly Address[];
  readonly #clock: Clock;
  readonly #onChange: (change: ThrottleChange, model: ChatModel) => void;
  readonly #line = new WaitingLine<Place>();
  /** Calls that have been refused go before those that have never been sent. */
  readonly #refusedLine = new WaitingLine<Place>();
  #cancelWake: (() => void) | null = null;

  /** @param models the model at each of its addresses */
  constructor(
    models: readonly ChatModel[],
    clock: Clock,
    onChange: (change: ThrottleChange, model: ChatModel) => void,
  ) {
    this.#addresses = models.map((one) => new Address(one));
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** @throws the signal's reason when aborted while waiting for a place */
  async acquire(signal: AbortSignal): Promise<Lease> {
    return new Lease(this, await this.enter(signal, false));
  }

  /** @param first before those that were never sent */
  async enter(signal: AbortSignal, first: boolean): Promise<Place> {
    const line = first ? this.#refusedLine : this.#line;
    const ahead = first ? this.#refusedLine.length : this.#waiting;
    const address = ahead === 0 ? this.#pick(null) : null;
    if (address) return this.#enter(address);
    const waiting = line.wait(signal);
    this.#serve();
    return waiting;
  }

  /** A place at another address, if one has room now. */
  elsewhere(than: Address): Place | null {
    const other = this.#pick(than);
    return other && this.#enter(other);
  }

  leave({ address }: Place): void {
    address.throttle.leave();
    this.#serve();
  }

  refused({ address, sent }: Place, holdMs: number): void {
    this.#tell(address.throttle.refused(sent, this.#clock.now(), holdMs), address);
  }

  answered({ address }: Place): void {
    address.answered();
    this.#tell(address.throttle.succeeded(), address);
  }

  unreachable({ address }: Place): void {
    if (this.#addresses.length > 1) address.setAside(this.#clock.now());
  }

  get #waiting(): number {
    return this.#line.length + this.#refusedLine.length;
  }

  #enter(address: Address): Place {
    return { address, sent: address.throttle.enter(this.#clock.now()) };
  }

  #pick(except: Address | null): Address | null {
    const nowMs = this.#clock.now();
    const others = this.#addresses.filter((address) => address !== except);
    const reachable = others.filter((address) => nowMs >= address.asideUntilMs);
    // With all of them set aside the run does not stand still, unless the choice is to stay where one is.
    const choice = reachable.length > 0 || except ? reachable : others;
    let best: Address | null = null;
    for (const address of choice)
      if (address.hasRoom(nowMs) && (!best || address.throttle.inFlight < best.throttle.inFlight))
        best = address;
    return best;
  }

  #serve(): void {
    while (this.#waiting > 0) {
      const address = this.#pick(null);
      if (!address) break;
      const line = this.#refusedLine.length > 0 ? this.#refusedLine : this.#line;
      line.serve(this.#enter(address));
    }
    this.#cancelWake?.();
    this.#cancelWake = null;
    if (this.#waiting === 0) return;
    const nowMs = this.#clock.now();
    const later = this.#addresses
      .flatMap(({ asideUntilMs, throttle }) => [asideUntilMs, throttle.heldUntilMs])
      .filter((atMs) => atMs > nowMs);
    if (later.length === 0) return; // whoever leaves lets the next one in
    this.#cancelWake = this.#clock.after(Math.min(...later) - nowMs, () => this.#serve());
  }

  #tell(change: ThrottleChange | null, address: Address): void {
    if (change) this.#onChange(change, address.model);
  }
}

/** The place of one call, wherever it goes. */
export class Lease {
  readonly #addresses: Addresses;
  #place: Place | null;
  #model: ChatModel;
  #moves = 0;

  constructor(addresses: Addresses, place: Place) {
    this.#addresses = addresses;
    this.#place = place;
    this.#model = place.address.model;
  }

  /** Where the call is, or was last. */
  get model(): ChatModel {
    return this.#model;
  }

  /**
   * The address is about to be asked again. Resolves once it may be.
   * @returns true when the call has moved: it is to be sent anew, to `model`
   * @throws the signal's reason when aborted while waiting
   */
  async retry({ code, retryAfterMs = 0 }: Retry, signal: AbortSignal): Promise<boolean> {
    const place = this.#place;
    if (!place) return false;
    if (code === 'rate-limited') this.#addresses.refused(place, retryAfterMs);
    if (this.failed(code)) return true;
    if (code !== 'rate-limited') return false;
    this.release();
    return this.#goTo(await this.#addresses.enter(signal, true));
  }

  /** The call failed where it is. @returns true when it has moved to another address that has room */
  failed(code: ProblemCode): boolean {
    const place = this.#place;
    if (!place) return false;
    if (code === 'unreachable') this.#addresses.unreachable(place);
    if (this.#moves >= MOST_MOVES) return false;
    const other = this.#addresses.elsewhere(place.address);
    if (!other) return false;
    this.release();
    this.#moves++;
    return this.#goTo(other);
  }

  answered(): void {
    if (this.#place) this.#addresses.answered(this.#place);
  }

  release(): void {
    const place = this.#place;
    this.#place = null;
    if (place) this.#addresses.leave(place);
  }

  #goTo(place: Place): boolean {
    const moved = place.address.model !== this.#model;
    this.#place = place;
    this.#model = place.address.model;
    return moved;
  }
}
