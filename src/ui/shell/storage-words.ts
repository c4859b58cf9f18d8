/** What each part of what is stored is called, and what is lost when it is removed. */

import type { Part } from '../../app/storage.svelte';
import { formatPlural } from '../kit/format';

export interface Removal {
  /** On the button. */
  readonly verb: string;
  /** The whole of what it does, for those who do not see the row. */
  readonly label: string;
  readonly title: string;
  readonly lost: string;
}

export interface PartWords {
  readonly name: string;
  readonly about: string;
  readonly removal?: Removal;
  /** Where it is removed one by one instead. */
  readonly link?: { readonly label: string; readonly place: 'library' };
}

export function wordsFor({ id, count, hits = 0 }: Part): PartWords {
  switch (id) {
    case 'documents':
      return {
        name: 'Documents',
        about: `${formatPlural(count, 'document')}, their text as stored`,
        link: { label: 'Open library', place: 'library' },
      };
    case 'runs':
      return {
        name: 'Runs',
        about: `${formatPlural(count, 'run')} with everything that happened in them, estimated`,
        removal: {
          verb: 'Remove',
          label: 'Remove all runs',
          title: 'Remove all runs?',
          lost: 'Their questions, answers and traces are removed from this device and cannot be had again. Documents stay.',
        },
      };
    case 'replies':
      return {
        name: 'Replies to sub-calls',
        about: `${formatPlural(count, 'reply', 'replies')} kept, taken ${formatPlural(hits, 'time')} instead of being asked for again`,
        removal: {
          verb: 'Clear',
          label: 'Clear the recorded replies',
          title: 'Clear the recorded replies?',
          lost: 'The same sub-calls are sent, and paid for, again. Runs keep the replies they have.',
        },
      };
    case 'models':
      return {
        name: 'Models',
        about: `${formatPlural(count, 'file')} of models that run on this device`,
        removal: {
          verb: 'Remove',
          label: 'Remove all models',
          title: 'Remove all models?',
          lost: 'They have to be fetched again before they can answer, which can be gigabytes.',
        },
      };
    case 'python':
      return {
        name: 'Python, started',
        about: 'A snapshot that makes the first question start quickly',
        removal: {
          verb: 'Remove',
          label: 'Remove the snapshot of Python',
          title: 'Remove the snapshot of Python?',
          lost: 'It is made again with the next question, which then starts a few seconds later.',
        },
      };
    case 'packages':
      return {
        name: 'Python packages',
        about: `${formatPlural(count, 'file')} fetched when code asked for them`,
        removal: {
          verb: 'Remove',
          label: 'Remove the Python packages',
          title: 'Remove the Python packages?',
          lost: 'Code that needs them can use them again only after they are fetched again.',
        },
      };
    case 'app':
      return {
        name: 'Offline copy',
        about: 'Sonde itself, so that it opens without a network',
        removal: {
          verb: 'Reset',
          label: 'Reset the offline copy',
          title: 'Reset the offline copy?',
          lost: 'Sonde opens only with a network until the copy is fetched again. Documents, runs and models stay.',
        },
      };
  }
}
