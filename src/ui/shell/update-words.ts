/** What the prompt for a newer version, or for a missing part, says. */

import type { Prompt } from '../../app/updates.svelte';

export const ELSEWHERE_BUSY =
  'Another tab is in the middle of a run, an import or a download. Try again when it is done.';

export function updateWords(prompt: Prompt): string {
  switch (prompt) {
    case 'waiting':
      return 'A new version is ready. Reload to use it.';
    case 'replaced':
      return 'Sonde was updated in another tab. Reload to use the new version here too.';
    case 'part-missing':
      return 'A part of this page could not be loaded. Reload to get it. What is stored is kept.';
    case 'part-still-missing':
      return 'A part of this page could still not be loaded. Check the connection, or reset the offline copy in the settings. What is stored is kept.';
  }
}
