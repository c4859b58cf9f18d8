/** Measures in the page how long it takes from a key press to the next painted frame, and the tasks that hold it up. */

export interface LatencyReport {
  readonly keys: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
  /** Tasks of the page's thread over 50 ms. */
  readonly longTasks: readonly number[];
  readonly longestTaskMs: number;
  /** Longest time between two frames. */
  readonly worstFrameMs: number;
}

declare global {
  interface Window {
    latencyProbe: { end(): LatencyReport };
  }
}

/** Runs inside the page: must use nothing from outside of itself. */
export function installProbe(): void {
  const latencies: number[] = [];
  const longTasks: number[] = [];
  let worstFrameMs = 0;
  let lastFrameAt = performance.now();
  const ended = new AbortController();
  const frame = (at: number) => {
    if (ended.signal.aborted) return;
    worstFrameMs = Math.max(worstFrameMs, at - lastFrameAt);
    lastFrameAt = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  addEventListener(
    'keydown',
    (event) => {
      // The event's own time is when the key arrived at the browser; a message after a frame comes once it was painted.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => latencies.push(performance.now() - event.timeStamp);
        channel.port2.postMessage(null);
      });
    },
    { capture: true, signal: ended.signal },
  );
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(Math.round(entry.duration));
  });
  observer.observe({ type: 'longtask' });
  window.latencyProbe = {
    end: () => {
      ended.abort();
      observer.disconnect();
      const sorted = [...latencies].sort((a, b) => a - b);
      const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
      return {
        keys: sorted.length,
        medianMs: at(0.5),
        p95Ms: at(0.95),
        worstMs: at(1),
        longTasks,
        longestTaskMs: Math.max(0, ...longTasks),
        worstFrameMs: Math.round(worstFrameMs),
      };
    },
  };
}
