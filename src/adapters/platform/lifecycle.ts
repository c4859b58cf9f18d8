/** Whether the page is looked at, and the question before it is closed. */

export interface PageLife {
  readonly isHidden: boolean;
  /** Calls back each time the page is looked at again, for as long as it is there. */
  onShown(callback: () => void): void;
  /**
   * While on, closing or reloading the page asks first, once the user has touched the page. A listener that is always
   * there would keep the page out of the cache for going back.
   */
  askBeforeLeaving(on: boolean): void;
}

export function createPageLife(): PageLife {
  const ask = (event: BeforeUnloadEvent) => {
    event.preventDefault();
  };
  return {
    get isHidden() {
      return document.visibilityState === 'hidden';
    },
    onShown(callback) {
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') callback();
      });
    },
    askBeforeLeaving(on) {
      if (on) addEventListener('beforeunload', ask);
      else removeEventListener('beforeunload', ask);
    },
  };
}
