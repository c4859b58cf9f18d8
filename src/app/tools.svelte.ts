/** The user's own tools: kept on this device, switched on and off, tried, taken in and out as JSON. */

import * as v from 'valibot';
import { SondeError, toProblem, type Problem } from '../core/errors';
import type { ToolTrial } from '../core/run/tool-trial';
import { readTools, TOOL_AUDIENCES, TOOL_BOUNDS, toolProblem } from '../core/run/tool-check';
import type { Tool } from '../core/run/tools';
import type { SettingsPort } from './model-ports';

/** A tool as it is kept; runs have those that are on. */
export interface KeptTool extends Tool {
  readonly on: boolean;
}

export interface ToolsPorts {
  readonly settings: SettingsPort;
  /** Loads a tool in an interpreter of its own, and calls it when `call` says how. @throws SondeError; an AbortError */
  readonly attempt: (tool: Tool, call: string, signal: AbortSignal) => Promise<ToolTrial>;
}

const KEY = 'tools';

const keptSchema = v.array(
  v.object({
    name: v.string(),
    python: v.string(),
    description: v.fallback(v.string(), ''),
    offeredTo: v.fallback(v.picklist(TOOL_AUDIENCES), 'both'),
    on: v.fallback(v.boolean(), true),
  }),
);

export class ToolsState {
  readonly #ports: ToolsPorts;
  #kept: readonly KeptTool[] = $state.raw([]);
  #problem: Problem | null = $state.raw(null);

  constructor(ports: ToolsPorts) {
    this.#ports = ports;
  }

  /** Reads what was kept; what could not be a tool is left out. Never rejects. */
  async load(): Promise<void> {
    try {
      const stored = v.safeParse(keptSchema, await this.#ports.settings.get(KEY));
      if (stored.success) this.#kept = stored.output.filter((tool) => toolProblem(tool) === null);
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }

  /** In the order they were made. */
  get all(): readonly KeptTool[] {
    return this.#kept;
  }
  /** Those that runs have. */
  get active(): readonly Tool[] {
    return this.#kept
      .filter(({ on }) => on)
      .map(({ name, python, description, offeredTo }) => ({ name, python, description, offeredTo }));
  }
  /** Why the tools are not kept; they hold until the page closes. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /**
   * Keeps a tool, in the place of the one it was before where there was one.
   * @returns what keeps it from being kept, in a sentence; null when it is
   */
  keep(tool: Tool, before: string | null): string | null {
    const problem = toolProblem(tool);
    if (problem !== null) return problem;
    const others = this.#kept.filter(({ name }) => name !== before);
    if (others.some(({ name }) => name === tool.name))
      return `There is already a tool called "${tool.name}"; choose another name, or change that one.`;
    if (others.length >= TOOL_BOUNDS.tools)
      return `There are ${TOOL_BOUNDS.tools} tools already, which is the most; remove one first.`;
    const at = this.#kept.findIndex(({ name }) => name === before);
    if (at < 0) this.#set([...this.#kept, { ...tool, on: true }]);
    else this.#set(this.#kept.with(at, { ...tool, on: this.#kept[at]?.on ?? true }));
    return null;
  }

  switchOn(name: string, on: boolean): void {
    this.#set(this.#kept.map((tool) => (tool.name === name ? { ...tool, on } : tool)));
  }

  /** Returns how to have it back. */
  remove(name: string): () => void {
    const at = this.#kept.findIndex((tool) => tool.name === name);
    const removed = this.#kept[at];
    this.#set(this.#kept.filter((tool) => tool.name !== name));
    return () => {
      if (removed && !this.#kept.some((tool) => tool.name === name))
        this.#set(this.#kept.toSpliced(at, 0, removed));
    };
  }

  /** See `ToolsPorts.attempt`. */
  attempt(tool: Tool, call: string, signal: AbortSignal): Promise<ToolTrial> {
    return this.#ports.attempt(tool, call, signal);
  }

  /** All tools as scripts give them: `completion(…, { tools: … })` takes what is under `tools`. */
  exportJson(): string {
    const tools = Object.fromEntries(
      this.#kept.map(({ name, python, description, offeredTo }) => [
        name,
        { python, description, offeredTo },
      ]),
    );
    return `${JSON.stringify({ tools }, null, 2)}\n`;
  }

  /**
   * Takes tools in; one of a name that is there already takes its place. Nothing changes when any of them cannot be.
   * @returns how many are new, and how many took the place of another
   * @throws SondeError `malformed` for what is no JSON, `invalid-argument` for what is no tool
   */
  importJson(text: string): { added: number; replaced: number } {
    const given = readTools(toolsOf(text));
    const isThere = ({ name }: Tool) => this.#kept.some((tool) => tool.name === name);
    const replaced = given.filter(isThere);
    if (this.#kept.length + given.length - replaced.length > TOOL_BOUNDS.tools)
      throw new SondeError({
        code: 'invalid-argument',
        message: `Together these would be more than ${TOOL_BOUNDS.tools} tools.`,
        hint: 'Remove some, or take fewer in.',
      });
    const kept = this.#kept.map((tool) => {
      const next = replaced.find(({ name }) => name === tool.name);
      return next ? { ...next, on: tool.on } : tool;
    });
    const added = given.filter((tool) => !isThere(tool)).map((tool) => ({ ...tool, on: true }));
    this.#set([...kept, ...added]);
    return { added: added.length, replaced: replaced.length };
  }

  #set(kept: readonly KeptTool[]): void {
    this.#kept = kept;
    this.#ports.settings.set(KEY, kept).then(
      () => (this.#problem = null),
      (thrown: unknown) => (this.#problem = toProblem(thrown)),
    );
  }
}

/** The tools in a text: under `tools`, as exported, or by themselves. */
function toolsOf(text: string): unknown {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new SondeError(
      { code: 'malformed', message: 'This is not JSON.', hint: 'Choose a file that tools were saved to.' },
      { cause },
    );
  }
  const exported = v.safeParse(v.strictObject({ tools: v.record(v.string(), v.unknown()) }), given);
  // A tool of the name "tools" has its Python right there.
  return exported.success && typeof exported.output.tools['python'] !== 'string'
    ? exported.output.tools
    : given;
}
