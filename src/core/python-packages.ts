/** Python packages as a port: what an interpreter asks for, what it is handed, and who may allow fetching it. */

/** `import`: the name of a module a cell imports; `name`: that of a package it wants installed. */
export interface PackageAsk {
  readonly kind: 'import' | 'name';
  readonly name: string;
}

/** One file of a package, checked by the page. */
export interface Wheel {
  /** The package's name; a worker installs each once. */
  readonly name: string;
  readonly fileName: string;
  /** Where the installer puts it: among Python's packages, or with the shared libraries. */
  readonly target: 'site' | 'dynlib';
  readonly bytes: Blob;
}

export type PackageAnswer =
  /** The package and all it depends on, those first. */
  | { readonly status: 'loaded'; readonly wheels: readonly Wheel[] }
  /** No package has it. */
  | { readonly status: 'unknown' }
  /** One clause for the model; empty when there is nothing to say. */
  | { readonly status: 'refused'; readonly reason: string };

/** Finds packages for Python. */
export interface PackageProvider {
  /** Whatever keeps a package from being had is a refusal, not an error. Rejects only when aborted. */
  provide(ask: PackageAsk, signal: AbortSignal): Promise<PackageAnswer>;
}

/** What is about to be fetched, for the one who decides. */
export interface PackageQuestion {
  readonly host: string;
  /** What the code asked for. */
  readonly name: string;
  readonly version: string;
  /** What it needs besides, and is not here either. */
  readonly others: readonly string[];
}

export interface PackageConsent {
  /** True when packages may be fetched. May wait for the user. Rejects only when aborted. */
  allows(question: PackageQuestion, signal: AbortSignal): Promise<boolean>;
}

export interface PackageFetch {
  readonly name: string;
  readonly receivedBytes: number;
  /** Null: the server does not say. */
  readonly totalBytes: number | null;
}

export interface KeptPackage {
  readonly name: string;
  readonly version: string;
  readonly sizeBytes: number;
}

/** Where packages are taken from and kept. */
export interface Packages {
  /** For interpreters, fetching as far as `consent` allows. */
  provider(consent: PackageConsent): PackageProvider;
  /** @throws SondeError `package-unavailable` when the list of packages cannot be read */
  kept(): Promise<KeptPackage[]>;
  remove(name: string): Promise<void>;
}
