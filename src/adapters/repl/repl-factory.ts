/** Python interpreters for runs: implements `ReplFactory` over the sandbox. */

import type { Repl, ReplFactory, ReplInit } from '../../core/ports';
import type { PackageProvider } from '../../core/python-packages';
import { NO_PACKAGES } from './package-asks';
import { InterpreterPool, poolWidth } from './pool';
import { pythonSite } from './python-files';
import { SandboxRepl } from './sandbox-repl';
import { snapshotStore } from './snapshot-store';
import { requireSupport } from './support';

export interface ReplFactoryOptions {
  /** What the site's relative URLs are relative to; the document by default. */
  readonly root?: string;
  /** Interpreters at once; from the device's memory by default. */
  readonly width?: number;
  /** Where packages come from; nothing can be installed when absent. */
  readonly packages?: PackageProvider;
  /** Told when somebody has to wait for an interpreter, as many being there as the width allows. */
  readonly onFull?: () => void;
}

export interface SandboxReplFactory extends ReplFactory {
  /** The same interpreters, with packages from somewhere else. */
  withPackages(packages: PackageProvider): ReplFactory;
  /** Loads Python and gets an interpreter ready, in the background. Failing is told by the next `open`. */
  warm(): void;
  /** Ends every interpreter and removes the sandbox. */
  close(): void;
}

/** Chromium says how much memory there is, in GiB, rounded; others do not. */
function deviceMemoryGiB(): number | undefined {
  const { deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  return deviceMemory;
}

export function createReplFactory(options: ReplFactoryOptions = {}): SandboxReplFactory {
  const site = pythonSite(options.root);
  const snapshots = snapshotStore(site.pyodideVersion, site.runtimeHash);
  const width = options.width ?? poolWidth(deviceMemoryGiB());
  const pool = new InterpreterPool(site, snapshots, width, options.onFull);
  const withPackages = (packages: PackageProvider): ReplFactory => ({
    width,
    async open(init: ReplInit, signal: AbortSignal): Promise<Repl> {
      requireSupport();
      return SandboxRepl.open(pool, init, packages, signal);
    },
  });
  return {
    ...withPackages(options.packages ?? NO_PACKAGES),
    withPackages,
    warm() {
      // Without support `open` says what is missing; there is nothing to warm.
      try {
        requireSupport();
      } catch {
        return;
      }
      pool.warm();
    },
    close: () => pool.close(),
  };
}
