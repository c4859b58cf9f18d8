/** Installing the site as an app of its own, where the browser offers it. */

/** Chromium's event; not in TypeScript's library, for no standard has it. */
interface InstallPromptEvent extends Event {
  prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

export class InstallState {
  #offer: InstallPromptEvent | null = $state.raw(null);
  #isInstalled = $state.raw(false);

  /** Listens; call it before the page is loaded, for the offer comes once. */
  start(): void {
    this.#isInstalled = matchMedia('(display-mode: standalone)').matches;
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault(); // it is offered in the settings, not over the page
      this.#offer = event as InstallPromptEvent;
    });
    addEventListener('appinstalled', () => {
      this.#offer = null;
      this.#isInstalled = true;
    });
  }

  get canInstall(): boolean {
    return this.#offer !== null;
  }
  /** This window is the installed app, or it was installed just now. */
  get isInstalled(): boolean {
    return this.#isInstalled;
  }

  async install(): Promise<void> {
    const offer = this.#offer;
    this.#offer = null; // it works once
    await offer?.prompt();
  }
}
