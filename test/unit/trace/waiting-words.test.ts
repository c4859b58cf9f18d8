/** Why nothing arrives yet: what a model on this device tells while a call waits for it. */

import { describe, expect, it } from 'vitest';
import { RunView } from '../../../src/app/run-view.svelte';
import { queueWords, waitingWords } from '../../../src/ui/trace/waiting-words';

const wait = (ahead: number | null, text = '') => ({ ahead, text });

describe('a call that waits', () => {
  it('says how many are before it, or how far its model is loaded', () => {
    expect(waitingWords(wait(2))).toBe('2 calls ahead');
    expect(waitingWords(wait(1))).toBe('1 call ahead');
    expect(waitingWords(wait(null, 'Loading the model, 40 %'))).toBe('Loading the model, 40 %');
  });

  it('among many counts those behind the one being answered, until none is left', () => {
    const waits = [1, 2, 3].map((ahead) => wait(ahead));
    expect(queueWords(waits, 4)).toBe('one at a time, 3 waiting');
    // The last word of a call that has begun is the place it had.
    expect(queueWords(waits, 2)).toBe('one at a time, 1 waiting');
    expect(queueWords(waits, 1)).toBe('');
    expect(queueWords([wait(null, 'Loading'), ...waits], 4)).toBe('Loading');
    expect(queueWords([], 5)).toBe('');
  });

  it('waits no longer once its answer begins to arrive', () => {
    const view = new RunView('run', (callback) => {
      callback();
    });
    view.applyDelta({ type: 'waiting', nodeId: 'turn', ahead: 1, text: '' });
    expect(view.waiting('turn')).toEqual(wait(1));
    view.applyDelta({ type: 'reply-delta', turnId: 'turn', text: 'I' });
    expect(view.waiting('turn')).toBeNull();
    expect(view.liveText('turn')).toBe('I');
  });
});
