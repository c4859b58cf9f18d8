/** Words for who is offered a tool. */

import type { ToolAudience } from '../../core/run/tools';

export const AUDIENCES: readonly { readonly value: ToolAudience; readonly label: string }[] = [
  { value: 'both', label: 'All runs' },
  { value: 'root', label: 'The root run' },
  { value: 'children', label: 'Child runs' },
];

export function audienceWord(audience: ToolAudience): string {
  return AUDIENCES.find(({ value }) => value === audience)?.label ?? audience;
}
