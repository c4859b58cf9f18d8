/** A short explanation on hover and focus, kept open while the pointer is on it and closed by Escape (WCAG 1.4.13). */

import type { Attachment } from 'svelte/attachments';
import { placeBeside } from './place';

const DELAY_MS = 400;
const LINGER_MS = 120;
let counter = 0;

/**
 * `description` (the default) is announced after the control's name. `name` repeats a name the control already has,
 * for people who see only its icon, and is not announced twice. A text that changes is given as a function: the bubble
 * stays where it is and takes the new words.
 */
export function tooltip(
  text: string | (() => string),
  role: 'description' | 'name' = 'description',
): Attachment<HTMLElement> {
  return (anchor) => {
    if (text === '') return;
    const bubble = document.createElement('div');
    bubble.className = 'tooltip';
    bubble.role = 'tooltip';
    bubble.popover = 'manual';
    $effect(() => {
      bubble.textContent = typeof text === 'string' ? text : text();
    });
    bubble.id = `tooltip-${String(++counter)}`;
    if (role === 'name') bubble.ariaHidden = 'true';

    let timer: ReturnType<typeof setTimeout> | undefined;
    const isOpen = () => bubble.isConnected && bubble.matches(':popover-open');
    const show = () => {
      // Inside a modal dialog only the dialog's own content is reachable, so the bubble goes there.
      (anchor.closest('dialog') ?? document.body).append(bubble);
      bubble.showPopover();
      placeBeside(bubble, anchor, { side: 'above', align: 'center' });
    };
    const later = (act: () => void, ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(act, ms);
    };
    const hide = () => {
      clearTimeout(timer);
      if (isOpen()) bubble.hidePopover();
      if (role === 'name') bubble.remove();
    };
    const over = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') later(show, isOpen() ? 0 : DELAY_MS);
    };
    const focused = () => {
      if (anchor.matches(':focus-visible')) show();
    };
    const leave = () => {
      later(hide, LINGER_MS);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && isOpen()) {
        event.stopPropagation();
        hide();
      }
    };

    const listeners = new AbortController();
    const signal = listeners.signal;
    anchor.addEventListener('pointerenter', over, { signal });
    anchor.addEventListener('pointerleave', leave, { signal });
    anchor.addEventListener('pointerdown', hide, { signal });
    anchor.addEventListener('focus', focused, { signal });
    anchor.addEventListener('blur', hide, { signal });
    bubble.addEventListener(
      'pointerenter',
      () => {
        clearTimeout(timer);
      },
      { signal },
    );
    bubble.addEventListener('pointerleave', leave, { signal });
    document.addEventListener('keydown', key, { signal, capture: true });
    if (role === 'description') {
      anchor.setAttribute('aria-describedby', bubble.id);
      (anchor.closest('dialog') ?? document.body).append(bubble);
    }
    return () => {
      listeners.abort();
      hide();
      bubble.remove();
      if (role === 'description') anchor.removeAttribute('aria-describedby');
    };
  };
}
