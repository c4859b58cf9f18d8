/** Python packages from the page's side: whether they may be fetched, what is being fetched, what is kept. */

import * as v from 'valibot';
import { toProblem } from '../core/errors';
import type {
  KeptPackage,
  PackageConsent,
  PackageFetch,
  PackageProvider,
  PackageQuestion,
  Packages,
} from '../core/python-packages';
import type { SettingsPort } from './model-ports';
import { hostOf, readPackageSource } from './package-source';

const KEY = 'packages';

const storedSchema = v.object({
  /** Hosts packages may be fetched from. */
  allowed: v.fallback(v.array(v.string()), []),
  /** A mirror; the usual address when null. */
  baseUrl: v.fallback(v.nullable(v.string()), null),
});
type Stored = v.InferOutput<typeof storedSchema>;

export interface PackagesPorts {
  readonly settings: SettingsPort;
  /** Where packages come from unless the user says otherwise; ends in a slash. */
  readonly defaultBaseUrl: string;
  /** Makes the shelf when it is first needed; it reads back from here where packages come from. */
  readonly shelf: (state: PackagesState) => Promise<Packages>;
  /** Says something in passing. */
  readonly say: (text: string) => void;
}

export class PackagesState {
  readonly #ports: PackagesPorts;
  #making: Promise<Packages> | null = null;
  #stored: Stored = $state.raw({ allowed: [], baseUrl: null });
  #loading: Promise<void> | null = null;
  #question: PackageQuestion | null = $state.raw(null);
  #fetching: readonly PackageFetch[] = $state.raw([]);
  #kept: readonly KeptPackage[] | null = $state.raw(null);
  #keptProblem: string | null = $state.raw(null);
  #waiting: ((allowed: boolean) => void)[] = [];
  /** "Not now" holds until the next question is asked of the documents. */
  #notNow = false;

  /** For runs somebody watches: asks the user once. */
  readonly attended: PackageProvider;
  /** For scripts: what has not been allowed is refused. */
  readonly unattended: PackageProvider;

  constructor(ports: PackagesPorts) {
    this.#ports = ports;
    this.attended = this.#provider((question, signal) => this.#ask(question, signal));
    this.unattended = this.#provider(({ host }) => Promise.resolve(this.#allows(host)));
  }

  /** Where packages come from; ends in a slash. */
  get baseUrl(): string {
    return this.#stored.baseUrl ?? this.#ports.defaultBaseUrl;
  }
  get isMirror(): boolean {
    return this.#stored.baseUrl !== null;
  }
  get host(): string {
    return hostOf(this.baseUrl);
  }
  /** Whether packages may be fetched from the present host. */
  get allowed(): boolean {
    return this.#allows(this.host);
  }
  /** What a cell waits for the user to decide; null when none does. */
  get question(): PackageQuestion | null {
    return this.#question;
  }
  get fetching(): readonly PackageFetch[] {
    return this.#fetching;
  }
  /** Null until read. */
  get kept(): readonly KeptPackage[] | null {
    return this.#kept;
  }
  /** Why what is kept cannot be listed. */
  get keptProblem(): string | null {
    return this.#keptProblem;
  }

  /** Reads what was decided before. Never rejects: without storage nothing was. */
  load(): Promise<void> {
    this.#loading ??= this.#ports.settings.get(KEY).then(
      (stored) => {
        const parsed = v.safeParse(storedSchema, stored);
        if (parsed.success) this.#stored = parsed.output;
      },
      () => undefined,
    );
    return this.#loading;
  }

  /** The user's answer to the question. */
  answer(allow: boolean): void {
    const { host } = this.#question ?? this;
    this.#notNow = !allow;
    if (allow) this.allow(host);
    this.#settle(allow);
  }

  /** A new run: who said "not now" may be asked again. */
  newRun(): void {
    this.#notNow = false;
  }

  allow(host = this.host): void {
    if (this.#allows(host)) return;
    this.#save({ ...this.#stored, allowed: [...this.#stored.allowed, host] });
    if (this.#question?.host === host) this.#settle(true);
  }

  revoke(host = this.host): void {
    this.#save({ ...this.#stored, allowed: this.#stored.allowed.filter((one) => one !== host) });
  }

  /** @param url null for the usual address. @throws SondeError `invalid-argument` for what is no web address */
  setBaseUrl(url: string | null): void {
    if (url === null || url.trim() === '') return this.#save({ ...this.#stored, baseUrl: null });
    this.#save({ ...this.#stored, baseUrl: readPackageSource(url, this.#ports.defaultBaseUrl) });
  }

  /** Reads what is kept. */
  async refresh(): Promise<void> {
    try {
      this.#kept = await (await this.#shelf()).kept();
      this.#keptProblem = null;
    } catch (thrown) {
      this.#keptProblem = toProblem(thrown).message;
    }
  }

  async remove(name: string): Promise<void> {
    await (await this.#shelf()).remove(name);
    await this.refresh();
  }

  /** The shelf tells what it fetches. */
  showFetching(fetching: readonly PackageFetch[]): void {
    this.#fetching = fetching;
  }

  /** The shelf has kept a package, or has not. */
  noteKept(notKept: string | null): void {
    if (notKept !== null) {
      this.#ports.say(`${notKept} works now, but could not be kept for later: this site has no room left.`);
    }
    if (this.#kept !== null) void this.refresh();
  }

  #allows(host: string): boolean {
    return this.#stored.allowed.includes(host);
  }

  #provider(allows: PackageConsent['allows']): PackageProvider {
    return {
      provide: async (ask, signal) => {
        const [shelf] = await Promise.all([this.#shelf(), this.load()]);
        return shelf.provider({ allows }).provide(ask, signal);
      },
    };
  }

  #shelf(): Promise<Packages> {
    this.#making ??= this.#ports.shelf(this).catch((thrown: unknown) => {
      this.#making = null; // the next time tries again
      throw thrown;
    });
    return this.#making;
  }

  async #ask(question: PackageQuestion, signal: AbortSignal): Promise<boolean> {
    if (this.#allows(question.host)) return true;
    if (this.#notNow) return false;
    return new Promise((resolve, reject) => {
      const settle = (allowed: boolean) => {
        signal.removeEventListener('abort', stopped);
        resolve(allowed);
      };
      const stopped = () => {
        this.#waiting = this.#waiting.filter((one) => one !== settle);
        if (this.#waiting.length === 0) this.#question = null;
        reject(signal.reason as Error); // an AbortError, by the platform's contract
      };
      signal.addEventListener('abort', stopped, { once: true });
      this.#waiting.push(settle);
      this.#question ??= question;
    });
  }

  #settle(allowed: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#question = null;
    for (const settle of waiting) settle(allowed);
  }

  #save(next: Stored): void {
    this.#stored = next;
    this.#ports.settings.set(KEY, next).catch((thrown: unknown) => {
      this.#ports.say(`This holds until the page is closed. ${toProblem(thrown).message}`);
    });
  }
}
